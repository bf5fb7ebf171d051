import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startRedisSentinel, type TestRedisSentinel, waitUntil, whyNoRedis } from "../testing/index.ts";
import { createRedisState } from "./create-redis-state.ts";
import { describeRedisState } from "./describe-redis-state.ts";

describeRedisState("a Redis behind a sentinel", startRedisSentinel);

const why = whyNoRedis();
const title = why === undefined ? "a failover" : `a failover [skipped: ${why}]`;

(why === undefined ? describe : describe.skip)(title, () => {
  let redis: TestRedisSentinel;
  beforeAll(async () => {
    redis = await startRedisSentinel();
  });
  afterAll(() => redis.close());

  it("to the replica keeps the counts and answers every call meanwhile", async () => {
    const state = createRedisState({ url: redis.url, commandTimeoutMs: 1000 });
    const isShared = (): boolean => state.snapshot().store === "shared";
    await waitUntil(isShared, "Redis is reached");
    const from = {
      bucket: "north/large",
      limits: [{ resource: "requests", algorithm: "sliding_window", limit: 10, windowMs: 3_600_000 } as const],
      inputTokens: 1,
      outputTokens: 1,
      target: "north/large-1",
      breaker: { failureThreshold: 3, recoveryTimeoutMs: 1000 },
    };
    for (let count = 0; count < 6; count += 1) await state.take([from]);
    await state.refresh();
    await redis.master.kill();
    expect((await state.take([from])).reservation?.local).toBe(true);
    await waitUntil(isShared, "the replica has taken over");
    await state.refresh();
    expect(state.snapshot().buckets.get("north/large")?.limits[0]?.used).toBeCloseTo(7, 3);
    await state.close();
  });
});
