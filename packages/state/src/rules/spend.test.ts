import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import type { Allowance, Spend } from "../state.ts";
import { hasSpendRoom, loneLimit, spendWindowName, wholeSpend } from "./spend.ts";

const ALLOWANCE: Allowance = { name: "hour", unit: "nanoDollars", limit: 100, startsAt: 0, endsAt: 3_600_000 };

function amount(nanoDollars: number): Spend {
  return { nanoDollars, requests: 1, tokens: 7 };
}

describe("hasSpendRoom", () => {
  it.each([
    { used: 0, reserved: 0, asked: 100, strict: true, expected: true },
    { used: 0, reserved: 0, asked: 101, strict: true, expected: false },
    { used: 60, reserved: 40, asked: 0, strict: true, expected: true },
    { used: 60, reserved: 41, asked: 0, strict: true, expected: false },
    { used: 60, reserved: 30, asked: 11, strict: true, expected: false },
    { used: 0, reserved: 0, asked: 1e9, strict: false, expected: true },
    { used: 60, reserved: 39, asked: 1e9, strict: false, expected: true },
    { used: 60, reserved: 40, asked: 0, strict: false, expected: false },
    { used: 0, reserved: 100, asked: 1, strict: false, expected: false },
    { used: 500, reserved: 0, asked: 0, strict: false, expected: false },
  ])("used $used, reserved $reserved, $asked asked for, strict $strict: $expected", (row) => {
    const status = { allowance: ALLOWANCE, used: row.used, reserved: row.reserved };
    expect(hasSpendRoom(status, { amount: amount(row.asked), strict: row.strict })).toBe(row.expected);
  });

  it("counts the allowance's own unit", () => {
    const tokens: Allowance = { ...ALLOWANCE, unit: "tokens", limit: 10 };
    const status = { allowance: tokens, used: 3, reserved: 0 };
    expect(hasSpendRoom(status, { amount: amount(1e12), strict: true })).toBe(true);
    expect(hasSpendRoom({ ...status, used: 4 }, { amount: amount(0), strict: true })).toBe(false);
  });
});

describe("loneLimit", () => {
  it.each([
    [100, 0, 1, 100],
    [100, 40, 1, 100],
    [100, 40, 3, 60],
    [100, 100, 3, 100],
    [100, 130, 3, 100],
    [100, 0, 0, 100],
  ])("of %d with %d taken before, for one of %d gateways: %d", (limit, before, gateways, expected) => {
    expect(loneLimit(limit, before, gateways)).toBe(expected);
  });

  it("gateways that go on alone together take no more than there is", () => {
    const whole = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(whole, whole, fc.integer({ min: 1, max: 20 }), (limit, before, gateways) => {
        const each = loneLimit(limit, before, gateways) - before;
        expect(before + Math.max(0, each) * gateways).toBeLessThanOrEqual(Math.max(limit, before) + 1e-6);
      }),
    );
  });
});

describe("amounts and names", () => {
  it.each([
    [0.1, 1],
    [7, 7],
    [-1, 0],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER],
  ])("%d nano-dollars count as %d", (given, expected) => {
    expect(wholeSpend(amount(given)).nanoDollars).toBe(expected);
  });

  it("a window is named by its account, its allowance and its start, not by its end", () => {
    expect(spendWindowName("mesh", ALLOWANCE)).toBe("mesh:hour:0");
    expect(spendWindowName("mesh", { ...ALLOWANCE, startsAt: 5 })).toBe("mesh:hour:5");
  });
});
