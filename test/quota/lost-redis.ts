import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { QuotaReport, QuotaUse } from "@switchyard/simulators";
import type { RedisProcess } from "@switchyard/state/testing";
import { startDelayingProxy, type DelayingProxy } from "./fleet/start-delaying-proxy.ts";
import { startFleet, type Fleet } from "./fleet/start-fleet.ts";
import { runLoad, type Try, type TurnRecord } from "./load/run-load.ts";
import { createPlayer } from "./load/wanted-answer.ts";
import { check, perCent, type ProofResult } from "./proof.ts";
import { summedCapacity } from "./steady/run-steady.ts";
import { describeSteadyFleet, PROMPT_CACHE_MS, SHAPE, STEADY_KINDS, WINDOW_MS } from "./steady/steady-fleet.ts";

const GATEWAYS = 3;
const LOAD = 0.95;

interface Phase {
  name: string;
  windows: number;
  /** How often gateways change between Redis and their own share in it. */
  changes: number;
  begin: (tools: Tools) => Promise<void> | void;
}

interface Tools {
  redis: RedisProcess;
  proxy: DelayingProxy;
}

const PHASES: readonly Phase[] = [
  { name: "warming up", windows: 2, changes: 0, begin: () => undefined },
  { name: "well", windows: 1, changes: 0, begin: () => undefined },
  { name: "slow, 100 ms each way", windows: 1.5, changes: 1, begin: ({ proxy }) => void (proxy.delayMs = 100) },
  { name: "well again", windows: 1, changes: 1, begin: ({ proxy }) => void (proxy.delayMs = 0) },
  { name: "frozen", windows: 1.5, changes: 1, begin: ({ redis }) => redis.freeze() },
  { name: "thawed", windows: 1, changes: 1, begin: ({ redis }) => redis.thaw() },
  { name: "killed", windows: 1.5, changes: 1, begin: ({ redis }) => redis.kill() },
  { name: "started again, empty", windows: 1.5, changes: 1, begin: ({ redis }) => redis.restart() },
  { name: "flushed", windows: 1, changes: 2, begin: ({ redis }) => flush(redis.port) },
  { name: "healed", windows: 2, changes: 0, begin: () => undefined },
];

/**
 * What a limit may be exceeded by. At each change a gateway goes on from what it last saw of the others, which is a
 * second old at most: what they take in a second at the limit's own rate it may take once more. Within a sub-window of
 * a second that is all of it. And always, Redis there or not: answers under way that get longer than the p90 that was
 * reserved for them, and the one request that an upstream counts dearer than the gateway.
 */
const SEEN_MS = 1_000;
const ANSWERS_TAIL = 0.02;
const LARGEST_PROMPT = SHAPE.system[1] + SHAPE.turns[1] * (SHAPE.turn[1] + SHAPE.output[1]);

function allowanceOf({ limit, resource, windowMs }: QuotaUse["rule"], { changes }: Pick<Phase, "changes">): number {
  const oneRequest = resource === "requests" ? 1 : resource === "output_tokens" ? SHAPE.output[1] : LARGEST_PROMPT;
  return Math.round(limit * (ANSWERS_TAIL + (changes * SEEN_MS) / windowMs) + oneRequest);
}

interface PhaseResult {
  name: string;
  changes: number;
  from: number;
  until: number;
  reports: readonly QuotaReport[];
}

/** Redis fails in every way there is while sessions go on: nobody's turn fails, and limits are exceeded by little. */
export async function proveLostRedis({ redis }: { redis: RedisProcess }): Promise<ProofResult> {
  const proxy = await startDelayingProxy(redis.port);
  const fleet = await startFleet(
    describeSteadyFleet({ gateways: GATEWAYS, redisUrl: `redis://127.0.0.1:${proxy.port}` }),
  );
  try {
    for (const simulator of fleet.simulators) {
      const player = createPlayer(simulator.kind === "openai" ? PROMPT_CACHE_MS : undefined);
      simulator.answerWith((request) => player.play(request));
    }
    const tries: Try[] = [];
    const loading = runLoad({
      urls: fleet.gateways.map(({ url }) => url),
      shape: SHAPE,
      seed: 5,
      rate: (LOAD * summedCapacity() * 1_000) / WINDOW_MS,
      durationMs: PHASES.reduce((sum, { windows }) => sum + windows, 0) * WINDOW_MS,
      onTry: (one) => tries.push(one),
    });
    const phases = await runPhases(fleet, { redis, proxy });
    return judge(phases, await loading, tries);
  } finally {
    await fleet.stop();
    await proxy.close();
  }
}

