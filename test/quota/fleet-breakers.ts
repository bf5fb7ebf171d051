import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RecordedRequest, Scenario, Simulator } from "@switchyard/simulators";
import { startDelayingProxy, type DelayingProxy } from "./fleet/start-delaying-proxy.ts";
import { startFleet, type Fleet } from "./fleet/start-fleet.ts";
import { sendTurn, type TurnResult } from "./load/send-turn.ts";
import { check, type Check, type ProofResult } from "./proof.ts";

const GATEWAYS = 3;
const THRESHOLD = 5;
const RECOVERY_MS = 2_000;
/** What a replica may take to learn that a breaker opened or closed is a second, less what these requests take. */
const LEARNT_MS = 900;
/** An answer of 30 s, at a tenth of the time. */
const STREAM_MS = 3_000;
const STORM_SESSIONS = 50;
const STORM_PAUSE_MS = 250;
const STORM_WINDOWS = 3;

/** Breakers that all replicas share: seen on what reaches the provider, through every gateway. */
export async function proveFleetBreakers({ redisUrl }: { redisUrl: string }): Promise<ProofResult> {
  const proxy = await startDelayingProxy(Number(new URL(redisUrl).port));
  const fleet = await startFleet({
    gateways: GATEWAYS,
    redisUrl: `redis://127.0.0.1:${proxy.port}`,
    providers: [{ kind: "anthropic" }, { kind: "vertex" }],
    config: {
      max_retries: 0,
      health_check_interval: 0,
      gateway: { routing_strategy: "priority", exploration_share: 0, max_concurrent_requests: 1_000 },
      circuit_breaker: { failure_threshold: THRESHOLD, recovery_timeout: RECOVERY_MS / 1_000 },
    },
  });
  const rig = createRig(fleet, proxy);
  try {
    const checks: Check[] = [];
    for (const story of STORIES) checks.push(await story(rig));
    return {
      title: `Breakers of ${GATEWAYS} gateways: ${THRESHOLD} failures open, a probe after ${RECOVERY_MS / 1_000} s`,
      tables: [],
      checks,
    };
  } finally {
    rig.close();
    await fleet.stop();
    await proxy.close();
  }
}

interface Ask {
  gateway?: number;
  signal?: AbortSignal;
  onFirstByte?: () => void;
}

interface Rig {
  /** The provider that fails. */
  primary: Simulator;
  ask(options?: Ask): Promise<TurnResult>;
  /** What the provider answers from now on. */
  play(decide: (request: RecordedRequest) => Scenario | undefined): void;
  /** Generating requests that the provider got since `reset`. */
  count(): number;
  reset(): void;
  /** So many requests that fail, through all gateways in turn. */
  fail(count: number): Promise<void>;
  /** Whether a request through each gateway reaches the provider. */
  reaches(): Promise<boolean[]>;
  /** Until the breaker is closed on every gateway. */
  recover(): Promise<void>;
  /** From now on each piece of data to Redis and back takes so long. */
  delayRedis(ms: number): void;
  close(): void;
}

function createRig(fleet: Fleet, proxy: DelayingProxy): Rig {
  const primary = fleet.simulatorOf("anthropic");
  const agent = new http.Agent({ keepAlive: true });
  const seen: RecordedRequest[] = [];
  let decide: ((request: RecordedRequest) => Scenario | undefined) | undefined;
  primary.answerWith((request) => {
    seen.push(request);
    return decide?.(request);
  });
  let turn = 0;
  const rig: Rig = {
    primary,
    ask: ({ gateway, ...others } = {}) =>
      sendTurn({ url: fleet.gateways[gateway ?? turn++ % GATEWAYS]?.url ?? "", body: BODY, agent, ...others }),
    play(next) {
      decide = next;
    },
    count: () => seen.length,
    reset: () => void (seen.length = 0),
    async fail(count) {
      rig.play(() => FAILING);
      for (let index = 0; index < count; index += 1) await rig.ask();
    },
    async reaches() {
      const reached: boolean[] = [];
      for (let gateway = 0; gateway < GATEWAYS; gateway += 1) {
        const before = seen.length;
        await rig.ask({ gateway });
        reached.push(seen.length > before);
      }
      return reached;
    },
    async recover() {
      rig.play(() => undefined);
      const deadline = Date.now() + 10 * RECOVERY_MS;
      while (!(await rig.reaches()).every(Boolean)) {
        if (Date.now() > deadline) throw new Error("the breaker does not close again");
        await sleep(100);
      }
      await sleep(LEARNT_MS);
      rig.reset();
    },
    delayRedis: (ms) => void (proxy.delayMs = ms),
    close: () => agent.destroy(),
  };
  return rig;
}

