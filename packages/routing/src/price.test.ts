import { describe, expect, it } from "@jest/globals";
import { type ModelPrice, NO_USAGE } from "@switchyard/wire";

import { explainPrice, priceExpected, priceOf } from "./price.ts";
import { modelInfo } from "./testing/inputs.ts";

const PRICE: ModelPrice = {
  input: 3,
  output: 15,
  cache_read: 0.3,
  cache_write_5m: 3.75,
  cache_write_1h: 6,
  long_prompt: { above_tokens: 200_000, input: 6, output: 22.5, cache_read: 0.6, cache_write_5m: 7.5 },
};
const priced = modelInfo("m", { price: PRICE });
const USAGE = { ...NO_USAGE, uncachedInput: 1, cacheRead: 10, cacheWrite5m: 100, cacheWrite1h: 1000, output: 10_000 };

const at = (cached: number) => priceExpected(PRICE, { cached, fresh: 1000, output: 1 }, true);

describe("the price of a request", () => {
  it("counts every bucket at its own rate, in whole nano-dollars", () => {
    expect(priceOf(priced, USAGE)).toBe(3000 + 3000 + 375_000 + 6_000_000 + 150_000_000);
    expect(
      priceOf(modelInfo("cheap", { price: { input: 0.0375, output: 0 } }), { ...NO_USAGE, uncachedInput: 1 }),
    ).toBe(38);
  });

  it("takes what has no rate of its own for input", () => {
    expect(priceOf(modelInfo("m", { price: { input: 1, output: 0 } }), USAGE)).toBe(1_111_000);
    expect(priceExpected({ input: 1, output: 0 }, { cached: 5, fresh: 6, output: 7 }, true)).toBe(11_000);
  });

  it("is not known where the model's is not", () => {
    expect(priceOf(modelInfo("m"), USAGE)).toBeUndefined();
  });

  it("rises for all tokens once the whole prompt, the cached part counted, is over the mark", () => {
    expect(at(199_000)).toBe(199_000 * 300 + 1000 * 3750 + 15_000);
    expect(at(199_001)).toBe(199_001 * 600 + 1000 * 7500 + 22_500);
    expect(priceOf(priced, { ...NO_USAGE, cacheRead: 200_001 })).toBe(200_001 * 600);
  });

  it("says its arithmetic", () => {
    expect(explainPrice(PRICE, { cached: 98_000, fresh: 2000, output: 500 }, true)).toBe(
      "$0.044 = 98,000 cached × $0.3/M + 2,000 new × $3.75/M + 500 output × $15/M",
    );
    expect(explainPrice(PRICE, { cached: 0, fresh: 2000, output: 500 }, false)).toBe(
      "$0.013 = 2,000 input × $3/M + 500 output × $15/M",
    );
  });
});
