import { describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";

import { freeTierLimits, mapCatalogEntry, rankTiers } from "./map-catalog.ts";
import type { CatalogEntry } from "./read-catalog.ts";

const catalog = createCatalog();

function entryOf(overrides: Partial<CatalogEntry>): CatalogEntry {
  return {
    id: "vendor/model",
    name: "Model",
    rateLimitTier: "high",
    capabilities: new Set(["streaming", "tool-calling"]),
    maxInputTokens: 128_000,
    maxOutputTokens: 16_000,
    takesImages: false,
    ...overrides,
  };
}

const map = (overrides: Partial<CatalogEntry>) =>
  mapCatalogEntry(entryOf(overrides), { catalog, requestLimits: () => ({}) });

describe("mapCatalogEntry", () => {
  it("says what the entry says", () => {
    expect(map({ takesImages: true })).toMatchObject({
      id: "vendor/model",
      canonical: "vendor/model",
      context_window: 128_000,
      max_output_tokens: 16_000,
      capabilities: { tools: true, images: true, thinking: false, documents: false, server_tools: [] },
      dialect: "chat",
      quota_bucket: "github-models/vendor/model",
    });
  });

  it("knows a model again by its canonical name", () => {
    const model = map({ id: "openai/gpt-4.1" });
    expect(model.canonical).toBe(catalog.findModel("gpt-4.1")?.model.canonical);
    expect(model.tier).toBe(catalog.findModel("gpt-4.1")?.model.tier);
  });

  it("believes the entry rather than what is known: no tool calls where it lists none", () => {
    expect(map({ id: "openai/gpt-4.1", capabilities: new Set(["streaming"]) }).capabilities.tools).toBe(false);
  });

  it("falls back on what is known where the entry says nothing", () => {
    const silent = { capabilities: undefined, maxInputTokens: undefined, maxOutputTokens: undefined };
    const known = catalog.findModel("gpt-4.1")?.model;
    expect(map({ id: "openai/gpt-4.1", ...silent })).toMatchObject({
      context_window: known?.contextWindow,
      max_output_tokens: known?.maxOutputTokens,
      capabilities: { tools: true },
    });
    expect(map(silent).capabilities.tools).toBe(false);
  });

  it("bounds what one request may hold", () => {
    const bounded = mapCatalogEntry(entryOf({}), { catalog, requestLimits: freeTierLimits });
    expect(bounded).toMatchObject({ context_window: 8000, max_output_tokens: 4000 });
    const reasoning = mapCatalogEntry(entryOf({ rateLimitTier: "custom" }), { catalog, requestLimits: freeTierLimits });
    expect(reasoning).toMatchObject({ context_window: 4000, max_output_tokens: 4000 });
  });

  it.each([
    [{ id: "vendor/thing-mini", rateLimitTier: "high" }, "small"],
    [{ id: "vendor/thing-8b-instruct", rateLimitTier: "high" }, "small"],
    [{ id: "vendor/thing-70b", rateLimitTier: "low" }, "small"],
    [{ id: "vendor/gemini-like", rateLimitTier: "high" }, "big"],
    [{ id: "vendor/thing-70b", rateLimitTier: "high" }, "big"],
    [{ id: "vendor/thing-70b", rateLimitTier: "high", maxInputTokens: 32_000 }, "middle"],
    [{ id: "vendor/thinker", rateLimitTier: "custom", capabilities: new Set(["reasoning"]) }, "big"],
    [{ id: "vendor/thing", rateLimitTier: "" }, "middle"],
  ])("puts an unknown model %j into the tier %s", (overrides, tier) => {
    expect(map(overrides).tier).toBe(tier);
  });
});

const big = (overrides: Partial<CatalogEntry>) => ({ ...map(overrides), tier: "big" as const });

describe("rankTiers", () => {
  it("puts models that call tools first, whatever their place in the list and their size", () => {
    const models = [
      big({ id: "a/huge", maxInputTokens: 1_000_000, capabilities: new Set() }),
      big({ id: "b/tools", maxInputTokens: 64_000 }),
    ];
    expect(rankTiers(models, catalog).big).toEqual(["b/tools", "a/huge"]);
  });

  it("then takes the larger window, then the longer answer, and is the same for any order of the list", () => {
    const models = [
      big({ id: "a/short", maxOutputTokens: 4000 }),
      big({ id: "b/long", maxOutputTokens: 32_000 }),
      big({ id: "c/wide", maxInputTokens: 400_000 }),
    ];
    expect(rankTiers(models, catalog).big).toEqual(["c/wide", "b/long", "a/short"]);
    expect(rankTiers(models.toReversed(), catalog).big).toEqual(["c/wide", "b/long", "a/short"]);
  });

  it("leaves no tier empty while there is a model", () => {
    expect(rankTiers([big({ id: "a/one" })], catalog)).toEqual({ big: ["a/one"], middle: ["a/one"], small: ["a/one"] });
  });

  it("has nothing for an empty list", () => {
    expect(rankTiers([], catalog)).toEqual({ big: [], middle: [], small: [] });
  });
});
