import { describe, expect, it } from "@jest/globals";

import { mergeUsage, readUsage } from "./read-usage.ts";
import { createStreamObserver } from "./stream-observer.ts";
import { USAGE_COST_FIELD, USAGE_ESTIMATED_FIELD } from "./usage.ts";

function observe(events: Record<string, unknown>[]): ReturnType<typeof createStreamObserver>["usage"] {
  const observer = createStreamObserver();
  for (const event of events) observer.observe(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
  return observer.usage;
}

describe("the usage of an answer", () => {
  it("takes over what the provider says it cost, in dollars or in nano-dollars", () => {
    expect(readUsage({ input_tokens: 1, output_tokens: 1, cost: 0.0012 }).reportedCostNanoDollars).toBe(1_200_000);
    expect(readUsage({ input_tokens: 1, output_tokens: 1, [USAGE_COST_FIELD]: 7 }).reportedCostNanoDollars).toBe(7);
    expect(readUsage({ input_tokens: 1, output_tokens: 1 })).not.toHaveProperty("reportedCostNanoDollars");
  });

  it("takes nothing for a cost where a translated answer says so, not where a stream merely starts with it", () => {
    expect(readUsage({ input_tokens: 1, output_tokens: 1, [USAGE_COST_FIELD]: 0 }).reportedCostNanoDollars).toBe(0);
    expect(readUsage({ input_tokens: 1, output_tokens: 1, cost: 0 })).not.toHaveProperty("reportedCostNanoDollars");
    const start = readUsage({ input_tokens: 1, output_tokens: 1, cost: 0 });
    expect(mergeUsage(start, { output_tokens: 9, cost: 0.5 }).reportedCostNanoDollars).toBe(500_000_000);
  });

  it("adds the upstream's price to the fee where a router used the user's own key", () => {
    const report = { input_tokens: 1, output_tokens: 1, cost: 0.05, cost_details: { upstream_inference_cost: 1 } };
    expect(readUsage({ ...report, is_byok: true }).reportedCostNanoDollars).toBe(1_050_000_000);
    expect(readUsage({ ...report, is_byok: false }).reportedCostNanoDollars).toBe(50_000_000);
  });

  it("counts the searches that the provider ran", () => {
    const report = { input_tokens: 1, output_tokens: 1, server_tool_use: { web_search_requests: 3 } };
    expect(readUsage(report).webSearches).toBe(3);
    expect(mergeUsage(readUsage(report), { output_tokens: 2 }).webSearches).toBe(3);
    expect(readUsage({ input_tokens: 1, output_tokens: 1, server_tool_use: null })).not.toHaveProperty("webSearches");
  });

  it("is an estimate where the answer says so, until a later report does not", () => {
    const start = readUsage({ input_tokens: 900, output_tokens: 0, [USAGE_ESTIMATED_FIELD]: true });
    expect(start.estimated).toBe(true);
    expect(mergeUsage(start, { input_tokens: 900, output_tokens: 5 }).estimated).toBe(false);
  });
});

describe("a stream whose message_start says that it estimates", () => {
  const start = {
    type: "message_start",
    message: { usage: { input_tokens: 900, output_tokens: 0, [USAGE_ESTIMATED_FIELD]: true } },
  };

  it("counts the true figures, smaller ones, too", () => {
    const usage = observe([
      start,
      { type: "message_delta", usage: { input_tokens: 30, cache_read_input_tokens: 60, output_tokens: 5 } },
    ]);
    expect(usage).toMatchObject({ uncachedInput: 30, cacheRead: 60, output: 5, estimated: false });
  });

  it("stays an estimate when nothing better comes", () => {
    const report = { input_tokens: 900, output_tokens: 5, [USAGE_ESTIMATED_FIELD]: true };
    expect(observe([start, { type: "message_delta", usage: report }])).toMatchObject({
      uncachedInput: 900,
      output: 5,
      estimated: true,
    });
  });
});

describe("a stream that writes to the cache for an hour", () => {
  it("counts each write once, though the last report does not say how long it lives", () => {
    const usage = observe([
      startOf({ ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30 }),
      { type: "message_delta", usage: { input_tokens: 1, cache_creation_input_tokens: 50, output_tokens: 5 } },
    ]);
    expect(usage).toMatchObject({ cacheWrite5m: 20, cacheWrite1h: 30 });
  });

  it("takes what later reports add for five minutes", () => {
    const usage = observe([
      startOf({ ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 50 }),
      { type: "message_delta", usage: { input_tokens: 1, cache_creation_input_tokens: 65, output_tokens: 5 } },
    ]);
    expect(usage).toMatchObject({ cacheWrite5m: 15, cacheWrite1h: 50 });
  });
});

describe("a stream whose start says more of the prompt uncached than its end", () => {
  const start = { type: "message_start", message: { usage: { input_tokens: 1000, output_tokens: 1 } } };

  it("counts no token twice", () => {
    const split = { input_tokens: 100, cache_read_input_tokens: 900 };
    expect(observe([start, endOf(split)])).toMatchObject({ uncachedInput: 100, cacheRead: 900 });
  });

  it("takes nothing away where the end says less, or mentions only a part", () => {
    expect(observe([start, endOf({ input_tokens: 10 })])).toMatchObject({
      uncachedInput: 1000,
      cacheRead: 0,
      output: 5,
    });
    expect(observe([start, endOf({ cache_read_input_tokens: 7 })])).toMatchObject({
      uncachedInput: 1000,
      cacheRead: 7,
    });
    expect(observe([start, endOf({ input_tokens: 0, cache_read_input_tokens: 0 })])).toMatchObject({
      uncachedInput: 1000,
    });
    expect(observe([start, endOf({})])).toMatchObject({ uncachedInput: 1000, output: 5 });
  });
});

function startOf(split: object): Record<string, unknown> {
  const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 50, cache_creation: split };
  return { type: "message_start", message: { usage } };
}

function endOf(usage: object): Record<string, unknown> {
  return { type: "message_delta", usage: { output_tokens: 5, ...usage } };
}
