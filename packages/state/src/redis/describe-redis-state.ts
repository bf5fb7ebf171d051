import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { describeState } from "../conformance/index.ts";
import type { State } from "../state.ts";
import { waitUntil, whyNoRedis } from "../testing/index.ts";
import { createRedisState } from "./create-redis-state.ts";

/** Runs the suite that holds every implementation against a kind of Redis that is started for it. */
export function describeRedisState(
  name: string,
  start: () => Promise<{ readonly url: string; close(): Promise<void> }>,
): void {
  const why = whyNoRedis();
  if (why !== undefined) {
    it.skip(`${name}: what every state does [skipped: ${why}]`, () => {});
    return;
  }
  // Here time passes while a case runs, and on a busy machine more of it than the case allows for: then it is tried again,
  // with a state of its own, and that is said. What is wrong fails each time; in memory the same cases have no second try.
  jest.retryTimes(4, { logErrorsBeforeRetry: true, retryImmediately: true });
  describe(name, () => {
    let redis: Awaited<ReturnType<typeof start>>;
    let number = 0;
    let causes: unknown[] = [];
    beforeAll(async () => {
      redis = await start();
    }, 30_000);
    afterAll(() => redis.close());
    // who goes on alone unnoticed would pass the suite as well
    afterEach(() => {
      const heard = causes;
      causes = [];
      expect(heard).toEqual([]);
    });
    const open = async (prefix: string, random?: () => number): Promise<State> => {
      const chance = random === undefined ? {} : { random };
      let joined = false;
      const onChange = (store: string, cause?: unknown): void => {
        if (store === "alone" && joined) causes.push(cause);
        joined ||= store === "shared";
      };
      // what is tested is what Redis does, however busy the machine is
      const state = createRedisState({ url: redis.url, prefix, onChange, commandTimeoutMs: 2000, ...chance });
      await waitUntil(() => state.snapshot().store === "shared", "Redis is reached");
      return state;
    };
    describeState(name, {
      create: ({ random } = {}) => open(`test-${(number += 1)}:`, random),
      join: () => open(`test-${number}:`),
      now: () => Date.now(),
      wait: (milliseconds) => delay(milliseconds),
      runs: 10,
    });
  });
}
