import { describe, expect, it } from "@jest/globals";

import type { KnownProvider } from "./contract.ts";
import { planRequest } from "./plan-request.ts";
import { modelInfo, provider, rankInput, type Situation, target } from "./testing/inputs.ts";

interface Asked extends Situation {
  needs?: Situation["facts"];
}

function plan(providers: KnownProvider[], model: string, { needs, ...more }: Asked = {}) {
  const planned = planRequest(rankInput(providers, { model, facts: needs ?? {}, ...more }));
  return {
    order: planned.candidates.map((candidate) => `${candidate.provider}/${candidate.model.id}`),
    excluded: planned.exclusions.map(
      (exclusion) => `${exclusion.provider}/${exclusion.model ?? "*"}: ${exclusion.reason}`,
    ),
  };
}

const opus = (id: string) => modelInfo("claude-opus-4-8", { id });
const A = provider(
  "alpha",
  [
    opus("a-opus"),
    modelInfo("claude-opus-4-7", { id: "a-other" }),
    modelInfo("claude-haiku-4-5", { id: "a-haiku", tier: "small" }),
  ],
  { priority: 1 },
);
const B = provider("beta", [opus("b-opus"), modelInfo("gpt-5.2", { id: "vendor/gpt-5.2" })], { priority: 2 });

