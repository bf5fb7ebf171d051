import { describe, expect, it } from "@jest/globals";

import { readWishes } from "./read-wishes.ts";

const PROVIDERS = ["anthropic", "Vertex"];

describe("readWishes", () => {
  it.each([
    [{}, {}],
    [{ "x-switchyard-strategy": " Cost " }, { strategy: "cost" }],
    [{ "x-switchyard-substitution": "never" }, { substitution: "never" }],
    [{ "x-switchyard-provider": "vertex" }, { pinned: "vertex" }],
    [{ "x-switchyard-prefer": "fast" }, { preference: { fast: true } }],
    [{ "x-switchyard-prefer": "cheap, vertex" }, { preference: { cheap: true, provider: "Vertex" } }],
    [{ "x-switchyard-strategy": "" }, {}],
  ])("%j", (headers, wishes) => {
    expect(readWishes(headers, PROVIDERS)).toEqual(wishes);
  });

  it.each([
    [{ "x-switchyard-strategy": "best" }, "x-switchyard-strategy: Input should be one of intelligent, cost"],
    [{ "x-switchyard-substitution": "maybe" }, "x-switchyard-substitution: Input should be one of never"],
    [{ "x-switchyard-prefer": "fast, slow" }, "x-switchyard-prefer: Input should be one or more of fast, cheap"],
  ])("%j is refused with what would be right", (headers, message) => {
    expect(() => readWishes(headers, PROVIDERS)).toThrow(message);
  });
});
