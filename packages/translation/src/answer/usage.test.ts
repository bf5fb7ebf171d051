import { describe, expect, it } from "@jest/globals";
import type { TokenUsage } from "@switchyard/wire";
import * as fc from "fast-check";
import { mergeUsage, readChatUsage, readResponsesUsage } from "./usage.ts";

const count = fc.nat(1_000_000);

function inputOf(usage: TokenUsage | undefined): number {
  return usage === undefined
    ? Number.NaN
    : usage.uncachedInput + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
}

describe("usage of chat completions", () => {
  it("fills buckets that add up to the provider's totals", () => {
    fc.assert(
      fc.property(fc.tuple(count, count, count, count, count), fc.boolean(), (counts, isExtra) => {
        const [prompt, completion, cached, written, reasoning] = counts;
        const total = prompt + completion + (isExtra ? reasoning : 0);
        const usage = readChatUsage({
          prompt_tokens: prompt,
          completion_tokens: completion,
          total_tokens: total,
          prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
          completion_tokens_details: { reasoning_tokens: reasoning },
        });
        expect(inputOf(usage)).toBe(prompt);
        expect(inputOf(usage) + (usage?.output ?? 0)).toBe(total);
        expect(usage?.reasoning).toBeLessThanOrEqual(usage?.output ?? 0);
        for (const bucket of [usage?.uncachedInput, usage?.cacheRead, usage?.cacheWrite5m])
          expect(bucket).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each<[string, Record<string, unknown>, Partial<TokenUsage>]>([
    // platform.openai.com/docs/api-reference/chat/object
    [
      "OpenAI",
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 80 },
        completion_tokens_details: { reasoning_tokens: 30 },
      },
      { uncachedInput: 20, cacheRead: 80, output: 50, reasoning: 30 },
    ],
    // api-docs.deepseek.com/api/create-chat-completion
    [
      "DeepSeek",
      {
        prompt_tokens: 339,
        completion_tokens: 83,
        total_tokens: 422,
        prompt_cache_hit_tokens: 320,
        prompt_cache_miss_tokens: 19,
      },
      { uncachedInput: 19, cacheRead: 320, output: 83 },
    ],
    // openrouter.ai/docs/guides/administration/usage-accounting
    [
      "OpenRouter",
      {
        prompt_tokens: 194,
        completion_tokens: 2,
        total_tokens: 196,
        prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 60 },
        cost: 0.95,
      },
      { uncachedInput: 34, cacheRead: 100, cacheWrite5m: 60, reportedCostNanoDollars: 950_000_000 },
    ],
    [
      "OpenRouter with a key of one's own",
      {
        prompt_tokens: 10,
        completion_tokens: 2,
        cost: 0.001,
        is_byok: true,
        cost_details: { upstream_inference_cost: 0.02 },
      },
      { reportedCostNanoDollars: 21_000_000 },
    ],
    // ai.google.dev/gemini-api/docs/openai: completion_tokens without the thoughts, total_tokens with them
    [
      "Gemini",
      { prompt_tokens: 16, completion_tokens: 9, total_tokens: 627 },
      { uncachedInput: 16, output: 611, reasoning: 602 },
    ],
    // docs.x.ai/docs/guides/reasoning: reasoning is told apart from completion_tokens
    [
      "xAI",
      {
        prompt_tokens: 32,
        completion_tokens: 9,
        total_tokens: 135,
        completion_tokens_details: { reasoning_tokens: 94 },
      },
      { output: 103, reasoning: 94 },
    ],
    [
      "SGLang",
      {
        prompt_tokens: 19,
        completion_tokens: 1720,
        total_tokens: 1739,
        prompt_tokens_details: null,
        reasoning_tokens: 1000,
      },
      { uncachedInput: 19, output: 1720, reasoning: 1000 },
    ],
    [
      "Moonshot",
      { prompt_tokens: 19, completion_tokens: 21, total_tokens: 40, cached_tokens: 10 },
      { uncachedInput: 9, cacheRead: 10 },
    ],
    ["one without a total", { prompt_tokens: 7, completion_tokens: 3 }, { uncachedInput: 7, output: 3 }],
    ["one with the total alone", { total_tokens: 10 }, { uncachedInput: 10, output: 0, reasoning: 0 }],
    [
      "one whose total is too small",
      { prompt_tokens: 7, completion_tokens: 3, total_tokens: 5 },
      { uncachedInput: 7, output: 3 },
    ],
    ["one that counts backwards", { prompt_tokens: -7, completion_tokens: 3 }, { uncachedInput: 0, output: 3 }],
  ])("is read as %s tells it", (_provider, usage, expected) => {
    expect(readChatUsage(usage)).toMatchObject({ ...expected, estimated: false });
  });

  it.each([[null], [undefined], [{}], ["10"], [{ prompt_tokens: "10" }], [[]]])(
    "that holds no counts (%p) is none",
    (usage) => {
      expect(readChatUsage(usage)).toBeUndefined();
    },
  );
});

describe("usage of Responses", () => {
  it("fills buckets that add up to the provider's totals", () => {
    fc.assert(
      fc.property(count, count, count, count, (input, output, cached, reasoning) => {
        const usage = readResponsesUsage({
          input_tokens: input,
          output_tokens: output,
          total_tokens: input + output,
          input_tokens_details: { cached_tokens: cached },
          output_tokens_details: { reasoning_tokens: reasoning },
        });
        expect(inputOf(usage)).toBe(input);
        expect(usage?.output).toBe(output);
      }),
    );
  });
});

describe("several reports", () => {
  const arbitrary = fc.record({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: fc.record({ cached_tokens: count }),
  });

  it("never make any sum smaller, nor larger than the largest report", () => {
    fc.assert(
      fc.property(fc.array(arbitrary, { minLength: 1, maxLength: 6 }), (reports) => {
        let merged: TokenUsage | undefined;
        for (const report of reports) {
          const read = readChatUsage(report);
          if (read === undefined) continue;
          const next = mergeUsage(merged, read);
          expect(inputOf(next)).toBeGreaterThanOrEqual(merged === undefined ? 0 : inputOf(merged));
          merged = next;
        }
        expect(inputOf(merged)).toBe(Math.max(...reports.map((report) => report.prompt_tokens)));
        expect(merged?.output).toBe(Math.max(...reports.map((report) => report.completion_tokens)));
      }),
    );
  });

  it("replace an estimate, even by less", () => {
    const estimate: TokenUsage = {
      uncachedInput: 900,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 9,
      reasoning: 0,
      estimated: true,
    };
    const told = readChatUsage({ prompt_tokens: 10, completion_tokens: 1 });
    expect(told && mergeUsage(estimate, told)).toMatchObject({ uncachedInput: 10, output: 1, estimated: false });
  });
});
