import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { createOutbox, type Outbox } from "@switchyard/outbox";
import { createQueueShipper } from "@switchyard/outbox/queue";
import { cpuMicroseconds, residentBytes } from "../../bench/process-usage.ts";
import { check, type ProofResult } from "../../quota/proof.ts";
import { findFreePorts } from "../../support/free-ports.ts";
import { startDurableRedis } from "../chaos/prove-kills.ts";
import { createMeshProcess, type MeshProcess } from "../mesh/mesh-process.ts";
import { INNER_TOKEN } from "../mesh/start-ledger-mesh.ts";
import { createInventor } from "./invent-attempts.ts";
import { watchHeap, type HeapWatch } from "./watch-heap.ts";

export interface ThroughputOptions {
  /** Attempts per second; each is an intent and a settlement. */
  rate: number;
  seconds: number;
  /** Seconds at the same rate before memory is measured: SQLite's page cache fills, code is compiled. */
  warmUp: number;
}

interface Sample {
  second: number;
  appended: number;
  rows: number;
  /** Attempts. */
  lag: number;
  /** Age of the oldest entry that the ledger has not acknowledged, ms. */
  lagMs: number;
  /** Bytes: of the process, and of its heap after everything else was collected. */
  rss: number;
  heap: number;
  cpuMs: number;
}

const TICK_MS = 10;
const SAMPLE_MS = 5_000;
const DRAIN_LIMIT_MS = 60_000;
const MIB = 2 ** 20;

/** An outbox, Redis (append-only file on), the worker's process, a file of SQLite: what goes in comes out, and memory stays. */
export async function proveThroughput(options: ThroughputOptions): Promise<ProofResult> {
  const cwd = mkdtempSync(path.join(os.tmpdir(), "switchyard-throughput-"));
  const redis = await startDurableRedis();
  const ledgerFile = path.join(cwd, "ledger.sqlite");
  const redisUrl = `redis://127.0.0.1:${redis.port}`;
  const log: string[] = [];
  const worker = createMeshProcess({ ...(await describeWorker({ cwd, redisUrl, ledgerFile })), log });
  await worker.start();
  const heap = await watchHeap(log);
  const outbox = createOutbox({
    directory: path.join(cwd, "outbox"),
    instance: "throughput",
    shipper: createQueueShipper({ redisUrl, prefix: "switchyard:" }),
    onProblem: (problem) => log.push(problem),
  });
  try {
    const run = await append(options, { outbox, worker, ledgerFile, heap });
    return judge(options, run, log);
  } finally {
    heap.close();
    await outbox.close();
    await worker.stop();
    await redis.close();
    rmSync(cwd, { recursive: true, force: true });
  }
}

interface WorkerPlaces {
  cwd: string;
  redisUrl: string;
  ledgerFile: string;
}

async function describeWorker({ cwd, redisUrl, ledgerFile }: WorkerPlaces) {
  const [port = 0] = await findFreePorts(1);
  return {
    name: "cost-worker",
    entry: "services/cost-worker/src/main.ts",
    port,
    readyRoute: "/health/live",
    flags: ["--inspect=127.0.0.1:0"],
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: cwd,
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      SWITCHYARD_DEMO: "0",
      SWITCHYARD_MESH: "1",
      SWITCHYARD_INNER_TOKEN: INNER_TOKEN,
      LOG_LEVEL: "warn",
      REDIS_URL: redisUrl,
      COST_WORKER_PORT: String(port),
      SWITCHYARD_LEDGER: ledgerFile,
      HOURLY_COST_ALERT_THRESHOLD: "0",
      DAILY_COST_ALERT_THRESHOLD: "0",
    },
  };
}

interface Run {
  samples: Sample[];
  appended: number;
  rows: number;
  openIntents: number;
  drainMs: number;
  /** ms per entry that `append` took, of its own. */
  appendMs: number[];
}

interface Parts {
  outbox: Outbox;
  worker: MeshProcess;
  ledgerFile: string;
  heap: HeapWatch;
}

