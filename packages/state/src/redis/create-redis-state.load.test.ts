import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Limit, State, TakeCandidate } from "../state.ts";
import { startRedis, startSlowProxy, type TestRedis, waitUntil, whyNoRedis, whenQuiet } from "../testing/index.ts";
import { createRedisState } from "./create-redis-state.ts";

const LONG = 3_600_000;
const PATIENCE_MS = 60;
const why = whyNoRedis();
const title =
  why === undefined ? "a Redis that goes away under load" : `a Redis that goes away under load [skipped: ${why}]`;

function candidate(limits: readonly Limit[], changes: Partial<TakeCandidate> = {}): TakeCandidate {
  return {
    bucket: "north/large",
    limits,
    inputTokens: 100,
    outputTokens: 20,
    target: "north/large-1",
    breaker: { failureThreshold: 3, recoveryTimeoutMs: LONG },
    ...changes,
  };
}

function requests(limit: number): Limit[] {
  return [{ resource: "requests", algorithm: "sliding_window", limit, windowMs: LONG }];
}

/** How long calls took under a steady load, and how many were refused a reservation. */
interface LoadReport {
  answers: number;
  rejected: unknown[];
  /** ms, beyond what the busy event loop itself was late. */
  slowest: number;
  /** Calls that took longer than half the timeout. */
  slow: number;
}

/** Ten requests at a time, each takes, commits, settles and writes its session, while `events` happen. */
async function load(state: State, from: TakeCandidate, events: () => Promise<void>): Promise<LoadReport> {
  const report: LoadReport = { answers: 0, rejected: [], slowest: 0, slow: 0 };
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  const ended = new AbortController();
  const timed = async <T>(call: () => Promise<T>): Promise<T | undefined> => {
    const start = performance.now();
    try {
      return await call();
    } catch (error) {
      report.rejected.push(error);
      return undefined;
    } finally {
      const took = performance.now() - start;
      report.answers += 1;
      report.slowest = Math.max(report.slowest, took);
      if (took > 25) report.slow += 1;
    }
  };
  const client = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const taken = await timed(() => state.take([from]));
      if (taken?.reservation !== undefined) {
        const { reservation } = taken;
        await timed(() => state.commit(reservation, [{ resource: "requests", limit: 1e9, remaining: 1e9 }]));
        await delay(1);
        await timed(() => state.settle(reservation, { outcome: "success" }));
      }
      await timed(() => state.readSession("one"));
    }
  };
  const clients = Array.from({ length: 10 }, client);
  try {
    await events();
  } finally {
    ended.abort();
    await Promise.all(clients);
    lag.disable();
  }
  report.slowest -= lag.max / 1e6;
  return report;
}

function isShared(state: State): () => boolean {
  return () => state.snapshot().store === "shared";
}

(why === undefined ? describe : describe.skip)(title, () => {
  let started: TestRedis | undefined;
  const states: Pick<State, "close">[] = [];
  const open = async ({ url }: { url: string }): Promise<State> => {
    const state = createRedisState({ url });
    states.push(state);
    await waitUntil(isShared(state), "Redis is reached");
    return state;
  };
  const closeAll = async (): Promise<void> => {
    await Promise.all(states.splice(0).map((state) => state.close()));
    await started?.close();
  };
  const renew = async (): Promise<TestRedis> => {
    await closeAll();
    started = await startRedis();
    return started;
  };
  afterEach(closeAll);

  it("that is killed under load costs nobody an answer, and the fleet finds together again", () =>
    whenQuiet(async () => {
      const redis = await renew();
      const state = await open({ url: redis.url });
      const report = await load(state, candidate(requests(1e9)), async () => {
        await delay(200);
        await redis.kill();
        await waitUntil(() => state.snapshot().store === "alone", "the loss is seen");
        await delay(300);
        await redis.restart();
        await waitUntil(isShared(state), "the fleet is together again");
        await delay(200);
      });
      expect(report.rejected).toEqual([]);
      expect(report.answers).toBeGreaterThan(200);
      expect(report.slowest).toBeLessThan(PATIENCE_MS);
    }));

  it("that hangs under load costs a few calls the timeout, and nobody an answer", () =>
    whenQuiet(async () => {
      const redis = await renew();
      const state = await open({ url: redis.url });
      const report = await load(state, candidate(requests(1e9)), async () => {
        await delay(200);
        redis.freeze();
        await waitUntil(() => state.snapshot().store === "alone", "the silence is noticed");
        await delay(1500);
        redis.thaw();
        await waitUntil(isShared(state), "the fleet is together again");
        await delay(200);
      });
      expect(report.rejected).toEqual([]);
      expect(report.slowest).toBeLessThan(PATIENCE_MS);
      // those that were under way when it froze
      expect(report.slow).toBeLessThanOrEqual(30);
    }));

  it("that takes 100 ms for each answer is left alone, and is used again when it is fast", () =>
    whenQuiet(async () => {
      const redis = await renew();
      const proxy = await startSlowProxy(redis.port);
      states.push(proxy);
      const state = await open({ url: `redis://127.0.0.1:${proxy.port}` });
      const report = await load(state, candidate(requests(1e9)), async () => {
        await delay(100);
        proxy.delay(100);
        await delay(3000);
        expect(state.snapshot().store).toBe("alone");
        proxy.delay(0);
        await waitUntil(isShared(state), "the fleet is together again");
      });
      expect(report.rejected).toEqual([]);
      expect(report.slowest).toBeLessThan(PATIENCE_MS);
      expect(report.slow).toBeLessThanOrEqual(30);
    }));
});
