import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import { parseOpenRouterPrice, parseOpenRouterPrices } from "./parse-open-router-prices.ts";

describe("one entry's pricing", () => {
  it("is per token there, per million here", () => {
    expect(
      parseOpenRouterPrice({
        prompt: "0.000002",
        completion: "0.00001",
        request: "0",
        image: "0.001",
        web_search: "0.01",
        internal_reasoning: "0",
        input_cache_read: "0.0000002",
        input_cache_write: "0.0000025",
        input_cache_write_1h: "0.000004",
      }),
    ).toEqual({ input: 2, output: 10, cache_read: 0.2, cache_write_5m: 2.5, cache_write_1h: 4, web_search: 0.01 });
  });

  it("has fees and another price for reasoning where they are listed", () => {
    const listed = { prompt: 1e-6, completion: "2e-6", request: "0.005", internal_reasoning: "0.000003" };
    expect(parseOpenRouterPrice(listed)).toEqual({ input: 1, output: 2, reasoning: 3, request: 0.005 });
    expect(parseOpenRouterPrice({ ...listed, internal_reasoning: "0.000002" })).not.toHaveProperty("reasoning");
  });

  it("adds the input to a write that is listed as storage alone", () => {
    const listed = { prompt: "0.0000015", completion: "0.000009", input_cache_write: "0.0000000833" };
    expect(parseOpenRouterPrice(listed)?.cache_write_5m).toBe(1.5833);
  });

  it("is higher for long prompts by the lowest tier, which keeps what it does not name", () => {
    const listed = {
      prompt: "0.000002",
      completion: "0.00001",
      input_cache_read: "0.0000002",
      overrides: [
        { min_prompt_tokens: 500_000, prompt: "0.00001" },
        { min_prompt_tokens: 272_000, prompt: "0.000004", completion: "0.000015" },
        { utc_start: 0, utc_end: 1200, prompt: "0.000009" },
        { min_prompt_tokens: 1, utc_start: 100, prompt: "0.000009" },
        "nonsense",
      ],
    };
    expect(parseOpenRouterPrice(listed)).toEqual({
      input: 2,
      output: 10,
      cache_read: 0.2,
      long_prompt: { above_tokens: 272_000, input: 4, output: 15, cache_read: 0.2 },
    });
  });

  it("is nothing for what is free", () => {
    expect(parseOpenRouterPrice({ prompt: "0", completion: "0" })).toEqual({ input: 0, output: 0 });
  });

  it.each([
    [{ prompt: "-1", completion: "-1" }],
    [{ prompt: "0.000001" }],
    [{ prompt: "", completion: "0" }],
    [{ prompt: "cheap", completion: "0" }],
    [{ prompt: "NaN", completion: "0" }],
    [{ prompt: "Infinity", completion: "0" }],
    [{ prompt: "3", completion: "15" }],
    [{ prompt: null, completion: "0" }],
    [{ prompt: ["0"], completion: "0" }],
    ["free"],
    [null],
    [undefined],
  ])("is unknown in %j", (pricing) => {
    expect(parseOpenRouterPrice(pricing)).toBeUndefined();
  });

  it("leaves out a part that cannot be read, and keeps the others", () => {
    const listed = { prompt: "0.000001", completion: "0.000002", input_cache_read: "half", request: {}, overrides: 5 };
    expect(parseOpenRouterPrice(listed)).toEqual({ input: 1, output: 2 });
  });
});

describe("the list", () => {
  it("leaves out, one by one, what has no id or no price", () => {
    const list = {
      data: [entry("a/b"), null, 7, entry(""), entry(5), { id: "c/d" }, entry("router", "-1"), entry("e/f")],
    };
    expect([...parseOpenRouterPrices(list).keys()]).toEqual(["a/b", "e/f"]);
  });

  it.each([[{}], [{ data: {} }], [[]], [null], ["text"]])("is empty for %j", (json) => {
    expect(parseOpenRouterPrices(json).size).toBe(0);
  });

  it("takes any JSON, and gives only prices that can be counted with", () => {
    const pricing = fc.dictionary(
      fc.constantFrom("prompt", "completion", "request", "input_cache_read", "input_cache_write", "overrides"),
      fc.oneof(fc.jsonValue(), fc.double().map(String)),
    );
    const data = fc.array(fc.oneof(fc.jsonValue(), fc.record({ id: fc.string(), pricing })));
    fc.assert(
      fc.property(data, (entries) => {
        for (const { long_prompt: long, ...rates } of parseOpenRouterPrices({ data: entries }).values()) {
          for (const rate of [...Object.values(rates), ...Object.values(long ?? {})]) {
            expect(Number.isFinite(rate) && rate >= 0).toBe(true);
          }
        }
      }),
    );
  });
});

function entry(id: unknown, prompt = "0.000001"): object {
  return { id, pricing: { prompt, completion: "0.000002" } };
}
