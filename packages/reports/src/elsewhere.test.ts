import { describe, expect, it } from "@jest/globals";
import { createCatalog, createPriceBook } from "@switchyard/catalog";
import { buildAlternatives } from "./elsewhere.ts";
import { CATALOG, meshRow, PLACES, PRICES, TO } from "./sample-report.fixture.ts";
import { buildSuggestions } from "./suggestions.ts";

const OPTIONS = { catalog: CATALOG, prices: PRICES, places: PLACES, at: TO };
const ROW = meshRow(
  { provider: "anthropic", model: "claude-opus-5-5" },
  { requests: 40, uncachedInput: 100_000, cacheRead: 3_000_000, cacheWrite5m: 200_000, output: 50_000 },
);

/** Vertex at half the price. */
const CHEAP = createPriceBook({
  catalog: CATALOG,
  overrides: [
    {
      provider: "vertex",
      model: "claude-opus-5-5",
      price: { input: 2, output: 10, cache_read: 0.1, cache_write_5m: 2.5 },
    },
  ],
  now: () => TO,
});

describe("buildAlternatives", () => {
  it("prices exactly the tokens that were used, warm and cold, with the sum behind it", () => {
    const [vertex] = buildAlternatives([ROW], { ...OPTIONS, prices: CHEAP });
    // 0.1 M × $4 + 3 M × $0.20 + 0.2 M × $5 + 0.05 M × $20 here; half of it there; 3.3 M × $2 + 0.05 M × $10 cold.
    expect(vertex).toEqual({
      of: "anthropic/claude-opus-5-5",
      at: "vertex/claude-opus-5-5",
      ready: true,
      sameModel: true,
      requests: 40,
      here: 3_000_000_000,
      warm: 1_500_000_000,
      cold: 7_100_000_000,
      arithmetic:
        "100,000 input × $2/M + 3,000,000 cache read × $0.1/M + 200,000 cache written for 5 min × $2.5/M + " +
        "50,000 output × $10/M = $1.50",
    });
  });

  it("never takes a sum of many prompts for one long prompt", () => {
    const [long] = CATALOG.models.flatMap(({ canonical, offers }) =>
      offers
        .filter(({ kind, price }) => kind === "openai" && price?.long_prompt !== undefined)
        .map(({ price }) => ({ canonical, price })),
    );
    const row = meshRow({ provider: "openai", model: long?.canonical ?? "" }, { uncachedInput: 10_000_000 });
    const [alternative] = buildAlternatives([row], OPTIONS);
    expect(alternative?.here).toBe(Math.round((long?.price?.input ?? 0) * 10_000_000_000));
  });

  it("puts the same model first, then places that are set up", () => {
    const found = buildAlternatives([ROW], { ...OPTIONS, most: 100 });
    const ranks = found.map(({ sameModel, ready }) => (sameModel ? 0 : ready ? 1 : 2));
    expect(ranks).toEqual(ranks.toSorted((one, other) => one - other));
    expect(found.filter(({ sameModel }) => sameModel).map(({ at }) => at)).toEqual([
      "vertex/claude-opus-5-5",
      "openrouter/claude-opus-5-5",
    ]);
  });

  it("compares nothing where a price is not known, or less than a cent was spent", () => {
    const unknown = meshRow({ provider: "anthropic", model: "nobody-knows" }, { cost: 5e9, output: 1e6 });
    const little = meshRow({ provider: "anthropic", model: "claude-opus-5-5" }, { output: 100 });
    expect(buildAlternatives([unknown, little], OPTIONS)).toEqual([]);
  });

  it("offers nothing that is free or guessed", () => {
    const places = [
      ...PLACES,
      { name: "ollama", kind: "ollama", ready: true },
      { name: "other", kind: "openai-compatible", ready: true },
    ];
    const found = buildAlternatives([ROW], { ...OPTIONS, places, most: 1000 });
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter(({ at }) => /^(ollama|other)\//.test(at))).toEqual([]);
    expect(found.filter(({ warm }) => warm === 0)).toEqual([]);
  });

  it("offers nothing that is retired by then", () => {
    const [model] = CATALOG.models.filter(({ canonical }) => canonical === "claude-opus-5-5");
    const gone = (model?.offers ?? []).map((offer) =>
      offer.kind === "vertex" ? { ...offer, retiresAt: "2026-11-01T00:00:00Z" } : offer,
    );
    const catalog = createCatalog({ models: model ? [{ ...model, offers: gone }] : [] });
    const same = buildAlternatives([ROW], { ...OPTIONS, catalog }).filter(({ sameModel }) => sameModel);
    expect(same.map(({ at }) => at)).toEqual(["openrouter/claude-opus-5-5"]);
  });
});

describe("buildSuggestions", () => {
  it("suggests the same model at a cheaper place that is set up, with the sum", () => {
    const [suggestion, ...others] = buildSuggestions(buildAlternatives([ROW], { ...OPTIONS, prices: CHEAP }));
    expect(others).toEqual([]);
    expect(suggestion).toMatchObject({ savings: 1_500_000_000, share: 0.5 });
    expect(suggestion?.text).toBe(
      "vertex/claude-opus-5-5 in place of anthropic/claude-opus-5-5, 40 answers: 100,000 input × $2/M + " +
        "3,000,000 cache read × $0.1/M + 200,000 cache written for 5 min × $2.5/M + 50,000 output × $10/M = $1.50 " +
        "against $3.00, $1.50 less (50.0 %), as long as its cache is hit as often: without it, $7.10.",
    );
  });

  it.each<[string, object]>([
    ["another model", { sameModel: false }],
    ["a place that is not set up", { ready: false }],
    ["what is not cheaper", { warm: 3_000_000_000 }],
    ["what is hardly cheaper", { warm: 2_950_000_000 }],
  ])("does not suggest %s", (_, more) => {
    const [best] = buildAlternatives([ROW], { ...OPTIONS, prices: CHEAP });
    expect(best).toBeDefined();
    expect(buildSuggestions(best ? [{ ...best, ...more }] : [])).toEqual([]);
  });

  it("says where a saving holds without any cache", () => {
    const [best] = buildAlternatives([ROW], { ...OPTIONS, prices: CHEAP });
    const [suggestion] = buildSuggestions(best ? [{ ...best, cold: 2_000_000_000 }] : []);
    expect(suggestion?.text).toMatch(/even with nothing read from its cache \(\$2\.00\)\.$/);
  });

  it("is silent over list prices that are the same everywhere", () => {
    expect(buildSuggestions(buildAlternatives([ROW], OPTIONS))).toEqual([]);
  });
});