describe("the places where a request can go", () => {
  it("puts the model asked for on every provider before any other, then the tier's, provider by provider", () => {
    expect(plan([B, A], "claude-opus-4-8").order).toEqual([
      "alpha/a-opus",
      "beta/b-opus",
      "alpha/a-other",
      "beta/vendor/gpt-5.2",
    ]);
  });

  it("lets nothing stand in where that is never wanted", () => {
    expect(plan([A, B], "claude-opus-4-8", { substitution: "never" }).order).toEqual(["alpha/a-opus", "beta/b-opus"]);
  });

  it("makes one list of both where the strategy decides", () => {
    expect(plan([A, B], "claude-opus-4-8", { substitution: "by_strategy" }).order).toEqual([
      "alpha/a-opus",
      "alpha/a-other",
      "beta/b-opus",
      "beta/vendor/gpt-5.2",
    ]);
  });

  it.each([
    ["with the long window", "claude-opus-4-8[1m]"],
    ["with a date", "claude-opus-4-8-20260115"],
    ["in capitals", "Claude-Opus-4-8"],
    ["in the way of another vendor", "us.anthropic.claude-opus-4-8-v1:0"],
  ])("understands a name %s", (_name, model) => {
    expect(plan([A, B], model, { substitution: "never" }).order).toEqual(["alpha/a-opus", "beta/b-opus"]);
  });

  it("takes haiku for small and what it does not know for big", () => {
    expect(plan([A, B], "claude-haiku-9").order).toEqual(["alpha/a-haiku"]);
    expect(plan([A, B], "who-knows").order).toEqual([
      "alpha/a-opus",
      "alpha/a-other",
      "beta/b-opus",
      "beta/vendor/gpt-5.2",
    ]);
  });

  it("pins by the header and by the name's prefix, and knows the mesh's own prefix", () => {
    expect(plan([A, B], "claude-opus-4-8", { pinned: "Beta" }).order).toEqual(["beta/b-opus", "beta/vendor/gpt-5.2"]);
    expect(plan([A, B], "beta/claude-opus-4-8", { substitution: "never" }).order).toEqual(["beta/b-opus"]);
    expect(plan([A, B], "claude-via-mesh/gpt-5.2", { substitution: "never" }).order).toEqual(["beta/vendor/gpt-5.2"]);
    expect(plan([A, B], "claude-via-mesh/beta/claude-opus-4-8", { substitution: "never" }).order).toEqual([
      "beta/b-opus",
    ]);
    expect(() => plan([A, B], "x", { pinned: "gamma" })).toThrow("the providers are alpha, beta");
  });

  it("takes an upstream's own id that begins like a provider for what it is", () => {
    const vendor = provider("vendor", [opus("v-opus")], { priority: 3 });
    expect(plan([A, B, vendor], "vendor/gpt-5.2", { substitution: "never" }).order).toEqual(["beta/vendor/gpt-5.2"]);
    expect(plan([A, B, vendor], "vendor/claude-opus-4-8", { substitution: "never" }).order).toEqual(["vendor/v-opus"]);
  });

  it("follows aliases of the settings, exact before the longest prefix, to a model or a tier", () => {
    const modelAliases = { "claude-3-*": "gpt-5.2", "claude-3-5-*": "small", fast: "claude-haiku-4-5" };
    expect(plan([A, B], "claude-3-opus", { modelAliases, substitution: "never" }).order).toEqual([
      "beta/vendor/gpt-5.2",
    ]);
    expect(plan([A, B], "claude-3-5-sonnet", { modelAliases }).order).toEqual(["alpha/a-haiku"]);
    expect(plan([A, B], "FAST", { modelAliases, substitution: "never" }).order).toEqual(["alpha/a-haiku"]);
  });

  it("follows a provider's own aliases", () => {
    const aliased = { ...B, aliases: { "My-Model": "vendor/gpt-5.2" } };
    expect(plan([A, aliased], "my-model", { substitution: "never" }).order).toEqual(["beta/vendor/gpt-5.2"]);
  });

  it("leaves out what is off, with what would have to be set", () => {
    const off = provider("off", [], { enabled: false, missing: ["OFF_KEY"] });
    const bare = provider("bare", [opus("x")], { status: "unconfigured", missing: ["BARE_KEY"] });
    const { info: _none, ...silent } = provider("silent", []);
    const planned = plan([off, bare, silent, A], "claude-opus-4-8", { substitution: "never" });
    expect(planned.order).toEqual(["alpha/a-opus"]);
    expect(planned.excluded).toEqual([
      "off/*: not configured: set OFF_KEY",
      "bare/*: not configured: set BARE_KEY",
      "silent/*: its service has not answered yet",
    ]);
  });

  it("puts models without eyes last where there are images, and keeps them: their service says it in words", () => {
    const capabilities = { tools: true, images: false, documents: true, thinking: false, server_tools: [] };
    const one = provider("one", [modelInfo("claude-blind", { capabilities }), modelInfo("claude-seeing")]);
    expect(plan([one], "x", { needs: { images: true } }).order).toEqual(["one/claude-seeing", "one/claude-blind"]);
    expect(plan([one], "x", {}).order).toEqual(["one/claude-blind", "one/claude-seeing"]);
  });

  it("leaves out what cannot do what the request needs", () => {
    const blind = { tools: false, images: false, documents: true, thinking: false, server_tools: [] };
    const searching = { ...blind, tools: true, images: true, server_tools: ["web_search"] };
    const one = provider("one", [
      modelInfo("claude-blind", { capabilities: blind }),
      modelInfo("claude-searching", { capabilities: searching }),
      modelInfo("chat", { dialect: "chat" }),
      modelInfo("claude-gone", { retires_at: "2026-11-01" }),
    ]);
    expect(plan([one], "x", { needs: { images: true } }).order).toEqual([
      "one/claude-searching",
      "one/chat",
      "one/claude-blind",
    ]);
    expect(plan([one], "claude-blind", { needs: { images: true } }).order[0]).toBe("one/claude-blind");
    expect(plan([one], "x", { needs: { toolCount: 1 } }).order).toEqual(["one/claude-searching", "one/chat"]);
    expect(plan([one], "x", { needs: { toolCount: 1, typedTools: ["web_search_20250305"] } }).order).toEqual([
      "one/claude-searching",
    ]);
    expect(plan([one], "x", { needs: { toolCount: 1, typedTools: ["bash_20250124"] } })).toMatchObject({
      order: ["one/claude-searching"],
      excluded: [
        "one/claude-blind: takes no tools",
        "one/chat: does not execute bash_20250124",
        "one/claude-gone: retired on 2026-11-01",
      ],
    });
  });

  it("leaves out windows that are too short, but never the longest: the estimate is rough", () => {
    const one = provider("one", [
      modelInfo("short", { context_window: 1000 }),
      modelInfo("long", { context_window: 50_000 }),
    ]);
    expect(plan([one], "x", { needs: { estimatedInputTokens: 1200 } }).order).toEqual(["one/short", "one/long"]);
    expect(plan([one], "x", { needs: { estimatedInputTokens: 2000 } }).order).toEqual(["one/long"]);
    expect(plan([one], "x", { needs: { estimatedInputTokens: 1e6 } }).order).toEqual(["one/long"]);
  });

  it("puts what is in doubt last", () => {
    const textOnly = { tools: true, images: true, documents: false, thinking: true, server_tools: [] };
    const one = provider("one", [modelInfo("m1", { capabilities: textOnly })], { priority: 1 });
    const two = provider("two", [modelInfo("m2")], { priority: 2, status: "unreachable" });
    const three = provider("three", [modelInfo("m3")], { priority: 3 });
    expect(plan([one, two, three], "x", { needs: { documents: true } }).order).toEqual([
      "two/m2",
      "three/m3",
      "one/m1",
    ]);
    const targets = { "two/m2": target({ failuresInRow: 1 }) };
    expect(plan([one, two, three], "x", { needs: { documents: true }, targets }).order).toEqual([
      "three/m3",
      "one/m1",
      "two/m2",
    ]);
  });
});
