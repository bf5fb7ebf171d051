import { describe, expect, it } from "@jest/globals";
import { type ModelPrice, NO_USAGE } from "@switchyard/wire";

import { createCatalog } from "../create-catalog.ts";
import { createPriceBook, type PriceBookOptions, type UnknownPrice } from "./create-price-book.ts";

const catalog = createCatalog();
const NOW = Date.parse("2026-11-21T10:00:00Z");

function open(options: Partial<PriceBookOptions> = {}) {
  const unknown: UnknownPrice[] = [];
  const book = createPriceBook({ catalog, now: () => NOW, onUnknown: (one) => unknown.push(one), ...options });
  const ask = (kind: string, upstreamModel: string, more: { model?: string; location?: string; at?: number } = {}) =>
    book.priceOf({ provider: kind, kind, upstreamModel, model: upstreamModel, ...more });
  return { book, unknown, ask };
}

const listOf = (prices: Record<string, ModelPrice>) => new Map(Object.entries(prices));

describe("where a price is from", () => {
  it("is the catalogue for what it knows, with the catalogue's date", () => {
    const { ask, unknown } = open();
    const found = ask("anthropic", "claude-opus-5-5");
    expect(found).toMatchObject({ source: "catalog", version: `catalog ${catalog.version}` });
    expect(found.price).toMatchObject({ input: 4, output: 20, cache_read: 0.2, cache_write_5m: 5, cache_write_1h: 8 });
    expect(found).not.toHaveProperty("pricedAs");
    expect(unknown).toEqual([]);
  });

  it("finds a dated id, an alias, another cloud's name", () => {
    const { ask } = open();
    for (const name of ["claude-opus-5-5-20261001", "claude-opus-5-5@20261001", "opus"]) {
      expect(ask("anthropic", name)).toMatchObject({ source: "catalog", price: { input: 4 } });
    }
  });

  it("is dearer by a tenth where a cloud's region is", () => {
    const { ask, book } = open({ locations: { vertex: "europe-west1" } });
    expect(ask("vertex", "claude-opus-5-5").price).toMatchObject({ input: 4.4, output: 22, cache_write_1h: 8.8 });
    expect(ask("vertex", "claude-opus-5-5", { location: "global" }).price).toMatchObject({ input: 4 });
    const facts = { provider: "vertex", providerKind: "vertex", model: "x", upstreamModel: "claude-opus-5-5", at: NOW };
    expect(book.cost(facts, { ...NO_USAGE, output: 1 }).nanoDollars).toBe(22_000);
  });

  it("is what was announced from the announced time on", () => {
    const { ask } = open();
    expect(ask("gemini", "gemini-4-argon", { at: Date.parse("2026-11-30T23:59:59Z") }).price?.input).toBe(2);
    expect(ask("gemini", "gemini-4-argon", { at: Date.parse("2026-12-01T00:00:00Z") }).price?.input).toBe(4);
    expect(ask("gemini", "gemini-4-argon", { at: Date.parse("2026-11-30T23:59:59Z") }).price?.input).toBe(2);
  });

  it("is nothing on hardware of one's own and for free variants", () => {
    const { ask, unknown } = open();
    expect(ask("ollama", "whatever:70b")).toMatchObject({ source: "catalog", price: { input: 0, output: 0 } });
    expect(ask("openrouter", "openai/gpt-oss-120b:free", { model: "gpt-oss:120b" }).price).toMatchObject({ output: 0 });
    expect(unknown).toEqual([]);
  });

  it("is an older model's last price, not its successor's; elsewhere marked", () => {
    const { ask, unknown } = open();
    expect(ask("openai", "gpt-5-2025-08-07")).toMatchObject({ source: "catalog", price: { input: 1.25 } });
    expect(unknown).toEqual([]);
    expect(ask("azure", "o3")).toMatchObject({ source: "kin", pricedAs: "o3", price: { input: 2, cache_read: 0.5 } });
    expect(ask("anthropic", "claude-opus-4-20250514").price).toMatchObject({ input: 15, output: 75 });
    expect(ask("anthropic", "claude-3-5-haiku-20241022").price).toMatchObject({ input: 0.8, output: 4 });
  });
});

