import { describe, expect, it } from "@jest/globals";
import type { ModelInfo } from "@switchyard/wire";
import { createCatalog } from "./create-catalog.ts";
import type { ProviderKind } from "./model.ts";

const catalog = createCatalog();

describe("findModel", () => {
  it.each([
    ["claude-opus-5-5", "claude-opus-5-5", "exact"],
    ["  Claude-Opus-5-5 ", "claude-opus-5-5", "exact"],
    ["claude-opus-5-5[1m]", "claude-opus-5-5", "exact"],
    ["opus", "claude-opus-5-5", "alias"],
    ["sonnet[1m]", "claude-sonnet-5-5", "alias"],
    ["haiku", "claude-haiku-5-5", "alias"],
    ["claude-sonnet-4-5@20250929", "claude-sonnet-4-5", "alias"],
    ["anthropic/claude-opus-5.5", "claude-opus-5-5", "alias"],
    ["google/gemini-4-argon", "gemini-4-argon", "alias"],
    ["openai/gpt-4o", "gpt-4o", "alias"],
    ["deepseek-flash", "deepseek-v4-flash", "alias"],
    ["gpt-5.6", "gpt-5.6-sol", "alias"],
    ["claude-sonnet-4-5-20250929", "claude-sonnet-4-5", "pattern"],
    ["claude-haiku-4-5-20251001", "claude-haiku-4-5", "pattern"],
    ["claude-haiku-4-5@20251001", "claude-haiku-4-5", "alias"],
    ["claude-opus-4-8@default", "claude-opus-4-8", "pattern"],
    ["claude-opus-4.8", "claude-opus-4-8", "pattern"],
    ["openrouter/anthropic/claude-opus-5.5", "claude-opus-5-5", "pattern"],
    ["anthropic/claude-sonnet-5", "claude-sonnet-5", "alias"],
    ["claude/claude-sonnet-5", "claude-sonnet-5", "pattern"],
    ["vertex_ai/claude-haiku-4-5@20251001", "claude-haiku-4-5", "pattern"],
    ["github/gpt-4o-mini", "gpt-4o-mini", "pattern"],
    ["us.anthropic.claude-opus-4-8-v1:0", "claude-opus-4-8", "pattern"],
    ["global.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5", "pattern"],
    ["gpt-4o-2024-08-06", "gpt-4o", "pattern"],
    ["gpt-oss:20b", "gpt-oss:20b", "exact"],
    ["ollama/qwen3-coder", "qwen3-coder", "pattern"],
    ["claude-3-opus-20240229", "claude-opus-4-6", "legacy"],
    ["claude-opus-4-1-20250805", "claude-opus-4-6", "legacy"],
    ["claude-opus-4-20250514", "claude-opus-4-6", "legacy"],
    ["claude-3-sonnet-20240229", "claude-sonnet-4-6", "legacy"],
    ["claude-3-5-sonnet-20241022", "claude-sonnet-4-6", "legacy"],
    ["claude-3-5-sonnet-latest", "claude-sonnet-4-6", "legacy"],
    ["claude-3-5-sonnet-v2@20241022", "claude-sonnet-4-6", "legacy"],
    ["anthropic/claude-3.5-sonnet", "claude-sonnet-4-6", "legacy"],
    ["claude-3-7-sonnet-20250219", "claude-sonnet-4-6", "legacy"],
    ["claude-sonnet-4@20250514", "claude-sonnet-4-6", "legacy"],
    ["claude-3-haiku-20240307", "claude-haiku-4-5", "legacy"],
    ["openrouter/anthropic/claude-3.5-haiku", "claude-haiku-4-5", "legacy"],
    ["gpt-4-0613", "gpt-5.6-sol", "legacy"],
    ["gpt-3.5-turbo-0125", "gpt-6-luna", "legacy"],
    ["deepseek-chat", "deepseek-v4-flash", "legacy"],
    ["deepseek-reasoner", "deepseek-v4-pro", "legacy"],
    ["gemini-3-pro-preview", "gemini-3.1-pro-preview", "legacy"],
  ])("finds %s as %s (%s)", (name, canonical, how) => {
    const match = catalog.findModel(name);
    expect([match?.model.canonical, match?.how]).toEqual([canonical, how]);
  });

  it.each(["claude-opus-7", "claude-sonnet-6-20280101", "gpt-9", "", "/", "anthropic/", "some-model", "__proto__"])(
    "knows no model named %j",
    (name) => {
      expect(catalog.findModel(name)).toBeUndefined();
    },
  );
});

