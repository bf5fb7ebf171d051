import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createLedger, DIMENSIONS } from "@switchyard/cost-worker";
import { copyLedger } from "@switchyard/cost-worker/bench";
import { startPostgres } from "@switchyard/cost-worker/testing";
import { check, type ProofResult } from "../../quota/proof.ts";
import { findFreePorts } from "../../support/free-ports.ts";
import { createMeshProcess } from "../mesh/mesh-process.ts";
import { INNER_TOKEN } from "../mesh/start-ledger-mesh.ts";
import type { FilledLedger } from "./filled-ledger.ts";

export interface ReportsOptions {
  rows: number;
  days: number;
  store: "sqlite" | "postgres";
  ledger: FilledLedger;
}

interface Timed {
  route: string;
  /** ms: the first time, and the median of those after it. */
  first: number;
  median: number;
  bytes: number;
  /** The first time something had to be read from the disk: it is measured then, and not the report. */
  fromDisk: boolean;
}

const REPEATS = 3;
const LIMIT_MS = 1_000;
const MANY_BYTES = 1_000_000;
/** Of those by any dimensions so many are shown, the slowest first. */
const SHOWN = 20;

/** Every report of the worker's over HTTP. A file is asked as it is, or in Postgres after it was copied there. */
export async function proveReports(options: ReportsOptions): Promise<ProofResult> {
  const { days, store, ledger } = options;
  const { place: given, fillMs } = await ledger.place();
  const size = isAddress(given) ? undefined : statSync(given).size;
  const cwd = mkdtempSync(path.join(os.tmpdir(), "switchyard-reports-"));
  const server = store === "postgres" && !isAddress(given) ? await startPostgres() : undefined;
  try {
    const place = server === undefined ? given : await copyTo(await server.createDatabase(), given);
    const timed = await timeRoutes({ cwd, place }, { routes: listRoutes(days), combinations: listCombinations(days) });
    return judge(timed, { ...options, fillMs, size });
  } finally {
    await server?.close();
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Returns the address. */
async function copyTo(url: string, file: string): Promise<string> {
  const ledger = await createLedger({ databaseFile: file, databaseUrl: url });
  await ledger.close();
  await copyLedger(file, url);
  return url;
}

function isAddress(place: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(place);
}

/** What tells the worker of the place. */
function placeFor(place: string): { DATABASE_URL: string } | { SWITCHYARD_LEDGER: string } {
  return isAddress(place) ? { DATABASE_URL: place } : { SWITCHYARD_LEDGER: place };
}

function listRoutes(days: number): string[] {
  return [
    "/api/stats",
    `/api/stats?hours=${days * 24}`,
    `/api/costs/hourly?hours=${days * 24}`,
    "/api/alerts",
    "/api/report?format=csv",
    `/api/report?format=json&hours=${days * 24}`,
    `/api/costs?by=session&since=${days}d&order=cost&limit=50`,
    `/api/costs?by=session,agent,model&since=${days}d&order=tokens&limit=50`,
    `/api/costs?by=session,agent,model&since=7d`,
    `/api/costs?by=session,model&since=${days}d&client=client-7`,
    `/api/costs?by=day,model&since=${days}d&client=client-7`,
    ...listLaterPages(days),
    `/api/costs?by=provider,model,outcome&since=36h`,
    "/spend",
    "/metrics",
  ];
}

function listLaterPages(days: number): string[] {
  const pages: readonly (readonly [by: string, offsets: readonly number[]])[] = [
    ["session,agent,model", [1_000, 10_000, 100_000]],
    ["session,provider,outcome", [50_000]],
    ["agent,model,project", [50_000]],
    ["day,session,agent", [50_000]],
    ["hour,session,model", [100_000]],
    ["hour,agent,provider", [100_000]],
    ["session", [20_000]],
  ];
  return pages.flatMap(([by, offsets]) =>
    offsets.map((offset) => `/api/costs?by=${by}&since=${days}d&offset=${offset}`),
  );
}

/** By every choice of up to three dimensions: the first 1,000 groups, and what all others come to. */
function listCombinations(days: number): string[] {
  const chosen = DIMENSIONS.flatMap((one, first) => [
    [one],
    ...DIMENSIONS.slice(first + 1).flatMap((two, second) => [
      [one, two],
      ...DIMENSIONS.slice(first + second + 2).map((three) => [one, two, three]),
    ]),
  ]);
  return chosen.map((by) => `/api/costs?by=${by.join(",")}&since=${days}d`);
}

interface Routes<Of> {
  routes: Of;
  combinations: Of;
}

async function timeRoutes(
  { cwd, place }: { cwd: string; place: string },
  { routes, combinations }: Routes<readonly string[]>,
): Promise<Routes<readonly Timed[]>> {
  const [port = 0] = await findFreePorts(1);
  const worker = createMeshProcess({
    name: "cost worker",
    entry: "services/cost-worker/src/main.ts",
    port,
    readyRoute: "/health/live",
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: cwd,
      SWITCHYARD_DEMO: "0",
      SWITCHYARD_MESH: "1",
      SWITCHYARD_INNER_TOKEN: INNER_TOKEN,
      LOG_LEVEL: "warn",
      COST_WORKER_PORT: String(port),
      ...placeFor(place),
    },
    log: [],
  });
  await worker.start();
  try {
    return { routes: await timeAll(worker, routes), combinations: await timeAll(worker, combinations) };
  } finally {
    await worker.stop();
  }
}

async function timeAll(worker: { url: string; pid: number }, routes: readonly string[]): Promise<Timed[]> {
  const timed: Timed[] = [];
  for (const route of routes) {
    const tries: { ms: number; bytes: number }[] = [];
    const before = bytesFromDisk(worker.pid);
    let fromDisk = false;
    for (let count = 0; count <= REPEATS; count += 1) {
      tries.push(await timeOnce(`${worker.url}${route}`));
      if (count === 0) fromDisk = bytesFromDisk(worker.pid) - before > MANY_BYTES;
    }
    const [first = { ms: Infinity, bytes: 0 }, ...others] = tries;
    const sorted = others.map(({ ms }) => ms).toSorted((one, other) => one - other);
    timed.push({
      route,
      first: first.ms,
      median: sorted[Math.floor(sorted.length / 2)] ?? Infinity,
      bytes: first.bytes,
      fromDisk,
    });
  }
  return timed;
}

/** Whatever the system did not have in memory. */
function bytesFromDisk(pid: number): number {
  return Number(/^read_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1] ?? 0);
}

