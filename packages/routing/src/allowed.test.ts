import { describe, expect, it } from "@jest/globals";

import { explainForbidden, mayUseModel } from "./allowed.ts";
import type { Allowed } from "./contract.ts";
import { planRequest } from "./plan-request.ts";
import { modelInfo, provider, rankInput } from "./testing/inputs.ts";

const OPUS = modelInfo("claude-opus-4-8", { id: "vendor/opus@20260101", aliases: ["opus-latest"] });

describe("models that a key may use", () => {
  it.each([
    [undefined, true],
    [[], false],
    [["claude-opus-4-8"], true],
    [["Claude-Opus-4-8"], true],
    [["vendor/opus@20260101"], true],
    [["opus-latest"], true],
    [["claude-opus-4"], false],
    [["claude-opus-4-*"], true],
    [["*-4-8"], true],
    [["*"], true],
    [["claude-*-4-*"], true],
    [["claude-*opus*-4-8"], true],
    [["claude-opus-4-8*claude-opus-4-8"], false],
    [["c*opus*opus*8"], false],
    [["claude-haiku-*", "vendor/*"], true],
    [["claude-haiku-*"], false],
    [["claude.opus.4.8"], false],
  ])("%j: %p", (models, expected) => {
    expect(mayUseModel(OPUS, { holder: "the key", ...(models === undefined ? {} : { models }) })).toBe(expected);
  });
});

describe("a plan for a key that may not use everything", () => {
  const providers = [
    provider("alpha", [OPUS, modelInfo("claude-opus-4-7", { id: "older" })], { priority: 1 }),
    provider("beta", [OPUS], { priority: 2 }),
  ];
  const plan = (allowed: Omit<Allowed, "holder">) => {
    const input = rankInput(providers, { model: "claude-opus-4-8" });
    return planRequest({ ...input, allowed: { holder: 'the key of "laptop"', ...allowed } });
  };
  const places = (allowed: Omit<Allowed, "holder">) =>
    plan(allowed).candidates.map((one) => `${one.provider}/${one.model.id}`);

  it("holds only what it may use, and says what it left out and why", () => {
    expect(places({ providers: ["Beta"] })).toEqual(["beta/vendor/opus@20260101"]);
    expect(plan({ providers: ["beta"] }).exclusions).toEqual([
      { provider: "alpha", reason: 'is not allowed for the key of "laptop"', forbidden: true },
    ]);
    expect(places({ models: ["older"] })).toEqual(["alpha/older"]);
    expect(plan({ models: ["older"] }).exclusions).toEqual([
      {
        provider: "alpha",
        model: "claude-opus-4-8",
        reason: 'is not allowed for the key of "laptop"',
        forbidden: true,
      },
      { provider: "beta", model: "claude-opus-4-8", reason: 'is not allowed for the key of "laptop"', forbidden: true },
    ]);
  });

  it("with nothing in it is explained as forbidden, naming what is allowed", () => {
    const allowed: Allowed = { holder: 'the key of "laptop"', models: ["claude-haiku-*"], providers: ["alpha"] };
    const error = explainForbidden(plan(allowed), { allowed, asked: "claude-opus-4-8" });
    expect(error).toMatchObject({ status: 403, type: "permission_error" });
    expect(error?.message).toBe(
      'The model "claude-opus-4-8" is not allowed for the key of "laptop"; allowed are the models claude-haiku-* of the providers alpha',
    );
    expect(
      explainForbidden({ exclusions: [{ provider: "a", reason: "off" }] }, { allowed, asked: "x" }),
    ).toBeUndefined();
    expect(explainForbidden(plan(allowed), { allowed: undefined, asked: "x" })).toBeUndefined();
  });
});