describe("a model without a price of its own", () => {
  it("has that of the same model elsewhere, marked", () => {
    const { ask, unknown } = open();
    expect(ask("azure", "our-deployment", { model: "gpt-6-sol" })).toMatchObject({
      source: "kin",
      pricedAs: "gpt-6-sol",
      price: { input: 2, output: 10 },
    });
    expect(unknown).toEqual([
      { provider: "azure", kind: "azure", upstreamModel: "our-deployment", model: "gpt-6-sol", pricedAs: "gpt-6-sol" },
    ]);
  });

  it("never has the nothing that it costs on one's own hardware", () => {
    expect(open().ask("openai-compatible", "gpt-oss-120b")).toMatchObject({ source: "none", version: "none" });
  });

  it("has its nearest kin's, at its own provider's conditions", () => {
    const { ask } = open();
    expect(ask("anthropic", "claude-opus-5-6")).toMatchObject({ pricedAs: "claude-opus-5-5", price: { input: 4 } });
    expect(ask("vertex", "claude-opus-5-6", { location: "us-east5" }).price).toMatchObject({ input: 4.4 });
    expect(ask("openai", "gpt-6.2-luna")).toMatchObject({ pricedAs: "gpt-6-luna", source: "kin" });
  });

  it("has none where nobody knows the family", () => {
    const { ask, unknown } = open();
    expect(ask("openai-compatible", "llama-5")).toEqual({ price: undefined, source: "none", version: "none" });
    expect(unknown).toEqual([
      { provider: "openai-compatible", kind: "openai-compatible", upstreamModel: "llama-5", model: "llama-5" },
    ]);
  });

  it("is told once, however often it is asked for", () => {
    const { book, ask, unknown } = open();
    for (let times = 0; times < 3; times++) ask("openai-compatible", "llama-5");
    book.refresh(listOf({ "a/b": { input: 1, output: 1 } }), "openrouter x");
    ask("openai-compatible", "llama-5");
    book.priceOf({ provider: "other", kind: "openai-compatible", upstreamModel: "llama-5", model: "llama-5" });
    expect(unknown.map(({ provider }) => provider)).toEqual(["openai-compatible", "other"]);
  });

  it("does not make the book grow without end", () => {
    const { ask, unknown } = open();
    for (let index = 0; index < 5000; index++) ask("openai-compatible", `made-up-${index}-x`);
    expect(unknown.length).toBe(2000);
    expect(ask("anthropic", "claude-opus-5-5").source).toBe("catalog");
  });
});

describe("configuration", () => {
  const overrides = [
    { model: "claude-opus-5-5", price: { input: 2, output: 10 } },
    { provider: "groq", model: "llama-*", price: { input: 0.5, output: 0.7 } },
  ];

  it("comes before everything, with a version that names its state", () => {
    const { ask, book } = open({ overrides });
    const found = ask("anthropic", "claude-opus-5-5");
    expect(found.version).toMatch(/^configuration [0-9a-f]{8}$/);
    book.refresh(listOf({ "anthropic/claude-opus-5.5": { input: 7, output: 7 } }), "openrouter x");
    expect(ask("anthropic", "claude-opus-5-5")).toMatchObject({ source: "configuration", price: { input: 2 } });
    expect(open({ overrides: overrides.slice(0, 1) }).ask("anthropic", "claude-opus-5-5").version).not.toBe(
      found.version,
    );
  });

  it("may leave cache rates open: they follow the known price in proportion", () => {
    const { price } = open({ overrides }).ask("anthropic", "claude-opus-5-5");
    expect(price).toMatchObject({ cache_read: 0.1, cache_write_5m: 2.5, cache_write_1h: 4 });
  });

  it("is taken as it stands where the model's own price is not known", () => {
    const { book, unknown } = open({ overrides });
    const found = book.priceOf({ provider: "groq", kind: "openai-compatible", upstreamModel: "llama-5", model: "x" });
    expect(found.price).toEqual({ input: 0.5, output: 0.7 });
    expect(unknown).toEqual([]);
  });

  it("reaches a model by any of its names, and a retired one not by its successor's", () => {
    const { ask } = open({ overrides });
    expect(ask("openrouter", "anthropic/claude-opus-5.5").source).toBe("configuration");
    expect(ask("vertex", "claude-opus-5-5").source).toBe("configuration");
    expect(
      open({ overrides: [{ model: "opus", price: { input: 1, output: 1 } }] }).ask("anthropic", "claude-opus-5-5"),
    ).toMatchObject({ source: "configuration" });
    expect(
      open({ overrides: [{ model: "claude-opus-4-6", price: { input: 1, output: 1 } }] }).ask(
        "anthropic",
        "claude-opus-4-20250514",
      ),
    ).toMatchObject({ source: "catalog" });
  });
});

