import { describe, expect, it } from "@jest/globals";
import { type ModelPrice, NO_USAGE, type TokenUsage } from "@switchyard/wire";
import * as fc from "fast-check";

import { priceUsage, ratesFor } from "./price-usage.ts";

const PRICE: ModelPrice = {
  input: 4,
  output: 20,
  cache_read: 0.2,
  cache_write_5m: 5,
  cache_write_1h: 8,
  long_prompt: { above_tokens: 200_000, input: 8, output: 30, cache_read: 0.4, cache_write_5m: 10, cache_write_1h: 16 },
};

function usage(figures: Partial<TokenUsage>): TokenUsage {
  return { ...NO_USAGE, ...figures };
}

describe("the price of used tokens", () => {
  it("is the sum over the buckets, each at its own rate, in nano-dollars", () => {
    const used = usage({ uncachedInput: 1, cacheRead: 10, cacheWrite5m: 100, cacheWrite1h: 1000, output: 10_000 });
    expect(priceUsage(PRICE, used)).toBe(4000 + 10 * 200 + 100 * 5000 + 1000 * 8000 + 10_000 * 20_000);
  });

  it("counts reasoning as the output that it is a part of", () => {
    expect(priceUsage(PRICE, usage({ output: 10, reasoning: 7 }))).toBe(10 * 20_000);
    expect(priceUsage({ ...PRICE, reasoning: 2 }, usage({ output: 10, reasoning: 7 }))).toBe(3 * 20_000 + 7 * 2000);
    expect(priceUsage({ ...PRICE, reasoning: 2 }, usage({ output: 3, reasoning: 7 }))).toBe(3 * 2000);
  });

  it("takes what has no rate of its own for input, an hour's write for 1.6 times the five minutes'", () => {
    const bare = { input: 1, output: 2 };
    expect(priceUsage(bare, usage({ cacheRead: 1, cacheWrite5m: 10, cacheWrite1h: 100 }))).toBe(111_000);
    expect(priceUsage({ ...bare, cache_write_5m: 1.25 }, usage({ cacheWrite1h: 1 }))).toBe(2000);
  });

  it("rises for every token of a request whose prompt is longer than the mark, cached parts counted", () => {
    expect(priceUsage(PRICE, usage({ uncachedInput: 100, cacheRead: 199_900, output: 1 }))).toBe(
      100 * 4000 + 199_900 * 200 + 20_000,
    );
    expect(priceUsage(PRICE, usage({ uncachedInput: 101, cacheRead: 199_900, output: 1 }))).toBe(
      101 * 8000 + 199_900 * 400 + 30_000,
    );
    expect(priceUsage(PRICE, usage({ output: 300_000 }))).toBe(300_000 * 20_000);
  });

  it("adds what the request itself and the provider's searches cost, whatever the prompt's length", () => {
    const fees = { ...PRICE, request: 0.005, web_search: 0.01 };
    expect(priceUsage(fees, usage({ output: 1, webSearches: 3 }))).toBe(20_000 + 5_000_000 + 3 * 10_000_000);
    expect(priceUsage(fees, usage({ uncachedInput: 200_001 }))).toBe(5_000_000 + 200_001 * 8000);
    expect(priceUsage(fees, usage({}))).toBe(0);
    expect(priceUsage(PRICE, usage({ webSearches: 3 }))).toBe(0);
  });

  it("rounds once, at the end", () => {
    expect(priceUsage({ input: 0.0005, output: 0.0005 }, usage({ uncachedInput: 1, output: 1 }))).toBe(1);
    expect(priceUsage({ input: 0.0004, output: 0 }, usage({ uncachedInput: 1 }))).toBe(0);
  });

  it("is a whole number, exact for amounts that binary fractions would blur", () => {
    const tokens = fc.integer({ min: 0, max: 2_000_000 });
    const milliRate = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(tokens, tokens, milliRate, milliRate, (input, output, inRate, outRate) => {
        const price = { input: inRate / 1000, output: outRate / 1000 };
        const cost = priceUsage(price, usage({ uncachedInput: input, output }));
        expect(BigInt(cost)).toBe(BigInt(input) * BigInt(inRate) + BigInt(output) * BigInt(outRate));
      }),
    );
  });

  it("of two uses together is that of both apart, where no mark is passed and no fee is due", () => {
    const some = fc.record({
      uncachedInput: fc.nat(10_000),
      cacheRead: fc.nat(10_000),
      cacheWrite5m: fc.nat(10_000),
      cacheWrite1h: fc.nat(10_000),
      output: fc.nat(10_000),
    });
    fc.assert(
      fc.property(some, some, (one, other) => {
        const both = Object.fromEntries(
          Object.entries(one).map(([name, count]) => [name, count + other[name as keyof typeof other]]),
        );
        expect(priceUsage(PRICE, usage(both))).toBe(priceUsage(PRICE, usage(one)) + priceUsage(PRICE, usage(other)));
      }),
    );
  });
});

describe("the rates of a prompt", () => {
  it("are those of long prompts only above the mark, none of them missing", () => {
    expect(ratesFor(PRICE, 200_000)).toEqual({
      input: 4,
      output: 20,
      reasoning: 20,
      cacheRead: 0.2,
      cacheWrite5m: 5,
      cacheWrite1h: 8,
    });
    expect(ratesFor(PRICE, 200_001)).toMatchObject({ input: 8, output: 30, cacheWrite1h: 16 });
  });
});