describe("tierOf", () => {
  it.each([
    ["claude-opus-5-5", "big"],
    ["claude-sonnet-5", "middle"],
    ["claude-haiku-4-5", "small"],
    ["gpt-4o-mini", "small"],
    ["gemini-3.8-flash", "middle"],
    ["claude-opus-9", "big"],
    ["vendor/some-SONNET-like", "middle"],
    ["claude-haiku-7-20290101", "small"],
    ["entirely-unknown", "big"],
    ["", "big"],
  ])("puts %j into %s", (name, tier) => {
    expect(catalog.tierOf(name)).toBe(tier);
  });
});

const inputOfArgonAt = (time: string): number | undefined =>
  catalog.offersOf("gemini", { at: Date.parse(time) }).find(({ canonical }) => canonical === "gemini-4-argon")?.price
    ?.input;

describe("offersOf", () => {
  it("gives the price of its time, where a change was announced", () => {
    expect(inputOfArgonAt("2026-11-30T23:59:59Z")).toBe(2);
    expect(inputOfArgonAt("2026-12-01T00:00:00Z")).toBe(4);
  });

  it("gives each location of Google Cloud a quota of its own, shared by the lineage where it is global or multi-region", () => {
    expect(vertexBucket("global", "claude-opus-5-5")).toBe(vertexBucket("global", "claude-opus-4-8"));
    expect(vertexBucket("global", "claude-opus-5-5")).not.toBe(vertexBucket("eu", "claude-opus-5-5"));
    expect(vertexBucket("eu", "claude-opus-5-5")).toBe("vertex/eu/anthropic-claude-opus");
    expect(vertexBucket("us-east5", "claude-opus-5-5")).toBe("vertex/us-east5/claude-opus-5-5");
    expect(vertexBucket("us-east5", "claude-opus-5")).not.toBe(vertexBucket("us-east5", "claude-opus-5-5"));
    expect(vertexBucket("global", "claude-opus-4-7")).toBe("vertex/global/claude-opus-4-7");
  });

  it("charges a tenth more outside Google Cloud's global endpoint", () => {
    expect(offerOf("vertex", "claude-haiku-5-5", "global")?.price).toMatchObject({
      input: 0.1,
      long_prompt: { above_tokens: 100_000, input: 0.5 },
    });
    expect(offerOf("vertex", "claude-haiku-5-5", "europe-west1")?.price).toEqual({
      input: 0.11,
      output: 0.55,
      web_search: 0.01,
      cache_read: 0.011,
      cache_write_5m: 0.1375,
      cache_write_1h: 0.22,
      long_prompt: {
        above_tokens: 100_000,
        input: 0.55,
        output: 2.75,
        cache_read: 0.055,
        cache_write_5m: 0.6875,
        cache_write_1h: 1.1,
      },
    });
  });

  it("shares one quota among Opus 4 models of the Claude API, not with Opus 5", () => {
    expect(offerOf("anthropic", "claude-opus-4-8")?.quota_bucket).toBe(
      offerOf("anthropic", "claude-opus-4-6")?.quota_bucket,
    );
    expect(offerOf("anthropic", "claude-opus-5")?.quota_bucket).not.toBe(
      offerOf("anthropic", "claude-opus-4-8")?.quota_bucket,
    );
  });

  it("returns fresh objects, so that nobody changes the catalogue by accident", () => {
    const first = catalog.offersOf("anthropic")[0];
    first?.aliases.push("mine");
    if (first?.price !== undefined) first.price.input = 0;
    expect(catalog.offersOf("anthropic")[0]?.aliases).not.toContain("mine");
    expect(catalog.offersOf("anthropic")[0]?.price?.input).toBeGreaterThan(0);
  });

  it("offers nothing for a kind whose models only configuration knows", () => {
    expect(catalog.offersOf("openai-compatible")).toEqual([]);
    expect(catalog.tiersOf("openai-compatible")).toEqual({ big: [], middle: [], small: [] });
  });
});

