import { createCatalog } from "@switchyard/catalog";
import { describe, expect, it } from "@jest/globals";
import type { ModelInfo } from "@switchyard/wire";
import { ASSUMED_PRICE, countDollars, createBudget, estimateDollars, MOST_INPUT_TOKENS, priceOf } from "./budget.ts";

const catalog = createCatalog();

function offer(kind: "anthropic" | "azure" | "openai", id: string): ModelInfo {
  const found = catalog.offersOf(kind).find((model) => model.id === id);
  if (found === undefined) throw new Error(`no offer ${id}`);
  return found;
}

describe("priceOf", () => {
  it("takes the offer's own price, input at what writing it to the cache would cost", () => {
    const { price } = offer("anthropic", "claude-haiku-4-5");
    expect(price).toMatchObject({ input: 1, output: 5, cache_write_1h: 2 });
    expect(priceOf(offer("anthropic", "claude-haiku-4-5"), catalog)).toEqual({ input: 2, output: 5 });
  });

  it("takes the dearest other offer of a model that has no price of its own", () => {
    expect(offer("azure", "gpt-4.1").price).toBeUndefined();
    expect(priceOf(offer("azure", "gpt-4.1"), catalog)).toEqual(priceOf(offer("openai", "gpt-4.1"), catalog));
  });

  it("assumes a high price where there is none", () => {
    const { price: _price, ...unknown } = offer("openai", "gpt-4.1");
    expect(priceOf({ ...unknown, canonical: "nobody-knows-it" }, catalog)).toEqual(ASSUMED_PRICE);
  });

  it("assumes more than any model of the catalogue costs", () => {
    for (const { offers } of catalog.models) {
      for (const { price } of offers) {
        expect(price?.input ?? 0).toBeLessThanOrEqual(ASSUMED_PRICE.input);
        expect(price?.output ?? 0).toBeLessThanOrEqual(ASSUMED_PRICE.output);
      }
    }
  });
});

describe("estimateDollars", () => {
  it("counts the most that each request may send and bring", () => {
    const price = { input: 2, output: 10 };
    expect(estimateDollars(price, { requests: 3, outputTokens: 1000 })).toBeCloseTo(
      (3 * (MOST_INPUT_TOKENS * 2 + 10_000)) / 1e6,
    );
  });

  it("is nothing for a case that generates nothing", () => {
    expect(estimateDollars(ASSUMED_PRICE, { requests: 0, outputTokens: 500 })).toBe(0);
  });
});

describe("countDollars", () => {
  it("prices the tokens that were used", () => {
    expect(countDollars({ input: 2, output: 10 }, { input: 500_000, output: 100_000 })).toBeCloseTo(2);
  });

  it("believes the provider's own figure", () => {
    expect(countDollars({ input: 2, output: 10 }, { input: 500_000, output: 100_000, dollars: 0.25 })).toBe(0.25);
  });
});

describe("createBudget", () => {
  it("allows what fits what is left, to the last cent", () => {
    const budget = createBudget(0.5);
    budget.charge(0.3);
    expect(budget.allows(0.2)).toBe(true);
    expect(budget.allows(0.2001)).toBe(false);
    expect(budget.spent()).toBe(0.3);
  });

  it("allows what is free even when nothing is to be spent", () => {
    expect(createBudget(0).allows(0)).toBe(true);
  });
});
