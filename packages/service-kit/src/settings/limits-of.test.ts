import { describe, expect, it } from "@jest/globals";
import { limitsOf } from "./limits-of.ts";
import type { LimitSettings } from "./settings.ts";

const limit = (models?: readonly string[]): LimitSettings => ({
  resource: "requests",
  algorithm: "sliding_window",
  limit: 5,
  windowMs: 60_000,
  ...(models === undefined ? {} : { models }),
});

describe("the limits of a model", () => {
  const names = ["claude-opus", "claude-opus-4-8", "anthropic/claude-opus-5.5"];

  it.each([
    [undefined, true],
    [["claude-opus"], true],
    [["Claude-Opus-4-8"], true],
    [["claude-opus*"], true],
    [["*"], true],
    [["*opus-5.5"], true],
    [["claude-haiku", "anthropic/*"], true],
    [["claude"], false],
    [["opus"], false],
    [["claude-haiku*"], false],
    [["claude-opus-4.8"], false],
    [["anthropic/claude-opus-5x5"], false],
    [[], false],
  ])("stated for %j apply: %s", (models, applies) => {
    expect(limitsOf([limit(models)], names)).toHaveLength(applies ? 1 : 0);
  });

  it("that name it go before those of the same resource and window for all", () => {
    const own = { ...limit(["claude-opus"]), limit: 3 };
    const daily = { ...limit(), windowMs: 86_400_000 };
    const tokens: LimitSettings = { ...limit(), resource: "tokens" };
    expect(limitsOf([limit(), daily, limit(["x"]), own, tokens], names)).toEqual([own, daily, tokens]);
    expect(limitsOf([limit(), daily, own], ["another"])).toEqual([limit(), daily]);
  });

  it("on concurrency are the same whatever their window", () => {
    const all: LimitSettings = { ...limit(), resource: "concurrency" };
    const own: LimitSettings = { ...limit(["claude-opus"]), resource: "concurrency", windowMs: 0 };
    expect(limitsOf([all, own], names)).toEqual([own]);
  });

  it("take no letter of a name for a pattern", () => {
    expect(limitsOf([limit(["gpt-(4|5)", "a+"])], ["gpt-4", "aa"])).toEqual([]);
    expect(limitsOf([limit(["gpt-(4|5)"])], ["gpt-(4|5)"])).toHaveLength(1);
  });
});