describe("tiersOf", () => {
  it("lists Claude models first wherever they are offered", () => {
    for (const kind of ["anthropic", "vertex", "openrouter"] as const) {
      for (const ids of Object.values(catalog.tiersOf(kind))) expect(ids[0]).toContain("claude");
    }
  });

  it("fills a tier that has no model of its own with the nearest tier's", () => {
    expect(catalog.tiersOf("deepseek")).toEqual({
      big: ["deepseek-v4-pro"],
      middle: ["deepseek-v4-flash"],
      small: ["deepseek-v4-flash"],
    });
  });

  it("puts nothing by default on a model whose retirement is announced", () => {
    for (const kind of ["anthropic", "openai", "azure", "gemini"] as const) {
      const retiring = catalog.offersOf(kind).filter((model) => model.retires_at !== undefined);
      const defaults = Object.values(catalog.tiersOf(kind)).flat();
      for (const { id } of retiring) expect(defaults).not.toContain(id);
    }
  });
});

describe("customModelInfo", () => {
  it("takes what configuration says before what the catalogue knows", () => {
    const info = catalog.customModelInfo({
      modelId: "fast",
      modelName: "deepseek-v4-flash",
      maxTokens: 8192,
      contextWindow: 64_000,
      direct: false,
      price: { input: 1, output: 2 },
    });
    expect(info).toMatchObject({
      id: "deepseek-v4-flash",
      canonical: "deepseek-v4-flash",
      aliases: ["fast"],
      context_window: 64_000,
      max_output_tokens: 8192,
      price: { input: 1, output: 2 },
      dialect: "chat",
    });
  });

  it("takes windows and abilities of a known name from the catalogue, never its price", () => {
    const info = catalog.customModelInfo({ modelId: "mine", modelName: "claude-sonnet-5", direct: true });
    expect(info).toMatchObject({ context_window: 1_000_000, tier: "middle", dialect: "messages" });
    expect(info.capabilities.documents).toBe(true);
    expect(info).not.toHaveProperty("price");
  });

  it("gives an unknown model modest limits and its own name", () => {
    const info = catalog.customModelInfo({ modelId: "house-haiku", modelName: "hh-7b", direct: false });
    expect(info).toMatchObject({
      id: "hh-7b",
      canonical: "house-haiku",
      aliases: ["hh-7b"],
      tier: "small",
      context_window: 128_000,
      max_output_tokens: 8192,
    });
  });

  it("uses max_input_tokens as window where no window is given", () => {
    const info = catalog.customModelInfo({ modelId: "x", modelName: "y", maxInputTokens: 32_000, direct: false });
    expect(info.context_window).toBe(32_000);
  });
});

describe("overrides", () => {
  it("replace prices, add names and models", () => {
    const base = createCatalog().findModel("gpt-4o")?.model;
    if (base === undefined) throw new Error("gpt-4o is gone");
    const changed = createCatalog({
      prices: { "claude-opus-5-5": { input: 1, output: 2 } },
      aliases: { "team-default": "claude-sonnet-5" },
      models: [{ ...base, canonical: "house-model", aliases: [], offers: [] }],
    });
    expect(changed.offersOf("anthropic")[0]?.price).toEqual({ input: 1, output: 2 });
    expect(changed.findModel("Team-Default")?.model.canonical).toBe("claude-sonnet-5");
    expect(changed.findModel("house-model")?.how).toBe("exact");
  });

  it.each([
    ["a price for a model that does not exist", { prices: { nope: { input: 1, output: 1 } } }],
    ["an alias of a model that does not exist", { aliases: { x: "nope" } }],
  ])("refuse %s", (_, overrides) => {
    expect(() => createCatalog(overrides)).toThrow(RangeError);
  });

  it("refuse a model that claims another's name", () => {
    const base = catalog.findModel("gpt-4o")?.model;
    if (base === undefined) throw new Error("gpt-4o is gone");
    const impostor = { ...base, canonical: "impostor", aliases: ["opus"], offers: [] };
    expect(() => createCatalog({ models: [impostor] })).toThrow('"opus" is claimed by claude-opus-5-5 and impostor');
  });
});

function offerOf(kind: ProviderKind, id: string, location = "global"): ModelInfo | undefined {
  return catalog.offersOf(kind, { location }).find((model) => model.id === id);
}

function vertexBucket(location: string, id: string): string | undefined {
  return offerOf("vertex", id, location)?.quota_bucket;
}
