import { describe, expect, it } from "@jest/globals";

import { readOpenRouterFailure } from "./openrouter-failures.ts";

function own(code: number, message: string, metadata: Record<string, unknown> = {}): string {
  return JSON.stringify({ error: { code, message, metadata } });
}

const IN_FLIGHT =
  "This request would exceed your available credits given your current in-flight requests. Retry after in-flight requests settle, or add credits.";

describe("readOpenRouterFailure", () => {
  it("takes an exhausted in-flight budget for a limit that passes by itself", () => {
    const body = own(402, IN_FLIGHT, {
      reason: "in_flight_budget_exhausted",
      limit_source: "openrouter_in_flight_budget",
    });
    expect(readOpenRouterFailure(402, { "retry-after": "30" }, body)).toMatchObject({
      failure: "throttled",
      status: 429,
      retryAfterSeconds: 30,
    });
    expect(readOpenRouterFailure(402, {}, body)).toMatchObject({ failure: "throttled-without-window" });
  });

  it("knows it by its words alone, as the Messages endpoint has them", () => {
    const body = JSON.stringify({
      type: "error",
      error: { type: "billing_error", message: "in_flight_budget_exhausted" },
    });
    expect(readOpenRouterFailure(402, { "retry-after": "5" }, body)).toMatchObject({ failure: "throttled" });
  });

  it.each([
    ["Insufficient credits. Add more using https://openrouter.ai/credits", {}],
    ["This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens", {}],
    ["Key limit exceeded", { limit_source: "openrouter_key_limit" }],
  ])("takes any other 402 for want of money: %s", (message, metadata) => {
    expect(readOpenRouterFailure(402, { "retry-after": "5" }, own(402, message, metadata))).toMatchObject({
      failure: "billing",
      status: 402,
    });
  });

  it("tells moderation, limits of the key and permission apart", () => {
    const flagged = own(403, "Your input was flagged", { reasons: ["violence"], flagged_input: "…" });
    expect(readOpenRouterFailure(403, {}, flagged)).toMatchObject({ failure: "content-policy", status: 400 });
    expect(readOpenRouterFailure(403, {}, own(403, "Key limit exceeded (total limit)"))).toMatchObject({
      failure: "billing",
    });
    expect(readOpenRouterFailure(403, {}, own(403, "Budget limit exceeded (monthly limit)"))).toMatchObject({
      failure: "billing",
    });
    expect(readOpenRouterFailure(403, {}, own(403, "Not allowed here"))).toBeUndefined();
  });

  it("knows that no host behind a model supports what was asked", () => {
    const message =
      "No endpoints available that support Anthropic's context management features (context-management-2025-06-27). Context management requires a supported provider (Anthropic).";
    expect(readOpenRouterFailure(400, {}, own(400, message))).toMatchObject({ failure: "capability", status: 400 });
    const tools = "No endpoints found that support tool use.";
    expect(readOpenRouterFailure(404, {}, own(404, tools))).toMatchObject({ failure: "capability" });
    expect(readOpenRouterFailure(404, {}, own(404, "No endpoints found for vendor/model."))).toBeUndefined();
  });

  it.each(["", "<html>", "{", "{}", '{"error":"x"}', "null", '{"error":{"message":5}}'])(
    "leaves to the family what is not its own: %j",
    (body) => {
      for (const status of [400, 402, 403, 404]) expect(readOpenRouterFailure(status, {}, body)).toBeUndefined();
    },
  );
});