const BODY = JSON.stringify({
  model: "claude-sonnet-5-5",
  max_tokens: 100,
  stream: true,
  messages: [{ role: "user", content: "hello" }],
});

const TEXT: Scenario = { blocks: [{ type: "text", text: "word ".repeat(40) }] };
/** Five events frame the text, ten bring it. */
const SLOW: Scenario = { ...TEXT, delivery: { deltaCharacters: 20, eventDelayMs: STREAM_MS / 15 } };
const CUT_LATE: Scenario = { ...SLOW, fault: { type: "cut", afterEvents: 13 } };
const FAILING: Scenario = { error: { status: 500 } };
const WRONG_REQUEST: Scenario = { error: { status: 400, message: "messages.0: wrong in the client's own way" } };
/** Long until its first output, long until its end. */
const PROBE: Scenario = { ...SLOW, delivery: { ...SLOW.delivery, delayMs: 700 } };
const SILENT: Scenario = { ...TEXT, fault: { type: "hang" } };

type Story = (rig: Rig) => Promise<Check>;

const STORIES: readonly Story[] = [
  longStreamsOpen,
  failuresAfterSuccessesOpen,
  wrongRequestDoesNotClose,
  leavingDoesNotClose,
  firstOutputCloses,
  (rig) => stormProbesOnce(rig, 0),
  (rig) => stormProbesOnce(rig, 50),
];

async function longStreamsOpen(rig: Rig): Promise<Check> {
  await rig.recover();
  rig.play(() => CUT_LATE);
  const results = await Promise.all(Array.from({ length: THRESHOLD }, () => rig.ask()));
  const openedAt = Date.now();
  const began = rig.count();
  rig.play(() => TEXT);
  await sleep(LEARNT_MS);
  const reached = await rig.reaches();
  return check(
    `${THRESHOLD} streams that fail after ${(STREAM_MS / 1_000) * (13 / 15)} s open it on all replicas within a second`,
    began === THRESHOLD && !reached.some(Boolean),
    `${began} streams, ${results.filter(({ ok }) => !ok).length} failed; ${Date.now() - openedAt} ms later requests through ${reached.filter(Boolean).length} of ${GATEWAYS} gateways reach it`,
  );
}

async function failuresAfterSuccessesOpen(rig: Rig): Promise<Check> {
  await rig.recover();
  rig.play(() => TEXT);
  const successes = await Promise.all(Array.from({ length: 40 }, () => rig.ask()));
  // A client sees its answer's end before the fleet has counted it: one that is counted late lies among the failures.
  await sleep(LEARNT_MS);
  await rig.fail(THRESHOLD);
  rig.play(() => TEXT);
  await sleep(LEARNT_MS);
  const reached = await rig.reaches();
  return check(
    `so do ${THRESHOLD} failures after 40 successes`,
    !reached.some(Boolean),
    `${successes.filter(({ ok }) => ok).length} successes, then requests through ${reached.filter(Boolean).length} of ${GATEWAYS} gateways reach it`,
  );
}

/** After an open breaker's time a probe goes out; what is asked while the next probe hangs shows that it was not closed. */
async function probeEndsWithoutVerdict(
  rig: Rig,
  probe: () => Promise<void>,
): Promise<{ probes: number; others: number }> {
  await rig.recover();
  await rig.fail(THRESHOLD);
  await sleep(RECOVERY_MS + 300);
  rig.reset();
  await probe();
  const probes = rig.count();
  rig.reset();
  rig.play(() => SILENT);
  const leaving = new AbortController();
  const hanging = Array.from({ length: 2 * GATEWAYS }, (_, index) =>
    rig.ask({ gateway: index % GATEWAYS, signal: leaving.signal }),
  );
  await sleep(1_000);
  const others = rig.count();
  leaving.abort();
  await Promise.all(hanging);
  return { probes, others };
}

