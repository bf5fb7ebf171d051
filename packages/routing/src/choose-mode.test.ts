import { describe, expect, it } from "@jest/globals";
import type { RequestFacts } from "@switchyard/wire";

import { chooseMode, type Modes } from "./choose-mode.ts";
import { readRequestedModel } from "./requested-model.ts";
import { catalog, facts, modelInfo, provider } from "./testing/inputs.ts";

const PROVIDERS = [
  provider("one", [
    modelInfo("claude-opus-4-8", { context_window: 5000 }),
    modelInfo("claude-haiku-4-5", { tier: "small" }),
    modelInfo("gpt-5.2"),
    modelInfo("house-model"),
  ]),
];
const ALL: Modes = {
  background: "m-b",
  think: "m-t",
  longContext: "m-l",
  default: "m-d",
  longContextThreshold: 10_000,
};
const thinking = { thinkingType: "enabled" };
const long = { estimatedInputTokens: 10_001 };

function choose(model: string, more: Partial<RequestFacts> = {}, modes: Modes = ALL, pinned?: string) {
  const names = { catalog, providers: PROVIDERS, modelAliases: { quick: "small", "claude-3-*": "gpt-5.2" } };
  const requested = readRequestedModel(model, names);
  const chosen = chooseMode(requested, {
    facts: facts({ model, ...more }),
    modes,
    names,
    ...(pinned === undefined ? {} : { pinned }),
  });
  return { mode: chosen.mode, by: chosen.names[0], name: chosen.name };
}

describe("the mode of a request", () => {
  it.each<[string, string, Partial<RequestFacts>, string]>([
    ["long_context before all", "claude-haiku-4-5", { ...thinking, ...long }, "long_context"],
    [
      "long_context over the longest window of the model",
      "claude-opus-4-8",
      { estimatedInputTokens: 5001 },
      "long_context",
    ],
    ["think before background", "claude-haiku-4-5", thinking, "think"],
    ["background for Haiku", "claude-haiku-4-5", {}, "background"],
    ["background for an alias of the small tier", "quick", {}, "background"],
    ["default for the rest", "claude-opus-4-8", {}, "default"],
    ["default where thinking is the model's own affair", "claude-opus-4-8", { thinkingType: "adaptive" }, "default"],
    ["default at the threshold", "claude-haiku-9", { estimatedInputTokens: 10_000 }, "background"],
    ["default for a Claude name that an alias turns into another model", "claude-3-opus", {}, "default"],
    ["default for a name that nobody knows", "who-knows", {}, "default"],
  ])("is %s", (_name, model, more, expected) => {
    expect(choose(model, more)).toMatchObject({ mode: expected, name: model });
  });

  it.each([
    ["a provider in the name", "one/claude-opus-4-8", undefined],
    ["a provider in the header", "claude-opus-4-8", "one"],
    ["a model that no client names by itself", "gpt-5.2", undefined],
    ["the same under the prefix of the list", "claude-via-mesh/gpt-5.2", undefined],
    ["a model that only a provider knows", "house-model", undefined],
  ])("respects %s", (_name, model, pinned) => {
    expect(choose(model, { ...thinking, ...long }, ALL, pinned).mode).toBeUndefined();
  });

  it("is none where none is configured", () => {
    expect(choose("claude-haiku-4-5", { ...thinking, ...long }, { longContextThreshold: 1 })).toEqual({
      mode: undefined,
      by: "claude-haiku-4-5",
      name: "claude-haiku-4-5",
    });
  });

  it("falls to the next that is configured", () => {
    expect(
      choose("claude-haiku-4-5", { ...thinking, ...long }, { background: "m-b", longContextThreshold: 1 }),
    ).toMatchObject({
      mode: "background",
      by: "m-b",
    });
  });
});
