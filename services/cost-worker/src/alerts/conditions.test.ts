import { describe, expect, it } from "@jest/globals";
import { budgetWindows } from "@switchyard/service-kit/calendar";

import { type BudgetAccount, budgetConditions } from "./budget-conditions.ts";
import { costConditions } from "./cost-conditions.ts";

const DOLLAR = 1e9;
const NOTHING = { total: 0, byProvider: {} };

describe("the cost of an hour and of a day", () => {
  const thresholds = { hourlyNanoDollars: 10 * DOLLAR, dailyNanoDollars: 50 * DOLLAR };
  const over = (hour: typeof NOTHING, day: typeof NOTHING) =>
    costConditions({ hour, day }, thresholds)
      .filter((condition) => condition.over)
      .map(({ kind, subject, actual }) => [kind, subject, actual / DOLLAR]);

  it.each([
    ["below", 9.99, []],
    ["exactly at", 10, []],
    ["above", 10.01, [["hourly_cost_exceeded", "total", 10.01]]],
  ])("%s the threshold of all providers", (_where, dollars, expected) => {
    expect(over({ total: dollars * DOLLAR, byProvider: {} }, NOTHING)).toEqual(expected);
  });

  it("is told of each provider for itself and of all together", () => {
    const day = {
      total: 110 * DOLLAR,
      byProvider: { vertex: 51 * DOLLAR, openrouter: 49 * DOLLAR, ollama: 10 * DOLLAR },
    };
    expect(over(NOTHING, day)).toEqual([
      ["daily_cost_exceeded", "total", 110],
      ["daily_cost_exceeded", "vertex", 51],
    ]);
  });

  it("may pass by the sum alone, with no provider over it", () => {
    const day = { total: 60 * DOLLAR, byProvider: { vertex: 30 * DOLLAR, openrouter: 30 * DOLLAR } };
    expect(over(NOTHING, day)).toEqual([["daily_cost_exceeded", "total", 60]]);
  });

  it("of a provider named like the sum is another crossing than the sum's", () => {
    const hour = { total: 30 * DOLLAR, byProvider: { total: 20 * DOLLAR } };
    const keys = costConditions({ hour, day: NOTHING }, thresholds).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("is nobody's concern without a threshold", () => {
    expect(costConditions({ hour: { total: 1e15, byProvider: { a: 1e15 } }, day: NOTHING }, {})).toEqual([]);
  });

  it("is told in dollars", () => {
    const [first] = costConditions({ hour: { total: 12.345 * DOLLAR, byProvider: {} }, day: NOTHING }, thresholds);
    expect(first?.message).toBe("All providers: $12.35 in the last hour, more than $10.00");
  });
});

const account = (spent: number, more: Partial<BudgetAccount> = {}): BudgetAccount => ({
  account: "client c1",
  subject: "client laptop",
  budgets: { day: 100 * DOLLAR },
  spent: { hour: 0, day: spent * DOLLAR, month: 0 },
  ...more,
});

describe("a budget", () => {
  const windows = budgetWindows(Date.parse("2026-11-21T14:31:00Z"), "UTC");
  const shares = [0.75, 0.9, 1];
  const reached = (spent: number) =>
    budgetConditions([account(spent)], windows, shares)
      .filter(({ over }) => over)
      .map(({ threshold }) => threshold / DOLLAR);

  it.each([
    [0, []],
    [74.99, []],
    [75, [75]],
    [89.99, [75]],
    [90, [90]],
    [99.99, [90]],
    [100, [100]],
    [250, [100]],
  ])("with %d of 100 dollars spent is told of at %j", (spent, expected) => {
    expect(reached(spent)).toEqual(expected);
  });

  it("is another crossing in the next window", () => {
    const tomorrow = budgetWindows(Date.parse("2026-11-22T14:31:00Z"), "UTC");
    const keyOn = (when: typeof windows) => budgetConditions([account(80)], when, shares).find(({ over }) => over)?.key;
    expect(keyOn(windows)).not.toBe(keyOn(tomorrow));
    expect(keyOn(windows)).toBe(keyOn(budgetWindows(Date.parse("2026-11-21T23:59:59Z"), "UTC")));
  });

  it("of every window is watched, of every account for itself", () => {
    const both = [
      account(0, { budgets: { hour: DOLLAR, month: DOLLAR }, spent: { hour: DOLLAR, day: DOLLAR, month: DOLLAR } }),
      account(0, {
        account: "mesh",
        subject: "total",
        budgets: { day: DOLLAR },
        spent: { hour: 0, day: DOLLAR, month: 0 },
      }),
    ];
    const over = budgetConditions(both, windows, shares).filter((condition) => condition.over);
    expect(over.map(({ message }) => message)).toEqual([
      "client laptop: the budget of this hour is used up ($1.00 of $1.00)",
      "client laptop: the budget of this month is used up ($1.00 of $1.00)",
      "total: the budget of today is used up ($1.00 of $1.00)",
    ]);
  });

  it("without a limit in a window has nothing to say of it", () => {
    expect(budgetConditions([account(1e6, { budgets: {} })], windows, shares)).toEqual([]);
  });
});
