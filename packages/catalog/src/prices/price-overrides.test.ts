import { describe, expect, it } from "@jest/globals";

import { findOverride, overridesOf } from "./price-overrides.ts";

const price = (input: number) => ({ input, output: 0 });

function find(overrides: Parameters<typeof findOverride>[0], provider = "azure", names = ["gpt-6-sol"]) {
  return findOverride(overrides, { provider, names: new Set(names) })?.price.input;
}

describe("the override of a price", () => {
  it("is the one that says most: provider before none, whole names before patterns, longer before shorter", () => {
    const all = [
      { model: "*", price: price(1) },
      { model: "gpt-*", price: price(2) },
      { model: "gpt-6-*", price: price(3) },
      { model: "GPT-6-Sol", price: price(4) },
      { provider: "azure", model: "*", price: price(5) },
      { provider: "azure", model: "gpt-6-sol", price: price(6) },
    ];
    for (let last = all.length; last > 0; last--) expect(find(all.slice(0, last).toReversed())).toBe(last);
  });

  it("is the first of equals", () => {
    expect(
      find([
        { model: "gpt-*", price: price(1) },
        { model: "gpt-*", price: price(2) },
      ]),
    ).toBe(1);
  });

  it("holds for its own provider only, and for whole names only", () => {
    expect(find([{ provider: "openai", model: "gpt-6-sol", price: price(1) }])).toBeUndefined();
    expect(find([{ model: "gpt-6", price: price(1) }])).toBeUndefined();
    expect(find([{ model: "pt-6-*", price: price(1) }])).toBeUndefined();
  });

  it("takes every other sign as it stands", () => {
    expect(find([{ model: "gpt.6-sol", price: price(1) }])).toBeUndefined();
    expect(find([{ model: "gpt.6*", price: price(1) }])).toBeUndefined();
    expect(find([{ model: "a/b(c)+*", price: price(1) }], "p", ["a/b(c)+d"])).toBe(1);
  });
});

describe("the overrides of settings", () => {
  it("are those for costs, then custom models' own under both of their names", () => {
    const custom = { modelId: "mine", modelName: "vendor/mine", price: price(1) };
    expect(
      overridesOf({
        costs: { prices: [{ model: "x", price: price(9) }] },
        providers: [
          { name: "groq", customModels: [custom, { modelId: "unpriced", modelName: "unpriced" }] },
          { name: "openai" },
        ],
      }),
    ).toEqual([
      { model: "x", price: price(9) },
      { provider: "groq", model: "vendor/mine", price: price(1) },
      { provider: "groq", model: "mine", price: price(1) },
    ]);
  });
});
