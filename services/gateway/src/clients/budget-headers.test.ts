import { describe, expect, it } from "@jest/globals";
import { HEADERS } from "@switchyard/wire";

import { budgetHeaders, type BudgetStatus, safe, withBudgetHeaders } from "./budget-headers.ts";

const ENDS = Date.parse("2026-11-21T13:00:00Z");

function budget(name: "hour" | "day" | "month", used: number, limit = 1e9): BudgetStatus {
  const allowance = { name, unit: "nanoDollars" as const, limit, startsAt: 0, endsAt: ENDS };
  return { holder: { account: "client laptop", name: "Büro" }, status: { allowance, used, reserved: 5e9 } };
}

describe("headers of a budget", () => {
  it("are none below three quarters, whatever is only reserved", () => {
    expect(budgetHeaders([], "UTC")).toEqual({});
    expect(budgetHeaders([budget("hour", 0), budget("month", 749_999_999)], "UTC")).toEqual({});
  });

  it.each([
    [0.75, "0.75", "0.75"],
    [0.899, "0.89", "0.75"],
    [0.9, "0.9", "0.9"],
    [0.951, "0.95", "0.95"],
    [0.999, "0.99", "0.95"],
    [1, "0.99", "0.95"],
    [1.7, "0.99", "0.95"],
  ])("a share of %d is told as %s, past %s", (share, utilization, threshold) => {
    expect(budgetHeaders([budget("day", share * 1e9)], "UTC")).toMatchObject({
      "anthropic-ratelimit-unified-status": "allowed_warning",
      "anthropic-ratelimit-unified-overage-utilization": utilization,
      "anthropic-ratelimit-unified-overage-surpassed-threshold": threshold,
    });
  });

  it("tell of the fullest budget, as a spend limit of no rolling window", () => {
    const headers = budgetHeaders([budget("hour", 8e8), budget("day", 7e8), budget("month", 9.5e8)], "Europe/Berlin");
    expect(headers).toEqual({
      "anthropic-ratelimit-unified-status": "allowed_warning",
      "anthropic-ratelimit-unified-representative-claim": "overage",
      "anthropic-ratelimit-unified-reset": String(ENDS / 1000),
      "anthropic-ratelimit-unified-overage-status": "allowed_warning",
      "anthropic-ratelimit-unified-overage-utilization": "0.95",
      "anthropic-ratelimit-unified-overage-surpassed-threshold": "0.95",
      "anthropic-ratelimit-unified-overage-reset": String(ENDS / 1000),
      [HEADERS.warning]:
        'The monthly budget of the client "B?ro" is used by 95 % ($0.95 of $1.00); it begins anew at 2026-11-21 14:00 Europe/Berlin.',
    });
  });

  it("a budget of nothing is full", () => {
    expect(budgetHeaders([budget("hour", 0, 0)], "UTC")["anthropic-ratelimit-unified-overage-utilization"]).toBe(
      "0.99",
    );
  });

  it("give way to what the upstream tells of the same, and to that only", () => {
    const own = budgetHeaders([budget("hour", 8e8)], "UTC");
    expect(withBudgetHeaders({ "anthropic-ratelimit-requests-limit": "5" }, own)).toEqual({
      "anthropic-ratelimit-requests-limit": "5",
      ...own,
    });
    expect(withBudgetHeaders({ "anthropic-ratelimit-unified-overage-utilization": "0.1" }, own)).toEqual({
      "anthropic-ratelimit-unified-overage-utilization": "0.1",
      [HEADERS.warning]: own[HEADERS.warning],
    });
  });

  it("hold nothing that a header cannot", () => {
    expect(safe("a\r\nx-evil: 1 – ü")).toBe("a??x-evil: 1 ? ?");
    expect(safe("x".repeat(9999))).toHaveLength(500);
  });
});