describe("refreshed prices", () => {
  const list = listOf({
    "anthropic/claude-opus-5.5": { input: 3, output: 15 },
    "anthropic/claude-opus-5.6": { input: 9, output: 45 },
    "vendor/brand-new": { input: 1, output: 2 },
    "one/shared-name": { input: 1, output: 1 },
    "two/shared-name": { input: 2, output: 2 },
    "deepseek/deepseek-v4-pro": { input: 99, output: 99 },
  });
  const refreshed = () => {
    const opened = open({ locations: { vertex: "us-east5" } });
    opened.ask("anthropic", "claude-opus-5-5");
    opened.book.refresh(list, "openrouter 2026-11-21T10:00Z");
    return opened;
  };

  it("hold for the router's own models, completed by what the list leaves open", () => {
    expect(refreshed().ask("openrouter", "anthropic/claude-opus-5.5")).toEqual({
      source: "refreshed",
      version: "openrouter 2026-11-21T10:00Z",
      price: expect.objectContaining({ input: 3, output: 15, cache_read: 0.15, cache_write_1h: 6 }),
    });
  });

  it("hold at makers for whom the router charges the same, with their region's surcharge", () => {
    expect(refreshed().ask("anthropic", "claude-opus-5-5")).toMatchObject({ source: "refreshed", price: { input: 3 } });
    expect(refreshed().ask("vertex", "claude-opus-5-5")).toMatchObject({ source: "refreshed", price: { input: 3.3 } });
  });

  it("do not hold at makers whose models the router has from other hosts", () => {
    expect(refreshed().ask("deepseek", "deepseek-v4-pro")).toMatchObject({ source: "catalog", price: { input: 0.66 } });
    expect(refreshed().ask("openrouter", "deepseek/deepseek-v4-pro")).toMatchObject({ price: { input: 99 } });
  });

  it("name models that the catalogue does not know, better than their kin would", () => {
    expect(refreshed().ask("anthropic", "claude-opus-5-6")).toMatchObject({
      source: "refreshed",
      pricedAs: "anthropic/claude-opus-5.6",
      price: { input: 9 },
    });
    expect(refreshed().ask("openai-compatible", "brand-new").pricedAs).toBe("vendor/brand-new");
  });

  it("name nothing where two vendors' models share the name", () => {
    expect(refreshed().ask("openai-compatible", "shared-name").source).toBe("none");
  });

  it("are gone with the next list, all at once", () => {
    const { book, ask } = refreshed();
    book.refresh(listOf({ "vendor/brand-new": { input: 5, output: 5 } }), "openrouter later");
    expect(ask("openrouter", "vendor/brand-new")).toMatchObject({ version: "openrouter later", price: { input: 5 } });
    expect(ask("anthropic", "claude-opus-5-5")).toMatchObject({ source: "catalog", price: { input: 4 } });
  });
});

describe("the cost of an answer", () => {
  const facts = {
    provider: "p",
    providerKind: "anthropic",
    model: "claude-opus-5-5",
    upstreamModel: "claude-opus-5-5",
    at: NOW,
  };

  it("is the table's, with its version", () => {
    expect(open().book.cost(facts, { ...NO_USAGE, uncachedInput: 1000, output: 10 })).toEqual({
      nanoDollars: 4_200_000,
      tableNanoDollars: 4_200_000,
      priceVersion: `catalog ${catalog.version}`,
    });
  });

  it("is the provider's own figure where there is one, nothing included, and keeps the table's beside it", () => {
    const { book } = open();
    for (const told of [5, 0]) {
      expect(book.cost(facts, { ...NO_USAGE, output: 1, reportedCostNanoDollars: told })).toEqual({
        nanoDollars: told,
        tableNanoDollars: 20_000,
        reportedNanoDollars: told,
        priceVersion: `catalog ${catalog.version}`,
      });
    }
  });

  it("is nothing for a model that nobody knows, and says so", () => {
    const unknown = { ...facts, model: "llama-5", upstreamModel: "llama-5" };
    expect(open().book.cost(unknown, { ...NO_USAGE, output: 1 })).toEqual({ nanoDollars: 0, priceVersion: "none" });
    expect(open().book.cost(unknown, { ...NO_USAGE, output: 1, reportedCostNanoDollars: 3 })).toEqual({
      nanoDollars: 3,
      reportedNanoDollars: 3,
      priceVersion: "none",
    });
  });

  it("says whose price it is by", () => {
    const newer = { ...facts, model: "claude-opus-5-6", upstreamModel: "claude-opus-5-6" };
    expect(open().book.cost(newer, { ...NO_USAGE, output: 1 })).toMatchObject({ pricedAs: "claude-opus-5-5" });
  });

  it("counts searches at what the maker charges for them", () => {
    expect(open().book.cost(facts, { ...NO_USAGE, webSearches: 2 }).nanoDollars).toBe(20_000_000);
  });
});
