import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Simulator } from "@switchyard/simulators";
import { startFleet, type Fleet } from "./fleet/start-fleet.ts";
import { createRandom } from "./load/create-random.ts";
import { sendTurn, type TurnResult } from "./load/send-turn.ts";
import { createSession, type SessionShape } from "./load/session.ts";
import { createPlayer } from "./load/wanted-answer.ts";
import { check, type ProofResult } from "./proof.ts";

/** As many streams as the provider takes at a time. */
const STREAMS = 50;
const GATEWAYS = 3;
const STREAM_MS = 4_000;
/** A gateway's reservations outlive it by no more than this. */
const LEASE_MS = 30_000;
const SLACK_MS = 5_000;

const SHAPE: SessionShape = {
  model: "claude-sonnet-5-5",
  system: [300, 300],
  turn: [50, 50],
  output: [100, 100],
  turns: [1, 1],
  maxTokens: 500,
  firstOutputMs: 50,
  streamMs: STREAM_MS,
};

/**
 * One of three gateways is killed while every place of the provider is taken. The streams of the others go on, the
 * dead one's places are free again after its lease, and never is one place more taken than there is.
 */
export async function proveKilledGateway({ redisUrl }: { redisUrl: string }): Promise<ProofResult> {
  const fleet = await startFleet({
    gateways: GATEWAYS,
    redisUrl,
    providers: [
      {
        kind: "anthropic",
        quotas: [
          { resource: "concurrency", limit: STREAMS },
          { resource: "requests", limit: 3_000, windowMs: 60_000 },
        ],
        limits: [
          { resource: "concurrency", limit: STREAMS },
          { resource: "requests", limit: 3_000, per: "minute", algorithm: "sliding_window" },
        ],
      },
    ],
    config: {
      max_retries: 0,
      gateway: { max_concurrent_requests: 1_000, substitution: "never", queue: { max_wait: 0.2 } },
    },
  });
  try {
    return await killOne(fleet);
  } finally {
    await fleet.stop();
  }
}

async function killOne(fleet: Fleet): Promise<ProofResult> {
  const simulator = fleet.simulatorOf("anthropic");
  const player = createPlayer();
  simulator.answerWith((request) => player.play(request));
  const agent = new http.Agent({ keepAlive: true });
  const random = createRandom(3);
  const ask = (gateway: number, onFirstByte?: () => void): Promise<TurnResult> =>
    sendTurn({
      url: fleet.gateways[gateway]?.url ?? "",
      body: createSession(SHAPE, random).ask().body,
      agent,
      ...(onFirstByte === undefined ? {} : { onFirstByte }),
    });

  const open = await openStreams(ask);
  await fleet.gateways[0]?.kill();
  const killedAt = Date.now();
  const streams = await Promise.all(open.map(async ({ gateway, result }) => ({ gateway, result: await result })));
  const recovery = await fillAgain({ ask, simulator, killedAt });
  agent.destroy();

  const survivors = streams.filter(({ gateway }) => gateway !== 0);
  const broken = survivors.filter(({ result }) => !result.ok);
  const report = simulator.quotas.report();
  const places = report.quotas.find(({ rule }) => rule.resource === "concurrency");
  const { firstFullMs, failures, samples } = recovery;
  return {
    title: `One of ${GATEWAYS} gateways is killed with ${STREAMS} streams open`,
    tables: [
      {
        caption: `Streams at the provider, which takes ${STREAMS}, while clients want more than that`,
        head: ["seconds after the kill", "most at a time"],
        rows: samples.map(([second, most]) => [String(second), String(most)]),
      },
    ],
    checks: [
      check(
        "the other gateways' clients notice nothing",
        broken.length === 0,
        `${survivors.length - broken.length} of ${survivors.length} streams complete${broken[0]?.result.failure ? `; ${broken[0].result.failure}` : ""}`,
      ),
      check(
        "the provider never gets a request too many",
        report.refused === 0 && (places?.peak ?? 0) <= 1,
        `${report.refused} refused of ${report.accepted + report.refused}, fullest ${Math.round((places?.peak ?? 0) * STREAMS)} of ${STREAMS}`,
      ),
      check(
        "what the dead gateway had reserved is free after its lease",
        firstFullMs !== undefined && firstFullMs <= LEASE_MS + SLACK_MS,
        firstFullMs === undefined
          ? "it never was"
          : `all ${STREAMS} places in use ${(firstFullMs / 1_000).toFixed(1)} s after the kill`,
      ),
      check(
        "who finds no place is told so and nothing else",
        failures.length === 0,
        failures[0] ?? "only 429s with a time",
      ),
    ],
  };
}

interface OpenStream {
  gateway: number;
  result: Promise<TurnResult>;
}

/** Opens the streams on all gateways in turn; resolves when every one has begun. */
async function openStreams(
  ask: (gateway: number, onFirstByte: () => void) => Promise<TurnResult>,
): Promise<OpenStream[]> {
  const begun: Promise<void>[] = [];
  const streams = Array.from({ length: STREAMS }, (_, index) => {
    const gateway = index % GATEWAYS;
    const { promise, resolve } = Promise.withResolvers<void>();
    begun.push(promise);
    const result = ask(gateway, resolve).finally(resolve);
    return { gateway, result };
  });
  await Promise.all(begun);
  return streams;
}

interface Refill {
  ask: (gateway: number) => Promise<TurnResult>;
  simulator: Simulator;
  killedAt: number;
}

interface Recovery {
  /** ms from the kill to the moment when every place was in use. */
  firstFullMs: number | undefined;
  /** Answers that were neither whole nor a 429 with a time. */
  failures: string[];
  /** Most streams at a time, by second. */
  samples: [second: number, most: number][];
}

/** More clients than places ask the gateways that are left, until all places are in use or too long has passed. */
async function fillAgain({ ask, simulator, killedAt }: Refill): Promise<Recovery> {
  const recovery: Recovery = { firstFullMs: undefined, failures: [], samples: [] };
  const deadline = killedAt + LEASE_MS + SLACK_MS + 2_000;
  const isOver = (): boolean => recovery.firstFullMs !== undefined || Date.now() > deadline;
  const client = async (gateway: number): Promise<void> => {
    while (!isOver()) {
      const result = await ask(gateway);
      if (result.ok) continue;
      if (result.status !== 429 || result.retryAfterMs === undefined) recovery.failures.push(result.failure ?? "");
      await sleep(300);
    }
  };
  const sample = async (): Promise<void> => {
    const bySecond = new Map<number, number>();
    while (!isOver()) {
      const held = simulator.requests.filter((one) => !one.finished && !one.abortedAt && !one.refused).length;
      const second = Math.floor((Date.now() - killedAt) / 1_000);
      bySecond.set(second, Math.max(held, bySecond.get(second) ?? 0));
      if (held >= STREAMS) recovery.firstFullMs = Date.now() - killedAt;
      await sleep(50);
    }
    recovery.samples = [...bySecond].filter(([second], index, all) => second % 4 === 0 || index === all.length - 1);
  };
  await Promise.all([
    sample(),
    ...Array.from({ length: STREAMS + 10 }, (_, index) => client(1 + (index % (GATEWAYS - 1)))),
  ]);
  return recovery;
}