async function runPhases(fleet: Fleet, tools: Tools): Promise<PhaseResult[]> {
  const results: PhaseResult[] = [];
  for (const { name, windows, changes, begin } of PHASES) {
    const from = Date.now();
    for (const { quotas } of fleet.simulators) quotas.clearReport();
    await begin(tools);
    await sleep(windows * WINDOW_MS);
    const reports = STEADY_KINDS.map((kind) => fleet.simulatorOf(kind).quotas.report());
    results.push({ name, changes, from, until: Date.now(), reports });
  }
  return results;
}

async function flush(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.write("FLUSHALL\r\n");
  await once(socket, "data");
  socket.destroy();
}

function judge(phases: readonly PhaseResult[], turns: readonly TurnRecord[], tries: readonly Try[]): ProofResult {
  const measured = phases.slice(1);
  const failed = turns.filter(({ ok }) => !ok);
  const broken = tries.filter(({ ok, status }) => !ok && status !== 429);
  const healed = measured.at(-1);
  const uses = measured.flatMap((phase) =>
    phase.reports.flatMap(({ quotas }) => quotas.map((use) => ({ use, phase }))),
  );
  const [refusedHealed, sentHealed] = healed === undefined ? [0, 0] : countUpstream(healed);
  return {
    title: `Redis slow, frozen, killed, emptied, under ${LOAD * 100}% load on ${GATEWAYS} gateways`,
    tables: [tabulate(measured, turns, tries), tabulateExcess(measured)],
    checks: [
      check(
        "no turn fails",
        failed.length === 0,
        `${failed.length} of ${turns.length}${failed[0] ? `; ${failed[0].last.failure}` : ""}`,
      ),
      check(
        "no answer is broken or an error other than 429",
        broken.length === 0,
        `${broken.length} of ${tries.length}${broken[0] ? `; ${broken[0].failure}` : ""}`,
      ),
      check(
        "the state heals: in the end an upstream refuses less than 1%",
        refusedHealed < 0.01 * sentHealed,
        `${refusedHealed} of ${sentHealed}`,
      ),
      check(
        "no limit is exceeded by more than a second of the others' traffic at each change allows",
        uses.every(({ use, phase }) => excessOf(use) <= allowanceOf(use.rule, phase)),
        `at most ${perCent(Math.max(...uses.map(({ use }) => excessOf(use) / use.rule.limit)), 1)} of a window, ${perCent(Math.max(...uses.map(({ use, phase }) => excessOf(use) / allowanceOf(use.rule, phase))), 1)} of what is allowed`,
      ),
    ],
  };
}

/** What was asked of a quota beyond what it holds: refused, or produced after it was full. */
function excessOf({ refused, overshoot }: { refused: number; overshoot: number }): number {
  return Math.round(refused + overshoot);
}

function countUpstream({ reports }: PhaseResult): [refused: number, sent: number] {
  const refused = reports.reduce((sum, report) => sum + report.refused, 0);
  return [refused, reports.reduce((sum, report) => sum + report.accepted, refused)];
}

function tabulate(phases: readonly PhaseResult[], turns: readonly TurnRecord[], tries: readonly Try[]) {
  const rows = phases.map((phase) => {
    const within = (at: number): boolean => at >= phase.from && at < phase.until;
    const mine = turns.filter(({ at }) => within(at));
    const [refused, sent] = countUpstream(phase);
    const waits = tries.filter(({ endedAt, status }) => within(endedAt) && status === 429);
    return [
      phase.name,
      String(mine.length),
      String(mine.filter(({ ok }) => !ok).length),
      String(waits.length),
      String(sent),
      String(refused),
      perCent(refused, sent),
      median(mine.filter(({ ok, tries: count }) => ok && count === 1).map(({ last }) => last.firstByteMs)).toFixed(0),
    ];
  });
  return {
    caption: `Redis by phase; a simulated minute is ${WINDOW_MS / 1_000} s`,
    head: ["Redis", "turns", "failed", "told to wait", "upstream requests", "429s", "of them", "first byte p50 ms"],
    rows,
  };
}

function tabulateExcess(phases: readonly PhaseResult[]) {
  const rows = STEADY_KINDS.flatMap((kind, index) =>
    (phases[0]?.reports[index]?.quotas ?? []).map(({ rule }, place) => [
      kind,
      rule.resource.replace("_", " "),
      String(rule.limit),
      ...phases.map((phase) => {
        const use = phase.reports[index]?.quotas[place];
        return use === undefined ? "" : `${excessOf(use)} of ${allowanceOf(rule, phase)}`;
      }),
    ]),
  );
  return {
    caption: "Units asked of each limit beyond what it holds, of those that are allowed in the phase",
    head: ["provider", "quota", "per window", ...phases.map(({ name }) => name)],
    rows,
  };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
