import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { BODY_SIZES, type BodySize } from "./request-bodies.ts";
import { type LoadSample, runLoad } from "./load.ts";
import { residentBytes, sumOf } from "./process-usage.ts";
import { formatTable } from "./report.ts";
import { percentile } from "./statistics.ts";
import type { Target } from "./targets.ts";

const STREAMS = 100;
const THINKING_CLIENTS = 8;
const THINK_MS = 60;

/**
 * Time to the first byte where the machine is not saturated: eight clients that think between two requests. Without
 * the pause, every target keeps all cores busy, and what is measured is the queue.
 */
export async function measureFirstByte(targets: readonly Target[], rounds: number): Promise<string> {
  const rows: string[][] = [];
  for (const size of Object.keys(BODY_SIZES) as BodySize[]) {
    const firstBytes = new Map<string, number[]>();
    const overheads = new Map<string, number[]>();
    for (let round = -1; round < rounds; round += 1)
      for (const target of targets) {
        const body = target.body({ bytes: BODY_SIZES[size], answer: "50" });
        const load = { clients: THINKING_CLIENTS, requests: THINKING_CLIENTS * 8, thinkMs: THINK_MS };
        const { samples } = await runLoad({ url: target.url, body, headers: target.headers, ...load });
        if (round < 0) continue;
        append(
          firstBytes,
          target.name,
          samples.map((sample) => sample.firstByteMs),
        );
        append(
          overheads,
          target.name,
          samples.flatMap((sample) => sample.overheadMs ?? []),
        );
      }
    const of = (name: string): number[] => firstBytes.get(name) ?? [];
    for (const { name, baseline } of targets)
      rows.push(toFirstByteRow([size, name], of(name), of(baseline), overheads.get(name) ?? []));
  }
  return formatTable(
    ["body", "through", "ttfb p50 ms", "ttfb p99 ms", "added p50 ms", "added p99 ms", "overhead header p50 ms"],
    rows,
  );
}

function append(map: Map<string, number[]>, name: string, values: readonly number[]): void {
  map.set(name, [...(map.get(name) ?? []), ...values]);
}

function toFirstByteRow(
  head: readonly string[],
  own: readonly number[],
  direct: readonly number[],
  overheads: readonly number[],
): string[] {
  const [p50, p99] = [percentile(own, 0.5), percentile(own, 0.99)];
  return [
    ...head,
    p50.toFixed(2),
    p99.toFixed(2),
    (p50 - percentile(direct, 0.5)).toFixed(2),
    (p99 - percentile(direct, 0.99)).toFixed(2),
    overheads.length === 0 ? "" : percentile(overheads, 0.5).toFixed(2),
  ];
}

/**
 * Gap between events as the client sees it, while all of a hundred paced streams are open: between the first event of
 * the last one to begin and the end of the first one to end. The target's against the simulator's own.
 */
export async function measureGaps(targets: readonly Target[]): Promise<string> {
  const rows: string[][] = [];
  const alone = new Map<string, number>();
  for (const target of targets) {
    const { samples } = await runLoad({
      url: target.url,
      body: pacedBody(target),
      headers: target.headers,
      clients: STREAMS,
      requests: STREAMS,
    });
    const gaps = gapsWhileAllAreOpen(samples);
    const p99 = percentile(gaps, 0.99);
    alone.set(target.name, p99);
    const added = p99 - (alone.get(target.baseline) ?? p99);
    rows.push([target.name, percentile(gaps, 0.5).toFixed(2), p99.toFixed(2), added.toFixed(2)]);
  }
  return formatTable(["through", "p50 ms", "p99 ms", "added p99 ms"], rows);
}

function gapsWhileAllAreOpen(samples: readonly LoadSample[]): number[] {
  const from = Math.max(...samples.map(({ moments }) => moments[0] ?? Infinity));
  const until = Math.min(...samples.map(({ moments }) => moments.at(-1) ?? 0));
  return samples.flatMap(({ gaps, moments }) =>
    gaps.filter((_, index) => (moments[index] ?? 0) >= from && (moments[index + 1] ?? Infinity) <= until),
  );
}

/** The longest gap of paced streams while 1 MB requests pass, against the same without them. */
export async function measureInterference(targets: readonly Target[]): Promise<string> {
  const rows: string[][] = [];
  for (const target of targets) {
    const quiet = await longestGap(target, false);
    const busy = await longestGap(target, true);
    rows.push([target.name, quiet.toFixed(1), busy.toFixed(1), Math.max(0, busy - quiet).toFixed(1)]);
  }
  return formatTable(["through", "p99.9 gap ms, quiet", "with 1 MB requests", "delay ms"], rows);
}

async function longestGap(target: Target, withLargeRequests: boolean): Promise<number> {
  const streams = runLoad({
    url: target.url,
    body: pacedBody(target),
    headers: target.headers,
    clients: 10,
    requests: 20,
  });
  const large = target.body({ bytes: BODY_SIZES["1 MB"], answer: "50" });
  const others = withLargeRequests
    ? runLoad({ url: target.url, body: large, headers: target.headers, clients: 1, requests: 60 })
    : undefined;
  const { samples } = await streams;
  await others;
  return percentile(
    samples.flatMap((sample) => sample.gaps),
    0.999,
  );
}

/** What opening them has left is given back by then. */
const IDLE_MS = 12_000;

/**
 * What open streams that send nothing cost: what resident memory grows by for each once as many are open already. The
 * first ones also pay for room that the process takes once, whoever comes.
 */
export async function measureIdleStreams(targets: readonly Target[], count: number): Promise<string> {
  const rows: string[][] = [];
  let pipes: number | undefined;
  for (const target of targets) {
    if (target.pids.length === 0) continue;
    const first = await openStreams(target, count);
    await sleep(IDLE_MS);
    const before = sumOf(target.pids, residentBytes);
    const open = [...first, ...(await openStreams(target, count))];
    await sleep(IDLE_MS);
    const perThousand = ((sumOf(target.pids, residentBytes) - before) / count) * 1000;
    open.forEach((request) => request.destroy());
    pipes ??= perThousand;
    rows.push([target.name, (perThousand / 1e6).toFixed(1), (perThousand / pipes).toFixed(2)]);
  }
  return formatTable(["through", "MB per 1,000 streams", "× two pipes"], rows);
}

async function openStreams(target: Target, count: number): Promise<http.ClientRequest[]> {
  const body = target.body({ bytes: 1024, answer: "idle" });
  const agent = new http.Agent({ keepAlive: true });
  const open: http.ClientRequest[] = [];
  // In lots, so that the listen queue is not what is measured.
  for (let opened = 0; opened < count; opened += 50)
    open.push(
      ...(await Promise.all(Array.from({ length: Math.min(50, count - opened) }, () => openOne(target, agent, body)))),
    );
  return open;
}

/** Resolves once the first event has come; the stream then stays silent. */
function openOne(target: Target, agent: http.Agent, body: Buffer): Promise<http.ClientRequest> {
  return new Promise((resolve, reject) => {
    const headers = { ...target.headers, "content-type": "application/json", "content-length": body.length };
    const request = http.request(target.url, { agent, method: "POST", headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${target.name} answered ${answer.statusCode}`));
      answer.on("error", () => {});
      answer.once("data", () => resolve(request));
      answer.resume();
    });
    request.on("error", reject);
    request.end(body);
  });
}

function pacedBody(target: Target): Buffer {
  return target.body({ bytes: 1024, answer: "paced" });
}
