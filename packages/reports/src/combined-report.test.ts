import { describe, expect, it } from "@jest/globals";
import { buildCombinedReport } from "./combined-report.ts";
import { buildTranscriptRows } from "./transcript-rows.ts";
import { entry, PRICES, TO } from "./sample-report.fixture.ts";

const MESH = {
  period_hours: 168,
  total_cost: 12.5,
  provider_stats: {
    anthropic: { total_requests: 100, success_rate: 0.99, total_cost: 10 },
    openrouter: { total_requests: 20, success_rate: 0.5, total_cost: 2.5 },
    vertex: { total_requests: 0, success_rate: 0, total_cost: 0 },
  },
};

function build(
  entries = [entry({ costNanoDollars: 1e9 }), entry({ session: "s2", costNanoDollars: 2e9, project: "/blog" })],
) {
  const { rows } = buildTranscriptRows(entries, { meshSessions: new Set(), prices: PRICES, timeZone: "UTC" });
  return buildCombinedReport({
    at: TO,
    days: 7,
    direct: rows,
    lastActivity: new Map([["/blog", TO - 1000]]),
    mesh: MESH,
    suggestions: [{ text: "a in place of b", savings: 7e9, share: 0.25 }],
  });
}

describe("buildCombinedReport", () => {
  it("has the keys that tools of older gateways read", () => {
    const report = build();
    expect(Object.keys(report)).toEqual([
      "timestamp",
      "native_claude_costs",
      "multimodel_costs",
      "combined_summary",
      "recommendations",
    ]);
    expect(Object.keys(report.native_claude_costs)).toEqual([
      "total_cost",
      "conversations",
      "daily_breakdown",
      "projects",
      "total_conversations",
      "total_messages",
      "estimated_tokens",
    ]);
    expect(report.multimodel_costs).toBe(MESH);
  });

  it("adds what went directly to what went through the mesh", () => {
    expect(build().combined_summary).toMatchObject({
      total_estimated_cost: 15.5,
      native_cost: 3,
      multimodel_cost: 12.5,
      cost_breakdown: { anthropic: 10, openrouter: 2.5, vertex: 0, direct: 3 },
    });
  });

  it("tells each project and day of what went directly", () => {
    const { native_claude_costs: native } = build();
    expect(native).toMatchObject({ total_cost: 3, total_conversations: 2, total_messages: 2, estimated_tokens: 2320 });
    expect(native.daily_breakdown).toEqual([{ date: "2026-11-20", messages: 2, tokens: 2320, cost: 3 }]);
    expect(native.projects).toEqual({
      "/home/dev/shop": {
        conversations: 1,
        messages: 1,
        estimated_tokens: 1160,
        last_activity: null,
        cost_estimate: 1,
      },
      "/blog": {
        conversations: 1,
        messages: 1,
        estimated_tokens: 1160,
        last_activity: "2026-11-20T23:59:59.000Z",
        cost_estimate: 2,
      },
    });
  });

  it("stretches the savings of the reported time to a month, and shows the sum", () => {
    const { savings_analysis: savings } = build().combined_summary;
    expect(savings.potential_monthly_savings).toBe(30);
    expect(savings.monthly_arithmetic).toBe("$7.00 in 7 days × 30 ÷ 7");
    expect(savings.cheaper_alternatives).toEqual([
      { suggestion: "a in place of b", estimated_savings: 7, cost_reduction_percentage: 25 },
    ]);
  });

  it("recommends to look at a provider that fails, and not at one that was not asked", () => {
    const [first, ...others] = build().recommendations;
    expect(first).toBe("openrouter answered 50.0 % of 20 requests ($2.50): look at its failures.");
    expect(others).toEqual(["a in place of b"]);
  });

  it("has no native part where nothing went directly", () => {
    const { native_claude_costs: native, combined_summary: summary } = build([]);
    expect(native).toMatchObject({ total_cost: 0, conversations: [], daily_breakdown: [], projects: {} });
    expect(summary.cost_breakdown).not.toHaveProperty("direct");
  });
});
