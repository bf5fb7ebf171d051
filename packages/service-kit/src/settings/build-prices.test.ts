import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, load, problemsOf } from "./load.fixture.ts";

cleanUpAfterEach();

const world = (prices: unknown) => ({ files: { "switchyard.yaml": { costs: { prices } } } });
const pricesOf = (prices: unknown) => load(world(prices)).costs.prices;

describe("prices that go before the catalogue's", () => {
  it("are in dollars per million tokens, whichever notation they have", () => {
    expect(
      pricesOf([
        { model: "a", price: { input: 3, output: "15", cache_read: 0.3, cache_write_5m: 3.75, cache_write_1h: 6 } },
        { model: "b", input_cost_per_token: "0.0000002", output_cost_per_token: 0.0000008 },
        { model: "c", input_cost_per_million_tokens: 0.5, output_cost_per_million_tokens: 2 },
        { model: "d", provider: "github", price: { input: 0, output: 0 } },
      ]),
    ).toEqual([
      { model: "a", price: { input: 3, output: 15, cache_read: 0.3, cache_write_5m: 3.75, cache_write_1h: 6 } },
      { model: "b", price: { input: 0.2, output: 0.8 } },
      { model: "c", price: { input: 0.5, output: 2 } },
      { model: "d", provider: "github-models", price: { input: 0, output: 0 } },
    ]);
  });

  it("may have others for long prompts", () => {
    const price = { input: 3, output: 15, long_prompt: { above_tokens: 200_000, input: 6, output: 22.5 } };
    expect(pricesOf([{ model: "a", price }])).toEqual([{ model: "a", price }]);
  });

  it("may have one for reasoning, one for every request, and one for every web search", () => {
    const long = { above_tokens: 200_000, input: 6, output: 22.5, reasoning: 30 };
    const price = { input: 3, output: 15, reasoning: 20, request: 0.001, web_search: "0.01", long_prompt: long };
    expect(pricesOf([{ model: "a", price }])).toEqual([{ model: "a", price: { ...price, web_search: 0.01 } }]);
  });

  it("are whole or a problem", () => {
    const problems = problemsOf(
      world([
        { model: "a" },
        { model: "b", input_cost_per_token: 1 },
        { model: "c", output_cost_per_million_tokens: 1 },
      ]),
    );
    expect(problems.map(({ path, problem }) => `${path} ${problem}`)).toEqual([
      "costs.prices[0] has no price",
      "costs.prices[1] has no price",
      "costs.prices[2] has no price",
    ]);
    expect(problemsOf(world([{ model: "a", price: { input: 3 } }]))).toEqual([
      expect.objectContaining({ path: "switchyard.yaml: costs.prices[0].price.output", problem: "is missing" }),
    ]);
  });

  it("name each model of a provider once", () => {
    const price = { input: 1, output: 1 };
    expect(
      problemsOf(
        world([
          { model: "a", provider: "github", price },
          { model: "a", price },
          { model: "a", provider: "github-models", price },
        ]),
      ),
    ).toEqual([
      { path: "costs.prices[2]", problem: "prices the same model as costs.prices[0]", remedy: "Keep one of them." },
    ]);
  });

  it("name a provider that there is", () => {
    const price = { input: 1, output: 1 };
    expect(problemsOf(world([{ model: "a", provider: "openruter", price }]))).toEqual([
      {
        path: "costs.prices[0].provider",
        problem: 'there is no provider "openruter"',
        remedy: 'Did you mean "openrouter"?',
      },
    ]);
  });

  it.each([
    [{ model: "a", price: { input: -1, output: 1 } }, "price.input"],
    [{ model: "a", price: { input: 1, output: "dear" } }, "price.output"],
    [{ price: { input: 1, output: 1 } }, "model"],
    [{ model: "a", price: { input: 1, output: 1, request: "some" } }, "price.request"],
    [{ model: "a", price: { input: 1, output: 1, cache: 1 } }, "price.cache"],
    [
      { model: "a", price: { input: 1, output: 1, long_prompt: { input: 1, output: 1 } } },
      "price.long_prompt.above_tokens",
    ],
  ])("cannot be %j", (entry, field) => {
    expect(problemsOf(world([entry]))).toEqual([
      expect.objectContaining({ path: `switchyard.yaml: costs.prices[0].${field}` }),
    ]);
  });
});
