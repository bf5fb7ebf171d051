import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { setTimeout as delay } from "node:timers/promises";
import { describeState } from "../conformance/index.ts";
import type { State } from "../state.ts";
import { startRedis, type TestRedis, waitUntil, whyNoRedis } from "../testing/index.ts";
import { createRedisState } from "./create-redis-state.ts";

const why = whyNoRedis();

if (why === undefined) {
  describe("a standalone Redis", () => {
    let redis: TestRedis;
    let number = 0;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.close());

    // who goes on alone unnoticed would pass the suite as well
    let causes: unknown[] = [];
    afterEach(() => {
      expect(causes).toEqual([]);
      causes = [];
    });
    const onChange = (store: string, cause?: unknown): void => {
      if (store === "alone") causes.push(cause);
    };

    const open = async (prefix: string, random?: () => number): Promise<State> => {
      const chance = random === undefined ? {} : { random };
      const state = createRedisState({ url: redis.url, prefix, onChange, ...chance });
      await waitUntil(() => state.snapshot().store === "shared", "Redis is reached");
      return state;
    };
    describeState("Redis", {
      create: ({ random } = {}) => open(`test-${(number += 1)}:`, random),
      join: () => open(`test-${number}:`),
      now: () => Date.now(),
      wait: (milliseconds) => delay(milliseconds),
      runs: 10,
    });
  });
} else {
  it.skip(`Redis: what every state does [skipped: ${why}]`, () => {});
}