async function append(
  { rate, seconds, warmUp }: ThroughputOptions,
  { outbox, worker, ledgerFile, heap }: Parts,
): Promise<Run> {
  const database = new DatabaseSync(ledgerFile, { readOnly: true, timeout: 5_000 });
  const count = (table: string): number =>
    Number(database.prepare(`select count(*) as rows from ${table}`).get()?.["rows"] ?? 0);
  const invent = createInventor(7);
  const run: Run = { samples: [], appended: 0, rows: 0, openIntents: 0, drainMs: 0, appendMs: [] };
  const started = performance.now();
  let nextSample = SAMPLE_MS;
  const sampling: Promise<void>[] = [];
  const sample = async (ms: number): Promise<void> => {
    const rows = count("ledger_attempts");
    const { oldestAt } = outbox.status();
    const taken = {
      second: Math.round(ms / 1_000),
      appended: run.appended,
      rows,
      lag: run.appended - rows,
      lagMs: oldestAt === undefined ? 0 : Date.now() - oldestAt,
      cpuMs: cpuMicroseconds(worker.pid) / 1_000,
    };
    run.samples.push({ ...taken, heap: await heap.collect(), rss: residentBytes(worker.pid) });
  };
  try {
    for (;;) {
      const elapsed = performance.now() - started;
      if (elapsed >= nextSample) {
        sampling.push(sample(elapsed));
        nextSample += SAMPLE_MS;
      }
      if (elapsed >= (warmUp + seconds) * 1_000) break;
      for (const due = Math.floor((elapsed * rate) / 1_000); run.appended < due; run.appended += 1) {
        const { intent, settlement } = invent(Date.now());
        const before = performance.now();
        outbox.append(intent);
        outbox.append(settlement);
        run.appendMs.push(performance.now() - before);
      }
      await sleep(TICK_MS);
    }
    await Promise.all(sampling);
    const ended = performance.now();
    await outbox.drained(DRAIN_LIMIT_MS);
    run.drainMs = performance.now() - ended;
    run.rows = count("ledger_attempts");
    run.openIntents = count("ledger_intents");
    return run;
  } finally {
    database.close();
  }
}

function judge({ rate, seconds, warmUp }: ThroughputOptions, run: Run, log: readonly string[]): ProofResult {
  const { samples, appended, rows, openIntents, drainMs } = run;
  const warm = samples.filter(({ second }) => second >= warmUp);
  const slope = slopeOf(warm.map(({ second, heap }) => [second / 60, heap / MIB]));
  const rssSlope = slopeOf(warm.map(({ second, rss }) => [second / 60, rss / MIB]));
  const last = samples.at(-1);
  const sorted = run.appendMs.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Infinity;
  const average = mean(sorted);
  return {
    title: `${rate} attempts/s (${2 * rate} entries/s) through outbox, queue, worker and SQLite for ${warmUp} and ${seconds} s`,
    tables: [tabulate(samples)],
    checks: [
      check(
        "all of it was offered",
        appended >= 0.99 * rate * (warmUp + seconds),
        `${appended} attempts in ${warmUp + seconds} s`,
      ),
      check("nothing is lost", rows === appended, `${appended} in, ${rows} rows${describe(log)}`),
      check("no intent is left", openIntents === 0, `${openIntents} open`),
      check(
        "the ledger keeps up",
        drainMs < 5_000 && (last?.lag ?? Infinity) < 5 * rate,
        `${last?.lag} attempts behind at the end, all there ${(drainMs / 1_000).toFixed(1)} s later`,
      ),
      check(
        "the worker's memory is flat",
        slope < FLAT_HEAP && rssSlope < FLAT_RSS,
        `heap ${slope.toFixed(1)}, resident ${rssSlope.toFixed(1)} MiB a minute after the first ${warmUp} s`,
      ),
      check(
        "the outbox costs a request less than 0.05 ms",
        average < 0.05,
        `intent and settlement together: mean ${average.toFixed(4)} ms, median ${at(0.5).toFixed(4)} ms, 99% ${at(0.99).toFixed(4)} ms`,
      ),
    ],
  };
}

function describe(log: readonly string[]): string {
  const told = log.filter((line) => !/Debugger|debugging/.test(line));
  return told[0] === undefined ? "" : `; ${told[0]}`;
}

/** MiB a minute; 60 bytes that stay of each attempt would be more. */
const FLAT_HEAP = 3;
/** Pages come and go: what is held for SQLite and for buffers. */
const FLAT_RSS = 15;

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

function tabulate(samples: readonly Sample[]) {
  const shown = samples.filter(({ second }, index) => second % 10 === 0 || index === samples.length - 1);
  return {
    caption: "By second",
    head: ["second", "attempts in", "rows", "behind", "oldest, ms", "worker heap, MiB", "resident, MiB", "CPU, s"],
    rows: shown.map(({ second, appended, rows, lag, lagMs, rss, heap, cpuMs }) => [
      String(second),
      String(appended),
      String(rows),
      String(lag),
      lagMs.toFixed(0),
      (heap / MIB).toFixed(1),
      (rss / MIB).toFixed(1),
      (cpuMs / 1_000).toFixed(1),
    ]),
  };
}