/** Throws an Error for an answer that is none. */
async function timeOnce(url: string): Promise<{ ms: number; bytes: number }> {
  const started = performance.now();
  const answer = await fetch(url, { headers: { "x-switchyard-inner-token": INNER_TOKEN } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text.slice(0, 300)}`);
  return { ms: performance.now() - started, bytes: text.length };
}

interface Filled extends ReportsOptions {
  /** Absent: it was there already. */
  fillMs: number | undefined;
  /** Bytes; absent: in a database. */
  size: number | undefined;
}

function judge({ routes, combinations }: Routes<readonly Timed[]>, filled: Filled): ProofResult {
  const slowest = combinations.toSorted(bySlowness);
  const all = [...routes, ...combinations].toSorted(bySlowness);
  const late = all.filter(({ first }) => first >= LIMIT_MS);
  return {
    title: titleOf(filled),
    tables: [
      { caption: "Over HTTP, from the worker's process", ...tabulate(routes) },
      {
        caption: `By every choice of up to three dimensions (${combinations.length}): half of them within ${middleOf(combinations)} ms; the slowest`,
        ...tabulate(slowest.slice(0, SHOWN)),
      },
    ],
    checks: [
      check(
        "every report takes less than a second",
        all.every(({ median }) => median < LIMIT_MS),
        `${all.length} of them; the slowest: ${all[0]?.route} ${all[0]?.median.toFixed(0)} ms`,
      ),
      check(
        "the first time too, where it is in memory",
        late.every(({ fromDisk }) => fromDisk),
        `${late.length} of ${all.length} took longer, ${late.filter(({ fromDisk }) => fromDisk).length} of them to be read from the disk`,
      ),
    ],
  };
}

function titleOf({ rows, days, store, fillMs, size }: Filled): string {
  const told = [
    ...(size === undefined ? [] : [`${(size / 1e9).toFixed(2)} GB`]),
    ...(fillMs === undefined ? [] : [`written at ${Math.round(rows / (fillMs / 1_000))} rows a second`]),
  ];
  const where = store === "sqlite" ? "SQLite" : "Postgres";
  return `Reports over ${rows.toLocaleString("en-US")} rows of ${days} days in ${where}${told.length > 0 ? ` (${told.join(", ")})` : ""}`;
}

const bySlowness = (one: Timed, other: Timed): number => other.median - one.median;

function middleOf(timed: readonly Timed[]): string {
  return timed.toSorted(bySlowness)[Math.floor(timed.length / 2)]?.median.toFixed(0) ?? "";
}

function tabulate(timed: readonly Timed[]): { head: string[]; rows: string[][] } {
  return {
    head: ["report", "first, ms", "then, ms", "bytes"],
    rows: timed.map(({ route, first, median, bytes }) => [route, first.toFixed(0), median.toFixed(0), String(bytes)]),
  };
}
