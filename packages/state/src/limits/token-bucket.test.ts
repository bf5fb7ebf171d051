import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import type { Limit } from "../state.ts";
import { tokenBucket } from "./token-bucket.ts";

const START = 1_790_000_000_000;

function limitOf(limit: number, changes: Partial<Limit> = {}): Limit {
  return { resource: "tokens", algorithm: "token_bucket", limit, windowMs: 60_000, ...changes };
}

describe("tokenBucket", () => {
  it("lets through its burst and its rate, never more", () => {
    const arrival = fc.record({ pause: fc.nat(5000), amount: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 90 }), fc.array(arrival, { maxLength: 100 }), (burst, arrivals) => {
        const limit = limitOf(60, { burst });
        const admitted: { at: number; amount: number }[] = [];
        let meter = tokenBucket.empty();
        let now = START;
        for (const { pause, amount } of arrivals) {
          now += pause;
          const room = tokenBucket.room(limit, meter, { amount, now });
          if (!room.fits) {
            expect(tokenBucket.room(limit, meter, { amount, now: room.availableAt }).fits).toBe(true);
            continue;
          }
          meter = tokenBucket.take(limit, meter, { amount, now });
          admitted.push({ at: now, amount });
        }
        for (const { at: from } of admitted) {
          let sum = 0;
          for (const { at, amount } of admitted.filter((one) => one.at >= from)) {
            sum += amount;
            expect(sum).toBeLessThanOrEqual(burst + (at - from) / 1000 + 0.001);
          }
        }
      }),
    );
  });

  it("holds its limit where no burst is told", () => {
    const meter = tokenBucket.take(limitOf(60), tokenBucket.empty(), { amount: 60, now: START });
    expect(tokenBucket.room(limitOf(60), meter, { amount: 1, now: START })).toEqual({
      fits: false,
      availableAt: START + 1000,
    });
    expect(tokenBucket.resetAt(limitOf(60), meter, START)).toBe(START + 60_000);
  });

  it("goes into debt by what was used beyond the estimate, and waits it out", () => {
    let meter = tokenBucket.take(limitOf(60), tokenBucket.empty(), { amount: 50, now: START });
    meter = tokenBucket.settle(limitOf(60), meter, { takenAt: START, estimate: 50, truth: 120, now: START });
    expect(tokenBucket.used(limitOf(60), meter, START)).toBe(120);
    expect(tokenBucket.room(limitOf(60), meter, { amount: 1, now: START }).availableAt).toBe(START + 61_000);
  });

  it("is never fuller than full by what is given back", () => {
    let meter = tokenBucket.take(limitOf(60), tokenBucket.empty(), { amount: 50, now: START });
    meter = tokenBucket.settle(limitOf(60), meter, { takenAt: START, estimate: 50, truth: 0, now: START + 120_000 });
    expect(tokenBucket.used(limitOf(60), meter, START + 120_000)).toBe(0);
  });

  it("a clock that steps back refills nothing", () => {
    const meter = tokenBucket.take(limitOf(60), tokenBucket.empty(), { amount: 60, now: START });
    const back = tokenBucket.take(limitOf(60), meter, { amount: 0, now: START - 30_000 });
    expect(tokenBucket.used(limitOf(60), back, START)).toBe(60);
  });

  it("an old observation has refilled since", () => {
    const seen = { used: 60, unseen: 5, observedAt: START, now: START + 20_000 };
    const meter = tokenBucket.observe(limitOf(60), tokenBucket.empty(), seen);
    expect(tokenBucket.used(limitOf(60), meter, START + 20_000)).toBe(45);
  });

  it("a limit of nothing never has room", () => {
    const room = tokenBucket.room(limitOf(0), tokenBucket.empty(), { amount: 1, now: START });
    expect(room).toEqual({ fits: false, availableAt: Number.POSITIVE_INFINITY });
  });
});
