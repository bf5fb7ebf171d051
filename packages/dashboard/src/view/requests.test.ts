import { describe, expect, it } from "@jest/globals";

import { nameKind, showFigures } from "./alerts.ts";
import type { Decision } from "./api-types.ts";
import { howToPoint, isUnused } from "./first-start.ts";
import { createFormats } from "./format.ts";
import { alert, overview, stats } from "./overview.fixture.ts";
import { describeCost, linkToDecision, listCandidates, showCost, wayOf } from "./requests.ts";
import { readRoute } from "./routes.ts";
import { describeInForce, describeStrategy, describeTests } from "./settings.ts";

describe("addresses of the page", () => {
  it.each([
    ["", "overview", undefined],
    ["#/", "overview", undefined],
    ["#/costs?by=client", "costs", undefined],
    ["#/requests/req_1", "requests", "req_1"],
    ["#/requests/a%2Fb%3Fc", "requests", "a/b?c"],
    ["#/requests/%E0%A4%A", "requests", "%E0%A4%A"],
    ["#/nowhere", "overview", undefined],
    ["#/constructor", "overview", undefined],
    ["#<script>", "overview", undefined],
  ])("%s is the page %s", (hash, page, detail) => {
    const route = readRoute(hash);
    expect([route.page, route.detail]).toEqual([page, detail]);
  });

  it("of a decision hold any id", () => {
    const id = 'a/b?c#d "e"';
    expect(readRoute(linkToDecision(id)).detail).toBe(id);
  });
});

describe("requests", () => {
  it.each([
    [[], "north", "at once"],
    [[], null, ""],
    [
      [
        { provider: "north", model: "m", result: "throttled" },
        { provider: "south", model: "m", result: "passed over: limit (requests)" },
      ],
      "west",
      "north: throttled → south passed over: limit (requests)",
    ],
  ])("went their way: %j, %p: %s", (before, provider, way) => {
    expect(wayOf({ before, provider })).toBe(way);
  });

  it("tell of each candidate what came of it", () => {
    const terms = { headroom: 0.5, speed: 0.5, price: 1, reliability: 1 };
    const candidate = { group: "requested", score: 1, terms, estimated_cost_dollars: null, reasons: ["a", "b"] };
    const decision: Decision = {
      request_id: "r",
      at: "",
      model: "m",
      strategy: "cost",
      estimated_input_tokens: 1,
      stream: true,
      candidates: ["north", "south", "west"].map((provider) => ({ ...candidate, provider, model: "m" })),
      excluded: [],
      reasons: [],
      attempts: [
        { provider: "north", model: "m", result: "overloaded", message: "busy" },
        { provider: "north", model: "other", result: "billing" },
        { provider: "south", model: "m", result: "answered" },
      ],
      outcome: "success",
      duration_ms: 1,
    };
    expect(listCandidates(decision).map(({ place, result, reasons }) => [place, result, reasons])).toEqual([
      [1, "overloaded: busy", "a; b"],
      [2, "answered", "a; b"],
      [3, "", "a; b"],
    ]);
  });
});

describe("what a request cost", () => {
  const formats = createFormats("UTC", "en-US");

  it.each([
    [{ cost_nano_dollars: 14_200_000 }, "$0.0142", "$0.0142"],
    [{ cost_nano_dollars: 156_000 }, "$0.0002", "$0.0002"],
    [{ cost_nano_dollars: 1230 }, "$0.0000012", "$0.0000012"],
    [{ cost_nano_dollars: 0, subscription_cost_nano_dollars: 0 }, "$0.00", "$0.00"],
    [{ cost_nano_dollars: null, subscription_cost_nano_dollars: 0 }, "–", "–"],
    [{}, "–", "–"],
    [
      { cost_nano_dollars: 2_500_000_000, subscription_cost_nano_dollars: 2_500_000_000 },
      "$2.50",
      "$2.50, by a subscription",
    ],
    [
      { cost_nano_dollars: 2_500_000_000, subscription_cost_nano_dollars: 1_000_000_000 },
      "$2.50",
      "$2.50, $1.00 of it by a subscription",
    ],
  ])("%j is told as %s, and in full as %s", (costing, short, whole) => {
    expect([showCost(costing, formats), describeCost(costing, formats)]).toEqual([short, whole]);
  });
});

describe("alerts", () => {
  const formats = createFormats("UTC", "en-US");

  it.each([
    [alert(), "$4.60, threshold $4.50"],
    [alert({ alert_type: "price_drift", threshold: 0.05, actual_value: 0.21 }), "21%, threshold 5%"],
    [alert({ alert_type: "unknown_price", threshold: 0, actual_value: 0 }), ""],
  ])("tell their figures in their unit", (one, text) => {
    expect(showFigures(one, formats)).toBe(text);
  });

  it("of a kind that is new here are named all the same", () => {
    expect([nameKind("agent_runaway"), nameKind("something_new")]).toEqual(["runaway agent", "something new"]);
  });
});

describe("a first start", () => {
  it("is one without anything in the books, in memory or under way", () => {
    expect(isUnused(overview(), stats())).toBe(true);
    expect(isUnused(overview(), stats({ total_requests: 1 }))).toBe(false);
    expect(isUnused(undefined, stats())).toBe(false);
    expect(isUnused(overview(), undefined)).toBe(false);
    expect(howToPoint("http://localhost:8080")).toBe("export ANTHROPIC_BASE_URL=http://localhost:8080");
  });
});

describe("settings", () => {
  it("tell what a test of all connections came to", () => {
    const results = {
      north: { status: "success" },
      south: { status: "failed", error_type: "auth" },
      west: { status: "failed" },
    };
    expect(describeTests({ message: "1 of 3 providers answer", results })).toBe(
      "1 of 3 providers answer; not: south (auth), west",
    );
    expect(describeTests({ message: "All providers answer", results: {} })).toBe("All providers answer");
  });

  it.each([
    [[], [], "in force"],
    [["anthropic", "cost-worker"], [], "in force, at anthropic, cost-worker too"],
    [[], ["vertex"], "in force; restart vertex for it"],
    [["anthropic"], ["vertex", "cost-worker"], "in force, at anthropic too; restart vertex, cost-worker for it"],
  ])("tell whom new ones have reached, %j, and whom not, %j", (reloaded, restart, text) => {
    expect(describeInForce({ services_reloaded: reloaded, services_to_restart: restart })).toBe(text);
  });

  it("have words for strategies, and none for new ones", () => {
    expect([describeStrategy("cost"), describeStrategy("new")]).toEqual(["the cheapest first", ""]);
  });
});
