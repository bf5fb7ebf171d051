/**
 * `npm run bench`: the mesh against the simulator alone and against two bare node:http pipes in a row, in
 * one run, rounds interleaved so that a noisy machine hits all alike. --quick for a short look,
 * BENCH_PEER_URL for one more gateway to compare with.
 */
import { parseArgs } from "node:util";
import { BODY_SIZES, type AnswerKind, type BodySize } from "./request-bodies.ts";
import { measureFirstByte, measureGaps, measureIdleStreams, measureInterference } from "./concurrency.ts";
import { keepAwake } from "./keep-awake.ts";
import { runLoad, type LoadSample } from "./load.ts";
import { cpuMicroseconds, residentBytes, sumOf } from "./process-usage.ts";
import { formatMachine, formatTable } from "./report.ts";
import { measureRoutingCost } from "./routing-cost.ts";
import { median, percentile } from "./statistics.ts";
import { FLOOR, startTargets, type Target, type Targets } from "./targets.ts";

const { values: flags } = parseArgs({
  options: { quick: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
});

interface Case {
  size: BodySize;
  answer: AnswerKind;
  requests: number;
}

const CASES: readonly Case[] = (Object.keys(BODY_SIZES) as BodySize[]).flatMap((size): Case[] => {
  const requests = size === "1 MB" ? 24 : 120;
  return [
    { size, answer: "50", requests },
    { size, answer: "500", requests: Math.ceil(requests / 3) },
    { size, answer: "whole", requests },
  ];
});

const ANSWER_NAMES: Readonly<Record<AnswerKind, string>> = {
  "50": "50 events",
  "500": "500 events",
  paced: "300 events, paced",
  idle: "silent",
  whole: "not streamed",
};

/** At rest means: the start and its first looks around, or the load, are over, and what they left was given back. */
const SETTLE_MS = 15_000;
const CLIENTS = 8;
const WARM_UP_ROUNDS = 2;
/** Requests that each way serves before anything is counted: compilers are at work until then. */
const WARM_UP: readonly { size: BodySize; requests: number }[] = [
  { size: "1 KB", requests: flags.quick ? 200 : 3000 },
  { size: "100 KB", requests: flags.quick ? 100 : 2500 },
];
const ROUNDS = flags.quick ? 2 : 6;

interface Result {
  case: Case;
  target: Target;
  samples: LoadSample[];
  seconds: number;
  cpu: number;
}

/** A service runs for days: what is measured is one that has served for a while. */
async function warmUp(targets: readonly Target[]): Promise<void> {
  for (const { size, requests } of WARM_UP)
    for (const { url, headers, body } of targets) {
      const asked = body({ bytes: BODY_SIZES[size], answer: "50" });
      await runLoad({ url, body: asked, headers, clients: CLIENTS, requests });
    }
}

async function measure(targets: readonly Target[], one: Case): Promise<Result[]> {
  const results = targets.map((target): Result => ({
    case: one,
    target,
    samples: [],
    seconds: 0,
    cpu: 0,
  }));
  const perRound = Math.max(CLIENTS, Math.ceil(one.requests / (flags.quick ? 4 : 1)));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1)
    for (const [index, target] of targets.entries()) {
      const body = target.body({ bytes: BODY_SIZES[one.size], answer: one.answer });
      const before = sumOf(target.pids, cpuMicroseconds);
      const { samples, seconds } = await runLoad({
        url: target.url,
        body,
        headers: target.headers,
        clients: CLIENTS,
        requests: perRound,
      });
      const result = results[index];
      // The first rounds warm up compilers and connections and are not counted.
      if (!result || round < 0) continue;
      result.cpu += sumOf(target.pids, cpuMicroseconds) - before;
      result.samples.push(...samples);
      result.seconds += seconds;
    }
  return results;
}

function toRows(results: readonly Result[]): string[][] {
  const named = new Map(results.map((result) => [result.target.name, result]));
  const floor = named.get(FLOOR);
  const floorCpu = floor === undefined ? Number.NaN : floor.cpu / floor.samples.length;
  return results.map((result) => toRow(result, { alone: named.get(result.target.baseline) ?? result, floorCpu }));
}

