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
