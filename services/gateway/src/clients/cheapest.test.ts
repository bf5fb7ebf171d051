import { describe, expect, it } from "@jest/globals";

import { modelInfo } from "../testing/fake-service.ts";
import { ranked } from "../testing/ranked.ts";
import { cheapestOf } from "./cheapest.ts";

describe("the cheapest candidates", () => {
  it.each([
    [[], []],
    [[5], ["a0"]],
    [
      [5, 3, 9, 6],
      ["a1", "a0", "a3"],
    ],
    [
      [5, 5],
      ["a0", "a1"],
    ],
    [
      [5, 0, 0.001, 0],
      ["a1", "a3"],
    ],
  ])("of costs %j: %j", (costs, expected) => {
    const candidates = costs.map((_, index) => ranked(`a${index}`, modelInfo("m")));
    const chosen = cheapestOf(candidates, (one) => costs[Number(one.provider.slice(1))] ?? Number.NaN);
    expect(chosen.map(({ provider }) => provider)).toEqual(expected);
  });
});
