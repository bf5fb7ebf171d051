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

describe("the limits of a quota bucket", () => {
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

  it("keep their order and themselves", () => {
    const limits = [limit(["x"]), limit(["claude-opus"]), limit()];
    expect(limitsOf(limits, names)).toEqual([limits[1], limits[2]]);
  });

  it("take no letter of a name for a pattern", () => {
    expect(limitsOf([limit(["gpt-(4|5)", "a+"])], ["gpt-4", "aa"])).toEqual([]);
    expect(limitsOf([limit(["gpt-(4|5)"])], ["gpt-(4|5)"])).toHaveLength(1);
  });
});
