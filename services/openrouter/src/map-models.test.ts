import { describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";

import { isClaude, mapListedModel, profileOfParameters } from "./map-models.ts";
import type { ListedModel } from "./read-models.ts";

const catalog = createCatalog();
const offers = catalog.offersOf("openrouter");

function listed(overrides: Partial<ListedModel>): ListedModel {
  return {
    id: "vendor/model",
    name: "Model",
    contextWindow: 100_000,
    maxOutputTokens: 10_000,
    takesImages: false,
    takesFiles: false,
    price: { input: 1, output: 2 },
    parameters: new Set(["tools"]),
    retiresAt: undefined,
    ...overrides,
  };
}

const map = (overrides: Partial<ListedModel>) => mapListedModel(listed(overrides), catalog);

describe("mapListedModel", () => {
  it("offers an unknown model as it is listed", () => {
    expect(map({ retiresAt: "2026-12-31T00:00:00.000Z" })).toMatchObject({
      id: "vendor/model",
      canonical: "vendor/model",
      context_window: 100_000,
      max_output_tokens: 10_000,
      price: { input: 1, output: 2 },
      capabilities: { tools: true, images: false, documents: false, thinking: false },
      retires_at: "2026-12-31T00:00:00.000Z",
      dialect: "chat",
    });
  });

  it("knows the catalogue's models again and takes window and price as listed", () => {
    for (const offer of offers) {
      const model = map({ id: offer.id, contextWindow: 12_345, price: { input: 9, output: 9 } });
      expect(model).toMatchObject({ canonical: offer.canonical, tier: offer.tier, context_window: 12_345 });
      expect(model.price).toMatchObject({ input: 9, output: 9 });
      expect(model.dialect).toBe(offer.dialect);
    }
  });

  it("takes cache prices that the list leaves open from the catalogue, in proportion to the listed input", () => {
    const claude = offers.find(({ price }) => price?.cache_write_1h !== undefined);
    const { input = 0, output = 0, cache_write_1h = 0 } = claude?.price ?? {};
    const id = claude?.id ?? "";
    expect(map({ id, price: { input, output } }).price?.cache_write_1h).toBe(cache_write_1h);
    expect(map({ id, price: { input: input * 2, output } }).price?.cache_write_1h).toBe(cache_write_1h * 2);
    expect(map({ id, price: { input: input * 2, output, cache_write_1h: 7 } }).price?.cache_write_1h).toBe(7);
  });

  it("says that a price is unknown rather than the catalogue's", () => {
    expect(map({ id: offers[0]?.id ?? "", price: undefined })).not.toHaveProperty("price");
  });

  it("takes a variant for the same model at other conditions", () => {
    const offer = offers.find(({ dialect }) => dialect === "messages");
    const variant = map({ id: `${offer?.id}:beta` });
    expect(variant).toMatchObject({ canonical: offer?.canonical, dialect: "messages", aliases: [] });
  });

  it("gives free variants a quota of their own", () => {
    expect(map({ id: "vendor/model:free" }).quota_bucket).toBe("openrouter/free");
    expect(map({}).quota_bucket).toBe("openrouter");
  });

  it("assumes little of a model that says nothing", () => {
    const silent = { contextWindow: undefined, maxOutputTokens: undefined, parameters: undefined };
    expect(map(silent)).toMatchObject({
      context_window: 32_000,
      max_output_tokens: 8192,
      capabilities: { tools: false },
    });
    const offer = offers.find(({ capabilities }) => capabilities.tools);
    expect(map({ id: offer?.id ?? "", ...silent })).toMatchObject({
      context_window: offer?.context_window,
      capabilities: { tools: true },
    });
  });
});

describe("isClaude", () => {
  it("is by vendor and name", () => {
    expect(isClaude("anthropic/claude-opus-5")).toBe(true);
    expect(isClaude("~anthropic/claude-sonnet-latest")).toBe(true);
    expect(isClaude("someone/claude-imitation")).toBe(false);
    expect(isClaude("openai/gpt-6-sol")).toBe(false);
  });
});

describe("profileOfParameters", () => {
  it("changes nothing where the list is silent", () => {
    expect(profileOfParameters(undefined)).toEqual({});
  });

  it("sends nothing that the model does not take", () => {
    expect(profileOfParameters(new Set(["tools"]))).toEqual({
      sampling: "never",
      topK: false,
      structuredOutput: false,
      parallelToolCalls: false,
      reasoningControl: "none",
      reasoningHistory: "none",
      maxStopSequences: 0,
    });
  });

  it("leaves to the catalogue how what it takes is asked for", () => {
    const all = ["temperature", "top_k", "structured_outputs", "parallel_tool_calls", "reasoning", "stop"];
    expect(profileOfParameters(new Set(all))).toEqual({ topK: true, structuredOutput: true, parallelToolCalls: true });
  });
});
