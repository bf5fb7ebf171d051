import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Limit, LimitAlgorithm, State, TakeCandidate } from "../state.ts";
import { startRedis, type TestRedis, waitUntil, whyNoRedis } from "../testing/index.ts";
import { createRedisState } from "./create-redis-state.ts";

const LONG = 3_600_000;
const why = whyNoRedis();
const title = why === undefined ? "gateways on one Redis" : `gateways on one Redis [skipped: ${why}]`;

function candidate(limits: readonly Limit[], changes: Partial<TakeCandidate> = {}): TakeCandidate {
  return {
    bucket: "north/large",
    limits,
    inputTokens: 37,
    outputTokens: 5,
    target: "north/large-1",
    breaker: { failureThreshold: 3, recoveryTimeoutMs: 300 },
    ...changes,
  };
}

function requests(limit: number): Limit[] {
  return [{ resource: "requests", algorithm: "sliding_window", limit, windowMs: LONG }];
}

(why === undefined ? describe : describe.skip)(title, () => {
  let redis: TestRedis;
  let number = 0;
  let states: State[] = [];
  const open = async (prefix = "switchyard:"): Promise<State> => {
    const state = createRedisState({ url: redis.url, prefix, commandTimeoutMs: 2000 });
    states.push(state);
    await waitUntil(() => state.snapshot().store === "shared", "Redis is reached");
    return state;
  };
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  afterEach(async () => {
    await Promise.all(states.map((state) => state.close()));
    states = [];
  });

  it.each(["token_bucket", "fixed_window", "sliding_window"] as const)(
    "%s: never take more together than a limit allows, while they also settle",
    async (algorithm: LimitAlgorithm) => {
      const prefix = `exact-${(number += 1)}:`;
      const gateways = await Promise.all([open(prefix), open(prefix), open(prefix)]);
      const limit: Limit = {
        resource: "input_tokens",
        algorithm,
        limit: 5000,
        windowMs: LONG,
        offsetMs: Date.now() % LONG,
      };
      let inTruth = 0;
      const client = async (state: State): Promise<void> => {
        for (let round = 0; round < 40; round += 1) {
          const { reservation } = await state.take([candidate([limit])]);
          if (reservation === undefined) continue;
          // half of what was estimated, so that there is room again
          inTruth += 19;
          const used = { requests: 1, inputTokens: 19, outputTokens: 5 };
          await state.settle(reservation, { outcome: "success", used });
        }
      };
      await Promise.all(gateways.flatMap((state) => Array.from({ length: 5 }, () => client(state))));
      expect(inTruth).toBeLessThanOrEqual(5000);
      // a refill of an hour's bucket is little in the meantime
      expect(inTruth).toBeGreaterThan(5000 - 37 - 19 * 15);
      const [one] = gateways;
      await one?.refresh();
      const used = one?.snapshot().buckets.get("north/large")?.limits[0]?.used;
      expect(Math.abs((used ?? 0) - inTruth)).toBeLessThan(20);
    },
  );

  it("take back the places and turns of one that was killed; what it may have used stays counted", async () => {
    const state = await open();
    const places: Limit = { resource: "concurrency", algorithm: "fixed_window", limit: 4, windowMs: 0 };
    const counted: Limit = { resource: "requests", algorithm: "sliding_window", limit: 100, windowMs: LONG };
    const from = candidate([places, counted]);
    const script = fileURLToPath(new URL("./__fixtures__/gateway-that-dies.ts", import.meta.url));
    const child = spawn(process.execPath, [script, redis.url, "4", JSON.stringify(from)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    expect((await state.take([from])).skipped[0]).toMatchObject({ reason: "limit", resource: "concurrency" });
    expect(state.snapshot().store).toBe("shared");
    child.kill("SIGKILL");
    await once(child, "exit");
    await waitUntil(async () => {
      await state.refresh();
      return (
        state
          .snapshot()
          .buckets.get("north/large")
          ?.limits.find((one) => one.resource === "concurrency")?.used === 0
      );
    }, "its reservations have expired");
    expect((await state.take([from])).reservation?.local).toBe(false);
    await state.refresh();
    const limits = state.snapshot().buckets.get("north/large")?.limits ?? [];
    expect(limits.find(({ resource }) => resource === "requests")?.used).toBe(5);
    expect(limits.find(({ resource }) => resource === "concurrency")?.used).toBe(1);
  });

  it("send one probe per recovery time between them, however many ask", async () => {
    const prefix = `probe-${(number += 1)}:`;
    const gateways = await Promise.all([open(prefix), open(prefix), open(prefix)]);
    const from = candidate([], { breaker: { failureThreshold: 2, recoveryTimeoutMs: 400 } });
    const [one] = gateways;
    const before = Date.now();
    for (let count = 0; count < 2; count += 1) {
      const taken = await one?.take([from]);
      if (taken?.reservation !== undefined) await one?.settle(taken.reservation, { outcome: "failure" });
    }
    let probes = 0;
    // Until there were enough of them: what counts is that there were not more than the time allows.
    for (const until = Date.now() + 1900; Date.now() < until || probes < 2;) {
      const results = await Promise.all(gateways.flatMap((state) => [state.take([from]), state.take([from])]));
      for (const [index, { reservation }] of results.entries()) {
        if (reservation === undefined) continue;
        expect(reservation.probe).toBe(true);
        probes += 1;
        await gateways[Math.floor(index / 2)]?.settle(reservation, { outcome: "failure" });
      }
    }
    expect(probes).toBeLessThanOrEqual(Math.floor((Date.now() - before) / 400));
  });

  it("move to the new definition when limits change, and count on", async () => {
    const prefix = `changed-${(number += 1)}:`;
    const [old, young] = [await open(prefix), await open(prefix)];
    for (let count = 0; count < 3; count += 1) await old.take([candidate(requests(3))]);
    expect((await old.take([candidate(requests(3))])).reservation).toBeUndefined();
    expect((await young.take([candidate(requests(4))])).reservation).toBeDefined();
    expect((await young.take([candidate(requests(4))])).reservation).toBeUndefined();
    expect((await old.take([candidate(requests(3))])).reservation).toBeUndefined();
  });

  it("keep apart under different prefixes", async () => {
    const [one, two] = [await open("apart-1:"), await open("apart-2:")];
    await one.writeSwitch("strategy", "cost");
    expect(await two.readSwitches()).toEqual({});
    await one.refresh();
    expect(one.snapshot().replicas).toBe(1);
  });
});
