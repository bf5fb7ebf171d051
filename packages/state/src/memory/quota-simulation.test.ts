import { describe, expect, it } from "@jest/globals";
import type { LimitObservation } from "@switchyard/wire";

import type { Limit, LimitAlgorithm, Reservation } from "../state.ts";
import { createMemoryState } from "./create-memory-state.ts";

/** A provider's own idea of its quota: plain lists, nothing of ours. */
class Quota {
  readonly #algorithm: LimitAlgorithm;
  readonly #limit: number;
  readonly #uses: { at: number; amount: number }[] = [];
  #level: number;
  #levelAt = 0;

  constructor(algorithm: LimitAlgorithm, limit: number) {
    this.#algorithm = algorithm;
    this.#limit = limit;
    this.#level = limit;
  }

  remaining(now: number): number {
    if (this.#algorithm === "token_bucket") {
      this.#level = Math.min(this.#limit, this.#level + ((now - this.#levelAt) * this.#limit) / 60_000);
      this.#levelAt = now;
      return this.#level;
    }
    const from = this.#algorithm === "fixed_window" ? Math.floor(now / 60_000) * 60_000 - 1 : now - 60_000;
    return this.#uses.filter(({ at }) => at > from).reduce((left, { amount }) => left - amount, this.#limit);
  }

  admit(amount: number, now: number): boolean {
    if (this.remaining(now) < amount) return false;
    this.#level -= amount;
    this.#uses.push({ at: now, amount });
    return true;
  }
}

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Outcome {
  offered: number;
  sent: number;
  refusedUpstream: number;
  used: number;
}

interface Attempt {
  reservation: Reservation;
  input: number;
  told: LimitObservation[];
}

const MINUTES = 5;
const QUOTA = 100_000;

/** Offers a load for some minutes; requests take 1…3 s until their first output and some more until their end. */
async function simulate(algorithm: LimitAlgorithm, load: number, configured: number): Promise<Outcome> {
  const random = seeded(20_260_822);
  let now = 1_790_000_030_000;
  const state = createMemoryState({ now: () => now, random });
  const quota = new Quota(algorithm, QUOTA);
  const limit: Limit = { resource: "input_tokens", algorithm, limit: configured, windowMs: 60_000 };
  const events: { at: number; run: () => Promise<void> }[] = [];
  const outcome: Outcome = { offered: 0, sent: 0, refusedUpstream: 0, used: 0 };
  const observe = (): LimitObservation[] => {
    const remaining = Math.max(0, Math.floor(quota.remaining(now)));
    const resetMs = algorithm === "fixed_window" ? 60_000 - (now % 60_000) : 30_000;
    return [{ resource: "input_tokens", limit: QUOTA, remaining, resetMs }];
  };
  const finish = async ({ reservation, input, told }: Attempt): Promise<void> => {
    const used = { requests: 1, inputTokens: input, outputTokens: 10 };
    await state.settle(reservation, { outcome: "success", used, observations: told });
  };
  const arrive = async (): Promise<void> => {
    const input = Math.round(500 + random() * 1500);
    outcome.offered += input;
    // estimates are off by up to a fifth, upwards a little more often
    const estimate = Math.round(input * (0.85 + random() * 0.4));
    const { reservation } = await state.take([
      {
        bucket: "north/large",
        limits: [limit],
        inputTokens: estimate,
        outputTokens: 10,
        target: "north/large-1",
        breaker: { failureThreshold: 5, recoveryTimeoutMs: 60_000 },
      },
    ]);
    if (reservation === undefined) return;
    outcome.sent += 1;
    if (!quota.admit(input, now)) {
      outcome.refusedUpstream += 1;
      const used = { requests: 0, inputTokens: 0, outputTokens: 0 };
      await state.settle(reservation, {
        outcome: "neutral",
        used,
        observations: observe(),
        rest: { scope: "bucket", failure: "throttled", message: "429", until: now + 2000 },
      });
      return;
    }
    outcome.used += input;
    const told = observe();
    const first = now + 1000 + random() * 2000;
    events.push({ at: first, run: () => state.commit(reservation, told) });
    events.push({ at: first + 1000 + random() * 10_000, run: () => finish({ reservation, input, told }) });
  };
  const end = now + MINUTES * 60_000;
  // tokens per ms that are offered, over the mean size of a request
  const gap = 1250 / ((load * QUOTA) / 60_000);
  for (let next = now; next < end; next += -Math.log(1 - random()) * gap) {
    events.sort((one, other) => one.at - other.at);
    while ((events[0]?.at ?? Number.POSITIVE_INFINITY) <= next) {
      const event = events.shift();
      now = event?.at ?? now;
      await event?.run();
    }
    now = next;
    await arrive();
  }
  await state.close();
  return outcome;
}

describe("a provider with a quota of its own, five minutes long", () => {
  const cases = (["token_bucket", "fixed_window", "sliding_window"] as const).flatMap((algorithm) =>
    [QUOTA, QUOTA * 1.1].map((configured) => [algorithm, configured] as const),
  );

  it.each(cases)(
    "%s, configured as %d: at 95 %% load it refuses less than one request in a hundred",
    async (algorithm, configured) => {
      const { sent, refusedUpstream, used, offered } = await simulate(algorithm, 0.95, configured);
      expect(sent).toBeGreaterThan(300);
      expect(refusedUpstream / sent).toBeLessThan(0.01);
      expect(used / offered).toBeGreaterThan(0.85);
    },
  );

  it.each(cases)(
    "%s, configured as %d: at 150 %% load nine tenths of the quota are used",
    async (algorithm, configured) => {
      const { used } = await simulate(algorithm, 1.5, configured);
      expect(used / (QUOTA * MINUTES)).toBeGreaterThan(0.9);
    },
  );
});