async function wrongRequestDoesNotClose(rig: Rig): Promise<Check> {
  const { probes, others } = await probeEndsWithoutVerdict(rig, async () => {
    rig.play(() => WRONG_REQUEST);
    await rig.ask();
  });
  return check(
    "a probe that ends in the client's own 400 does not close it",
    probes === 1 && others <= 1,
    `${probes} probe; then ${others} of ${2 * GATEWAYS} requests at once reach it`,
  );
}

async function leavingDoesNotClose(rig: Rig): Promise<Check> {
  const { probes, others } = await probeEndsWithoutVerdict(rig, async () => {
    rig.play(() => SILENT);
    const leaving = new AbortController();
    const asked = rig.ask({ signal: leaving.signal });
    await sleep(300);
    leaving.abort();
    await asked;
    await sleep(200);
  });
  return check(
    "a probe whose client leaves does not close it",
    probes === 1 && others <= 1,
    `${probes} probe; then ${others} of ${2 * GATEWAYS} requests at once reach it`,
  );
}

async function firstOutputCloses(rig: Rig): Promise<Check> {
  await rig.recover();
  await rig.fail(THRESHOLD);
  await sleep(RECOVERY_MS + 300);
  rig.reset();
  rig.play(() => PROBE);
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const probe = rig.ask({ gateway: 0, onFirstByte: resolve });
  await sleep(200);
  const early = await rig.ask({ gateway: 1 });
  const beforeOutput = rig.count();
  await begun;
  rig.play(() => TEXT);
  const outputAt = Date.now();
  while (rig.count() <= beforeOutput && Date.now() - outputAt < 1_500) await rig.ask({ gateway: 1 });
  const admittedMs = Date.now() - outputAt;
  const admitted = rig.count() > beforeOutput;
  const whole = await probe;
  return check(
    "the second request is admitted at the probe's first output, not at its end",
    early.ok && beforeOutput === 1 && admitted && whole.ok && admittedMs < 1_200,
    `${beforeOutput} at the provider before it; ${admitted ? `admitted ${admittedMs} ms after it` : "not admitted"}, the probe ended ${Date.now() - outputAt} ms after it`,
  );
}

/** `delayMs`: of Redis, each way. At 50 it never answers in time. */
async function stormProbesOnce(rig: Rig, delayMs: number): Promise<Check> {
  await rig.recover();
  await rig.fail(THRESHOLD);
  // That it is open has reached everyone.
  if (delayMs > 0) await sleep(LEARNT_MS);
  rig.reset();
  rig.delayRedis(delayMs);
  rig.play(() => FAILING);
  const from = Date.now();
  const arrivals: number[] = [];
  rig.play(() => {
    arrivals.push(Date.now() - from);
    return FAILING;
  });
  const until = from + (STORM_WINDOWS + 0.5) * RECOVERY_MS;
  const answers = { ok: 0, failed: 0 };
  const session = async (): Promise<void> => {
    while (Date.now() < until) {
      const result = await rig.ask();
      answers[result.ok ? "ok" : "failed"] += 1;
      await sleep(STORM_PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: STORM_SESSIONS }, session));
  rig.delayRedis(0);
  const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0));
  const closest = Math.min(Number.POSITIVE_INFINITY, ...gaps);
  return check(
    `a storm of ${STORM_SESSIONS} sessions sends at most one probe per ${RECOVERY_MS / 1_000} s${delayMs === 0 ? "" : `, with a Redis that takes ${2 * delayMs} ms for each answer`}`,
    arrivals.length >= 1 && arrivals.length <= STORM_WINDOWS && closest >= RECOVERY_MS * 0.9 && answers.failed === 0,
    `${arrivals.length} probes in ${STORM_WINDOWS + 0.5} windows${gaps.length > 0 ? `, at least ${closest} ms apart` : ""}; ${answers.ok} answers by the other provider, ${answers.failed} failures`,
  );
}
