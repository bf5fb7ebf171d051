import { describe, expect, it } from "@jest/globals";

import type { Limit } from "../state.ts";
import { capLimit, countedLimits, limitKey, scaleLimit } from "./effective-limits.ts";

const MINUTE: Limit = { resource: "requests", algorithm: "token_bucket", limit: 60, windowMs: 60_000, burst: 20 };

describe("countedLimits", () => {
  it("caps a limit by what answers tell, its burst in proportion", () => {
    expect(capLimit(MINUTE, 30)).toEqual({ ...MINUTE, limit: 30, burst: 10 });
    expect(capLimit(MINUTE, 90)).toBe(MINUTE);
    expect(capLimit(MINUTE, undefined)).toBe(MINUTE);
  });

  it.each([
    [MINUTE, 0.5, 30],
    [MINUTE, 0.001, 1],
    [MINUTE, 0, 1],
    [{ ...MINUTE, resource: "concurrency", limit: 3 } as const, 0.1, 1],
    [{ ...MINUTE, resource: "tokens", limit: 600 } as const, 0.001, 0.6],
    [{ ...MINUTE, limit: 0 }, 0.5, 0],
    [MINUTE, 2, 60],
  ])("a share of %j by %d is %d", (limit, scale, expected) => {
    expect(scaleLimit(limit, scale).limit).toBeCloseTo(expected, 9);
  });

  it("puts sub-windows beside their limit, as its share", () => {
    const limit: Limit = { ...MINUTE, resource: "tokens", limit: 6000, subWindowMs: 10_000 };
    const counted = countedLimits([limit], { caps: { [limitKey(limit)]: { limit: 3000 } }, scale: 0.5 });
    expect(counted.map(({ inner }) => inner)).toEqual([false, true]);
    expect(counted[0]?.limit.limit).toBe(1500);
    expect(counted[1]?.limit).toEqual({
      resource: "tokens",
      algorithm: "sliding_window",
      limit: 250,
      windowMs: 10_000,
    });
    expect(counted[0]?.key).not.toBe(counted[1]?.key);
  });

  it.each([0, 60_000, 90_000])("a sub-window of %d ms is none", (subWindowMs) => {
    expect(countedLimits([{ ...MINUTE, subWindowMs }], { caps: {}, scale: 1 })).toHaveLength(1);
  });

  it("the count of a limit goes on when only its number changes", () => {
    expect(limitKey({ ...MINUTE, limit: 5 })).toBe(limitKey(MINUTE));
    expect(limitKey({ ...MINUTE, windowMs: 5 })).not.toBe(limitKey(MINUTE));
    expect(limitKey({ ...MINUTE, algorithm: "fixed_window" })).not.toBe(limitKey(MINUTE));
    expect(limitKey({ ...MINUTE, resource: "tokens" })).not.toBe(limitKey(MINUTE));
  });
});
