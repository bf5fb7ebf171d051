import { mkdtempSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSqliteLedger } from "@switchyard/cost-worker";
import { fillLedger } from "@switchyard/cost-worker/bench";
import { check, type ProofResult } from "../../quota/proof.ts";
import { findFreePorts } from "../../support/free-ports.ts";
import { createMeshProcess } from "../mesh/mesh-process.ts";
import { INNER_TOKEN } from "../mesh/start-ledger-mesh.ts";

export interface ReportsOptions {
  rows: number;
  days: number;
}

interface Timed {
  route: string;
  /** ms: the first time, and the median of those after it. */
  first: number;
  median: number;
  bytes: number;
}

const DAY_MS = 86_400_000;
const REPEATS = 5;
const LIMIT_MS = 1_000;
const DIMENSIONS = ["provider", "model", "tier", "outcome", "client", "agent", "project", "hour", "day", "month"];

/** Every report of the worker's over HTTP, from a ledger of so many rows whose last ones are of this hour. */
export async function proveReports(options: ReportsOptions): Promise<ProofResult> {
  const cwd = mkdtempSync(path.join(os.tmpdir(), "switchyard-reports-"));
  const file = path.join(cwd, "ledger.sqlite");
  try {
    const fillMs = await fill(file, options);
    const size = statSync(file).size;
    const timed = await timeRoutes({ cwd, file }, listRoutes(options.days));
    return judge(timed, { ...options, fillMs, size });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function fill(file: string, { rows, days }: ReportsOptions): Promise<number> {
  const ledger = await createSqliteLedger({ file });
  const started = performance.now();
  try {
    await fillLedger(ledger, { rows, from: Date.now() - days * DAY_MS, days, clients: 50, seed: 11 });
    return performance.now() - started;
  } finally {
    await ledger.close();
  }
}

function listRoutes(days: number): string[] {
  return [
    "/api/stats",
    `/api/stats?hours=${days * 24}`,
    `/api/costs/hourly?hours=${days * 24}`,
    "/api/alerts",
    "/api/report?format=csv",
    `/api/report?format=json&hours=${days * 24}`,
    ...DIMENSIONS.map((dimension) => `/api/costs?by=${dimension}&since=${days}d`),
    `/api/costs?by=session&since=${days}d&order=cost&limit=50`,
    `/api/costs?by=day,provider&since=${days}d`,
    `/api/costs?by=day,project&since=${days}d`,
    `/api/costs?by=day,model&since=${days}d&client=client-7`,
    `/api/costs?by=provider,model,outcome&since=36h`,
    "/spend",
    "/metrics",
  ];
}

async function timeRoutes({ cwd, file }: { cwd: string; file: string }, routes: readonly string[]): Promise<Timed[]> {
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
      SWITCHYARD_LEDGER: file,
    },
    log: [],
  });
  await worker.start();
  try {
    const timed: Timed[] = [];
    for (const route of routes) {
      const tries: { ms: number; bytes: number }[] = [];
      for (let count = 0; count <= REPEATS; count += 1) tries.push(await timeOnce(`${worker.url}${route}`));
      const [first = { ms: Infinity, bytes: 0 }, ...others] = tries;
      const sorted = others.map(({ ms }) => ms).toSorted((one, other) => one - other);
      timed.push({
        route,
        first: first.ms,
        median: sorted[Math.floor(sorted.length / 2)] ?? Infinity,
        bytes: first.bytes,
      });
    }
    return timed;
  } finally {
    await worker.stop();
  }
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
  fillMs: number;
  size: number;
}

function judge(timed: readonly Timed[], { rows, days, fillMs, size }: Filled): ProofResult {
  const slowest = timed.toSorted((one, other) => other.median - one.median)[0];
  return {
    title: `Reports over ${rows.toLocaleString("en-US")} rows of ${days} days in SQLite (${(size / 1e9).toFixed(2)} GB, written at ${Math.round(rows / (fillMs / 1_000))} rows a second)`,
    tables: [
      {
        caption: "Over HTTP, from the worker's process",
        head: ["report", "first, ms", "then, ms", "bytes"],
        rows: timed.map(({ route, first, median, bytes }) => [
          route,
          first.toFixed(0),
          median.toFixed(0),
          String(bytes),
        ]),
      },
    ],
    checks: [
      check(
        "every report takes less than a second",
        timed.every(({ median }) => median < LIMIT_MS),
        `the slowest: ${slowest?.route} ${slowest?.median.toFixed(0)} ms`,
      ),
      check(
        "the first time too",
        timed.every(({ first }) => first < LIMIT_MS),
        `${timed.filter(({ first }) => first >= LIMIT_MS).length} of ${timed.length} took longer`,
      ),
    ],
  };
}
