import { describe, expect, it } from "@jest/globals";

import { completePrice, scalePrice } from "./complete-price.ts";

const FULL = {
  input: 2,
  output: 10,
  cache_read: 0.2,
  cache_write_5m: 2.5,
  cache_write_1h: 4,
  web_search: 0.01,
  long_prompt: { above_tokens: 100, input: 4, output: 15, cache_read: 0.4, cache_write_5m: 5, cache_write_1h: 8 },
};

describe("a price that leaves rates open", () => {
  it("gets them in the proportion in which the other price has them", () => {
    expect(completePrice({ input: 1, output: 20 }, FULL)).toEqual({
      input: 1,
      output: 20,
      cache_read: 0.1,
      cache_write_5m: 1.25,
      cache_write_1h: 2,
      web_search: 0.01,
      long_prompt: { above_tokens: 100, input: 2, output: 30, cache_read: 0.2, cache_write_5m: 2.5, cache_write_1h: 4 },
    });
  });

  it("keeps every rate that it has", () => {
    const own = {
      input: 1,
      output: 1,
      cache_read: 0.9,
      web_search: 1,
      long_prompt: { above_tokens: 5, input: 2, output: 3 },
    };
    expect(completePrice(own, FULL)).toEqual({ ...own, cache_write_5m: 1.25, cache_write_1h: 2 });
  });

  it("stays as it is without another, and where the other says no more", () => {
    expect(completePrice({ input: 1, output: 2 }, undefined)).toEqual({ input: 1, output: 2 });
    expect(completePrice({ input: 1, output: 2 }, { input: 9, output: 9 })).toEqual({ input: 1, output: 2 });
  });

  it("of nothing is nothing, and takes nothing from a free one", () => {
    expect(completePrice({ input: 0, output: 0 }, FULL)).toMatchObject({ cache_read: 0, cache_write_5m: 0 });
    expect(completePrice({ input: 3, output: 5 }, { input: 0, output: 0, cache_read: 0 })).toMatchObject({
      cache_read: 3,
    });
  });

  it("completed by itself is itself", () => {
    expect(completePrice(FULL, FULL)).toEqual(FULL);
  });
});

describe("a price times a factor", () => {
  it("has every rate times the factor, and the same fees and mark", () => {
    expect(scalePrice(FULL, 1.1)).toEqual({
      input: 2.2,
      output: 11,
      cache_read: 0.22,
      cache_write_5m: 2.75,
      cache_write_1h: 4.4,
      web_search: 0.01,
      long_prompt: {
        above_tokens: 100,
        input: 4.4,
        output: 16.5,
        cache_read: 0.44,
        cache_write_5m: 5.5,
        cache_write_1h: 8.8,
      },
    });
    expect(scalePrice({ input: 1, output: 2, reasoning: 3 }, 2)).toEqual({ input: 2, output: 4, reasoning: 6 });
  });
});