function toRow(result: Result, { alone, floorCpu }: { alone: Result; floorCpu: number }): string[] {
  const { samples, target } = result;
  const perRequest = result.cpu / samples.length;
  const firstBytes = samples.map((sample) => sample.firstByteMs);
  const totals = samples.map((sample) => sample.totalMs);
  const overheads = samples.flatMap((sample) => sample.overheadMs ?? []);
  const aloneFirst = median(alone.samples.map((sample) => sample.firstByteMs));
  const isCounted = target.pids.length > 0;
  return [
    result.case.size,
    ANSWER_NAMES[result.case.answer],
    target.name,
    (samples.length / result.seconds).toFixed(0),
    percentile(totals, 0.5).toFixed(1),
    percentile(totals, 0.99).toFixed(1),
    percentile(firstBytes, 0.5).toFixed(1),
    percentile(firstBytes, 0.99).toFixed(1),
    (median(firstBytes) - aloneFirst).toFixed(1),
    overheads.length > 0 ? median(overheads).toFixed(1) : "",
    isCounted ? perRequest.toFixed(0) : "",
    isCounted ? (perRequest / floorCpu).toFixed(2) : "",
  ];
}

const HEAD = [
  "body",
  "answer",
  "through",
  "req/s",
  "p50 ms",
  "p99 ms",
  "ttfb p50",
  "ttfb p99",
  "added ttfb",
  "overhead header",
  "CPU µs/req",
  "× two pipes",
];

async function printLatencies(targets: readonly Target[]): Promise<void> {
  const letSleep = keepAwake();
  try {
    console.log("Cores are kept awake for the next three tables.\n");
    console.log(
      `Time to first byte, 8 clients that think 60 ms between requests\n\n${await measureFirstByte(targets, ROUNDS)}\n`,
    );
    console.log(
      `Gap between events at 100 streams (300 events each, 10 ms apart; while all of them are open)\n\n${await measureGaps(targets)}\n`,
    );
    console.log(`What a 1 MB request delays other streams\n\n${await measureInterference(targets)}\n`);
  } finally {
    letSleep();
  }
}

/** MB that each service holds while it has nothing to do. */
async function measureRest(services: Targets["services"]): Promise<string[]> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return services.map(({ pid }) => (residentBytes(pid) / 1e6).toFixed(0));
}

async function main(): Promise<void> {
  const targets = await startTargets();
  try {
    const started = await measureRest(targets.services);
    console.log(`${formatMachine()}\n`);
    await warmUp(targets.list);
    const rows: string[][] = [];
    for (const one of CASES) {
      const results = await measure(targets.list, one);
      rows.push(...toRows(results));
      process.stderr.write(`${one.size}, ${ANSWER_NAMES[one.answer]}: done\n`);
    }
    console.log(`${CLIENTS} clients, ${ROUNDS} rounds, interleaved\n\n${formatTable(HEAD, rows)}\n`);
    const routing = await measureRoutingCost(flags.quick ? 2000 : 10_000);
    const routingRows = routing.map(({ store, candidates, microseconds }) => [
      store,
      String(candidates),
      microseconds.toFixed(0),
    ]);
    console.log(
      `What routing costs a request (planning, reserving, settling, the session's place, the record)\n\n` +
        `${formatTable(["state in", "candidates", "CPU µs"], routingRows)}\n`,
    );
    await printLatencies(targets.list);
    console.log(
      `Memory per 1,000 idle open streams\n\n${await measureIdleStreams(targets.list, flags.quick ? 200 : 1000)}\n`,
    );
    const served = await measureRest(targets.services);
    const rest = targets.services.map(({ name }, index) => [name, started[index] ?? "", served[index] ?? ""]);
    console.log(
      `At rest, MB resident\n\n${formatTable(["service", "after its start", "after all of the above"], rest)}`,
    );
  } finally {
    await targets.stop();
  }
}

await main();
