import { statSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";

import { createLedger } from "../create-ledger.ts";
import type { Dimension, Ledger, ReportQuery } from "../ledger.ts";
import { fillLedger } from "./fill-ledger.ts";

/*
 * Fills a ledger with invented rows, if it is empty, and prints how long each report takes:
 *   node services/cost-worker/src/ledger/bench/time-reports.ts --file /tmp/books.sqlite --rows 5000000
 */

const DAY = 86_400_000;
const FROM = Date.parse("2026-08-20T00:00:00Z");
const DAYS = 90;
const TO = FROM + DAYS * DAY;
const TRIES = 3;

const { values } = parseArgs({
  options: {
    file: { type: "string", default: "books.sqlite" },
    "database-url": { type: "string" },
    rows: { type: "string", default: "5000000" },
    clients: { type: "string", default: "50" },
  },
});

const BY: readonly (readonly Dimension[])[] = [
  [],
  ["provider"],
  ["model"],
  ["client"],
  ["session"],
  ["agent"],
  ["project"],
  ["day"],
  ["hour"],
  ["month"],
  ["day", "provider"],
  ["day", "client"],
  ["day", "project"],
  ["day", "session"],
  ["hour", "provider", "model"],
  ["hour", "client"],
  ["provider", "model", "asked_model", "tier", "outcome"],
  ["client", "model", "outcome"],
  ["project", "client", "model"],
  ["session", "agent", "model"],
];

const ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata"];

interface Timed {
  name: string;
  ms: number;
  /** Of this process: what others on the machine do does not count. Postgres works elsewhere. */
  cpuMs: number;
  groups: number;
}

async function time(name: string, ask: () => Promise<number>): Promise<Timed> {
  let ms = Number.POSITIVE_INFINITY;
  let cpuMs = Number.POSITIVE_INFINITY;
  let groups = 0;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const start = performance.now();
    const cpu = process.cpuUsage();
    groups = await ask();
    const { user, system } = process.cpuUsage(cpu);
    ms = Math.min(ms, performance.now() - start);
    cpuMs = Math.min(cpuMs, (user + system) / 1000);
  }
  return { name, ms, cpuMs, groups };
}

async function timeReports(ledger: Ledger): Promise<Timed[]> {
  const timed: Timed[] = [];
  const report = (name: string, query: ReportQuery): Promise<Timed> =>
    time(name, async () => (await ledger.report(query)).length);
  for (const by of BY) {
    for (const timeZone of ZONES) {
      timed.push(await report(`by ${by.join(", ") || "nothing"} (${timeZone})`, { from: FROM, to: TO, by, timeZone }));
    }
  }
  const some = { from: FROM + 1234 * 567, to: TO - 7654 * 321, timeZone: "Europe/Berlin" };
  timed.push(
    await report("by session, the 20 dearest, between odd moments", {
      ...some,
      by: ["session"],
      orderBy: "cost",
      limit: 20,
    }),
    await report("by agent, the 20 dearest", { ...some, by: ["agent"], orderBy: "cost", limit: 20 }),
    await report("by day of one session", {
      ...some,
      by: ["day", "agent"],
      where: { session: ["session-99-0c9a-4f5e"] },
    }),
    await report("by day of one client", { ...some, by: ["day", "model"], where: { client: ["client-7"] } }),
    await report("by day of one project", {
      ...some,
      by: ["day", "model"],
      where: { project: ["/home/team/project-7"] },
    }),
    await report("by hour of a day, between odd moments", {
      ...some,
      from: TO - 30 * DAY - 1,
      to: TO - 29 * DAY + 1,
      by: ["hour", "client"],
    }),
    await time(
      "cost of the last hour",
      async () => Object.keys((await ledger.costSince(TO - DAY / 24)).byProvider).length,
    ),
    await time(
      "cost of the last 24 hours",
      async () => Object.keys((await ledger.costSince(TO - DAY - 1)).byProvider).length,
    ),
    await time("spent by client in 30 days", async () => Object.keys(await ledger.spentByClient(TO - 30 * DAY)).length),
    await time("1,000 rows of an export", async () => (await ledger.rows({ from: TO - 20 * DAY, to: TO })).length),
  );
  return timed;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<void> {
  const url = values["database-url"];
  const ledger = await createLedger({ databaseFile: values.file, ...(url === undefined ? {} : { databaseUrl: url }) });
  try {
    const rows = Number(values.rows);
    const [total] = await ledger.report({ from: 0, to: TO * 2, by: [], timeZone: "UTC" });
    if (total === undefined) await fill(ledger, rows);
    if (url === undefined) print(`${(statSync(values.file).size / 1e9).toFixed(2)} GB on disk`);
    for (const { name, ms, cpuMs, groups } of await timeReports(ledger)) {
      print(
        `${ms.toFixed(0).padStart(7)} ms (CPU ${cpuMs.toFixed(0).padStart(6)} ms) ${String(groups).padStart(8)} groups  ${name}`,
      );
    }
  } finally {
    await ledger.close();
  }
}

async function fill(ledger: Ledger, rows: number): Promise<void> {
  const start = performance.now();
  let told = 0;
  await fillLedger(ledger, { rows, from: FROM, days: DAYS, clients: Number(values.clients), seed: 1 }, (written) => {
    if (written - told < 500_000) return;
    told = written;
    print(`${written} rows, ${Math.round(written / ((performance.now() - start) / 1000))} a second`);
  });
}

await main();
