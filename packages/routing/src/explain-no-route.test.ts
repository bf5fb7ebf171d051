import { describe, expect, it } from "@jest/globals";

import type { KnownProvider } from "./contract.ts";
import { explainNoRoute } from "./explain-no-route.ts";
import { planRequest } from "./plan-request.ts";
import { catalog, modelInfo, provider, rankInput, ROUND_PRICE, type Situation } from "./testing/inputs.ts";

function explain(providers: KnownProvider[], situation: Situation) {
  const input = rankInput(providers, situation);
  const plan = planRequest(input);
  expect(plan.candidates).toEqual([]);
  return explainNoRoute({ plan, requested: input.requested, needs: input.facts, providers, catalog });
}

describe("a request that nobody can take", () => {
  it("names the tool and who executes it", () => {
    const searching = { tools: true, images: true, documents: true, thinking: true, server_tools: ["web_search"] };
    const small = provider("small", [modelInfo("seeker", { tier: "small", capabilities: searching })]);
    const error = explain([provider("one", [modelInfo("chat", { dialect: "chat" })]), small], {
      model: "chat",
      facts: { toolCount: 1, typedTools: ["web_search_20250305"] },
    });
    expect(error).toMatchObject({ type: "invalid_request_error", status: 400 });
    expect(error.message).toMatch(/^tools: web_search_20250305 is not executed .* It is executed by seeker on small/);
  });

  it("says what each model lacks, or costs", () => {
    const error = explain([provider("one", [modelInfo("m", { price: ROUND_PRICE })])], { maxCostNanoDollars: 1 });
    expect(error).toMatchObject({ type: "invalid_request_error", status: 400 });
    expect(error.message).toContain("m on one would cost about $0.051 = ");
  });

  it("is of an unknown model where providers serve, but not this", () => {
    const error = explain([provider("one", [modelInfo("m")])], { model: "nothing", substitution: "never" });
    expect(error).toMatchObject({ type: "not_found_error", message: "model: nothing" });
  });

  it("says what to set where nobody serves", () => {
    const error = explain([provider("one", [], { enabled: false, missing: ["ONE_KEY"] })], {});
    expect(error).toMatchObject({ type: "api_error", status: 503 });
    expect(error.message).toBe("No provider can take requests: one: not configured: set ONE_KEY");
  });
});
