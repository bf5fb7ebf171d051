import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { QuotaReport } from "@switchyard/simulators";
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
  begin: (tools: Tools) => Promise<void> | void;
}

interface Tools {
  redis: RedisProcess;
  proxy: DelayingProxy;
}

const PHASES: readonly Phase[] = [
  { name: "warming up", windows: 2, begin: () => undefined },
  { name: "well", windows: 1, begin: () => undefined },
  { name: "slow, 100 ms each way", windows: 1.5, begin: ({ proxy }) => void (proxy.delayMs = 100) },
  {
    name: "well again",
    windows: 1,
    begin: ({ proxy }) => void (proxy.delayMs = 0),
  },
  { name: "frozen", windows: 1.5, begin: ({ redis }) => redis.freeze() },
  { name: "thawed", windows: 1, begin: ({ redis }) => redis.thaw() },
  { name: "killed", windows: 1.5, begin: ({ redis }) => redis.kill() },
  { name: "started again, empty", windows: 1.5, begin: ({ redis }) => redis.restart() },
  { name: "flushed", windows: 1, begin: ({ redis }) => flush(redis.port) },
  { name: "healed", windows: 1, begin: () => undefined },
];

interface PhaseResult {
  name: string;
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
  for (const { name, windows, begin } of PHASES) {
    const from = Date.now();
    for (const { quotas } of fleet.simulators) quotas.clearReport();
    await begin(tools);
    await sleep(windows * WINDOW_MS);
    const reports = STEADY_KINDS.map((kind) => fleet.simulatorOf(kind).quotas.report());
    results.push({ name, from, until: Date.now(), reports });
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
        "no limit is exceeded by more than a window's worth while Redis is away",
        measured.every(({ reports }) =>
          reports.every(({ quotas }) => quotas.every((use) => excessOf(use) <= use.rule.limit)),
        ),
        `at most ${perCent(Math.max(...measured.flatMap(({ reports }) => reports.flatMap(({ quotas }) => quotas.map((use) => excessOf(use) / use.rule.limit)))), 1)} of a window`,
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
      ...phases.map(({ reports }) => {
        const use = reports[index]?.quotas[place];
        return use === undefined ? "" : String(excessOf(use));
      }),
    ]),
  );
  return {
    caption: "Units asked of each limit beyond what it holds",
    head: ["provider", "quota", "per window", ...phases.map(({ name }) => name)],
    rows,
  };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
