import { describe, expect, it } from "@jest/globals";
import { array, assert, nat, property, tuple } from "fast-check";
import { createQuotaCounter, type QuotaCounter } from "./quota-counter.ts";
import { QUOTA_RULE, type QuotaRule } from "./quota-rule.ts";

function open(rule: Partial<QuotaRule>): QuotaCounter {
  return createQuotaCounter(QUOTA_RULE.parse({ resource: "requests", limit: 60, windowMs: 6_000, ...rule }));
}

describe("a token bucket", () => {
  it("refills continuously and never holds more than its burst", () => {
    const bucket = open({ algorithm: "token_bucket", burst: 10 });
    expect(bucket.room(0)).toBe(10);
    bucket.spend(0, 10);
    expect(bucket.room(50)).toBeCloseTo(0.5);
    expect(bucket.room(100)).toBeCloseTo(1);
    expect(bucket.room(60_000)).toBe(10);
  });

  it("holds a whole window's units unless it is told", () => {
    expect(open({ algorithm: "token_bucket" }).room(0)).toBe(60);
  });

  it("goes below zero by what is counted afterwards, and says how long that lasts", () => {
    const bucket = open({ algorithm: "token_bucket" });
    bucket.spend(0, 70);
    expect(bucket.room(0)).toBe(-10);
    expect(bucket.waitFor(0, 1)).toBeCloseTo(1_100);
    expect(bucket.resetAfter(0)).toBeCloseTo(7_000);
  });

  it("waits for a full bucket where more is wanted than it ever holds", () => {
    const bucket = open({ algorithm: "token_bucket", burst: 6 });
    bucket.spend(0, 6);
    expect(bucket.waitFor(0, 1_000)).toBeCloseTo(600);
  });
});

describe("a fixed window", () => {
  it("is empty again at the full window of the clock, not a window after the first request", () => {
    const window = open({ algorithm: "fixed_window" });
    window.spend(5_900, 60);
    expect(window.room(5_999)).toBe(0);
    expect(window.waitFor(5_990, 1)).toBe(10);
    expect(window.room(6_000)).toBe(60);
    expect(window.resetAfter(6_000)).toBe(0);
  });

  it("lets twice the limit through around its edge", () => {
    const window = open({ algorithm: "fixed_window" });
    window.spend(5_999, 60);
    expect(window.room(6_000)).toBe(60);
  });
});

describe("a sliding window", () => {
  it("frees what was spent exactly a window ago", () => {
    const window = open({ algorithm: "sliding_window" });
    window.spend(1_000, 40);
    window.spend(3_000, 20);
    expect(window.room(6_999)).toBe(0);
    expect(window.room(7_000)).toBe(40);
    expect(window.room(9_000)).toBe(60);
  });

  it("says when enough of the oldest is gone", () => {
    const window = open({ algorithm: "sliding_window" });
    window.spend(1_000, 10);
    window.spend(3_000, 50);
    expect([5, 10, 11, 60, 900].map((amount) => window.waitFor(4_000, amount))).toEqual([
      3_000, 3_000, 5_000, 5_000, 5_000,
    ]);
    expect(window.resetAfter(4_000)).toBe(5_000);
  });

  it("never has more room than the limit less everything of the last window", () => {
    const spending = array(tuple(nat(3_000), nat(30)), { maxLength: 40 });
    assert(
      property(spending, (steps) => {
        const window = open({ algorithm: "sliding_window" });
        const log: { at: number; amount: number }[] = [];
        let now = 0;
        for (const [pause, amount] of steps) {
          now += pause;
          window.spend(now, amount);
          log.push({ at: now, amount });
          const used = log.filter(({ at }) => at > now - 6_000).reduce((sum, event) => sum + event.amount, 0);
          expect(window.room(now)).toBe(60 - used);
        }
      }),
    );
  });
});

describe("sub-windows", () => {
  it("refuse a burst that the whole window would allow", () => {
    const quota = open({ algorithm: "sub_windows", subWindowMs: 1_000 });
    expect(quota.room(0)).toBe(10);
    quota.spend(0, 10);
    expect(quota.room(999)).toBe(0);
    expect(quota.waitFor(900, 1)).toBe(100);
    expect(quota.room(1_000)).toBe(10);
  });

  it("tell of the whole window alone", () => {
    const quota = open({ algorithm: "sub_windows", subWindowMs: 1_000 });
    quota.spend(0, 10);
    expect([quota.left(500), quota.room(500), quota.resetAfter(500)]).toEqual([50, 0, 5_500]);
  });

  it("are a sixth of the window unless they are told", () => {
    expect(open({ algorithm: "sub_windows" }).room(0)).toBe(10);
  });

  it("end with the whole window's units", () => {
    const quota = open({ algorithm: "sub_windows", subWindowMs: 1_000 });
    for (let second = 0; second < 5; second += 1) quota.spend(second * 1_000, 12);
    expect(quota.room(5_000)).toBe(0);
    expect(quota.room(6_000)).toBe(10);
  });
});

describe("concurrency", () => {
  it("is free again when it is given back, whatever the time", () => {
    const slots = open({ resource: "concurrency", limit: 2 });
    slots.spend(0, 1);
    slots.spend(0, 1);
    expect([slots.room(600_000), slots.waitFor(600_000, 1)]).toEqual([0, 1_000]);
    slots.spend(600_000, -1);
    expect([slots.room(600_000), slots.waitFor(600_000, 1)]).toEqual([1, 0]);
  });
});
