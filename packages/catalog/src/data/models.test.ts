import { describe, expect, it } from "@jest/globals";
import type { ModelPrice } from "@switchyard/wire";
import { createCatalog } from "../create-catalog.ts";
import { CATALOG_VERSION, MODELS } from "./models.ts";

const catalog = createCatalog();
const everyModel = MODELS.map((model) => [model.canonical, model] as const);
const everyPrice = MODELS.flatMap(({ canonical, offers }) =>
  offers.flatMap(({ kind, price }) => (price === undefined ? [] : [[canonical, kind, price] as const])),
);

describe("the models", () => {
  it.each(everyModel)("%s answers to all its names, and to no other model's", (_, model) => {
    for (const name of [model.canonical, ...model.aliases, ...model.offers.map(({ id }) => id)]) {
      expect([name, catalog.findModel(name)?.model.canonical]).toEqual([name, model.canonical]);
    }
  });

  it.each(everyModel)("%s has lower-case names, as they are looked up", (_, { canonical, aliases }) => {
    for (const name of [canonical, ...aliases]) expect(name).toBe(name.trim().toLowerCase());
  });

  it.each(everyModel)("%s has a window that holds its longest answer", (_, model) => {
    expect(model.maxOutputTokens).toBeGreaterThanOrEqual(4096);
    expect(model.contextWindow).toBeGreaterThan(model.maxOutputTokens);
    expect(model.contextWindow).toBeLessThanOrEqual(2_000_000);
    expect(model.profile.contextWindow).toBe(model.contextWindow);
    expect(model.profile.maxOutputTokens).toBe(model.maxOutputTokens);
  });

  it.each(everyModel)("%s is offered somewhere, once per kind", (_, { offers }) => {
    const kinds = offers.map(({ kind }) => kind);
    expect(kinds.length).toBeGreaterThan(0);
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it.each(everyModel)("%s has effort levels exactly where its reasoning is controlled", (_, { profile }) => {
    expect(profile.efforts.length > 0).toBe(profile.reasoningControl !== "none");
    expect(new Set(profile.efforts).size).toBe(profile.efforts.length);
    if (profile.reasoningAlwaysOn) expect(profile.efforts).not.toContain("none");
  });

  it.each(everyModel)("%s agrees with its profile on images and thinking", (_, { capabilities, profile, lineage }) => {
    expect(profile.images).toBe(capabilities.images);
    // Some open models reason, but take no control of it.
    if (!["kimi", "glm"].includes(lineage)) expect(profile.reasoningControl !== "none").toBe(capabilities.thinking);
  });

  it("have no two legacy patterns for one name", () => {
    const names =
      "claude-2 claude-2.1 claude-instant-1.2 claude-3-opus claude-3-sonnet claude-3-haiku claude-3-5-sonnet claude-3-5-haiku claude-3-7-sonnet claude-opus-4 claude-opus-4-1 claude-sonnet-4 claude-4-sonnet claude-4-opus gpt-3.5-turbo gpt-4 gpt-4-turbo o1 o3-mini o4-mini gpt-4.1-nano deepseek-chat deepseek-reasoner gemini-1.5-pro gemini-1.5-flash gemini-2.0-flash gemini-2.0-flash-lite gemini-3-pro-preview gemini-3-flash-preview";
    for (const name of names.split(" ")) {
      const claiming = MODELS.filter(({ legacy }) => legacy?.some((pattern) => pattern.test(name)));
      expect([name, claiming.length]).toEqual([name, 1]);
    }
  });

  it("have no legacy pattern that hides a living model's name", () => {
    const names = MODELS.flatMap(({ canonical, aliases, offers }) => [
      canonical,
      ...aliases,
      ...offers.map(({ id }) => id),
    ]);
    for (const pattern of MODELS.flatMap(({ legacy }) => legacy ?? [])) {
      expect(names.filter((name) => pattern.test(name))).toEqual([]);
    }
  });
});

describe("the prices", () => {
  it.each(everyPrice)(
    "of %s at %s are in order: cache read ≤ input < output, writes dearer than input",
    (_, kind, price) => {
      expectOrdered(price, kind === "ollama");
      if (price.long_prompt === undefined) return;
      expectOrdered(price.long_prompt, false);
      expect(price.long_prompt.above_tokens).toBeGreaterThanOrEqual(100_000);
      expect(price.long_prompt.input).toBeGreaterThan(price.input);
      expect(price.long_prompt.output).toBeGreaterThan(price.output);
    },
  );

  it("are known at every maker, but for the models whose price lists say nothing yet", () => {
    const makers = new Set(["anthropic", "vertex", "openai", "gemini", "deepseek", "ollama"]);
    const unpriced = MODELS.flatMap(({ offers }) =>
      offers.flatMap(({ kind, id, price }) => (makers.has(kind) && price === undefined ? [`${kind} ${id}`] : [])),
    );
    expect(unpriced).toEqual([
      "anthropic claude-fable-5-2",
      "vertex claude-fable-5-2",
      "anthropic claude-mythos-5-2",
      "vertex claude-mythos-5-2",
    ]);
  });

  it("that change later do so in order, at readable times", () => {
    for (const { laterPrices = [] } of MODELS.flatMap(({ offers }) => offers)) {
      const times = laterPrices.map(({ from }) => Date.parse(from));
      expect(times.every(Number.isFinite)).toBe(true);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      for (const { price } of laterPrices) expectOrdered(price, false);
    }
  });

  it("have a date that names them", () => {
    expect(CATALOG_VERSION).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(new Date(CATALOG_VERSION).toISOString()).toContain(CATALOG_VERSION);
  });

  it("of Claude models follow the documented multiples: writes 1.25 and 2 times the input", () => {
    const claude = everyPrice.filter(([canonical]) => canonical.startsWith("claude-"));
    expect(claude.length).toBeGreaterThan(10);
    for (const [, , price] of claude) {
      expect(price.cache_write_5m).toBeCloseTo(price.input * 1.25, 6);
      expect(price.cache_write_1h).toBeCloseTo(price.input * 2, 6);
    }
  });
});

describe("the offers", () => {
  const everyOffer = MODELS.flatMap((model) => model.offers.map((offer) => [offer.kind, offer.id, offer] as const));

  it.each(everyOffer)("%s %s has a quota, a dialect and readable dates", (_, __, offer) => {
    expect(offer.quotaBucket).toMatch(/^[a-z-]+(\/|$)/);
    expect(new Set(offer.dialects).size).toBe(offer.dialects.length);
    if (offer.retiresAt !== undefined)
      expect(new Date(offer.retiresAt).toISOString()).toContain(offer.retiresAt.slice(0, 10));
    if (offer.sharedQuotaBucket !== undefined) expect(offer.sharedQuotaBucket).toContain("{location}");
  });

  it("have one id per kind", () => {
    const ids = everyOffer.map(([kind, id]) => `${kind} ${id}`);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

function expectOrdered(price: Omit<ModelPrice, "long_prompt">, free: boolean): void {
  if (free) {
    expect(price).toEqual({ input: 0, output: 0 });
    return;
  }
  expect(price.input).toBeGreaterThan(0);
  expect(price.output).toBeGreaterThan(price.input);
  expect(price.output).toBeLessThanOrEqual(100);
  expect(price.cache_read ?? price.input).toBeLessThanOrEqual(price.input);
  expect(price.cache_write_5m ?? price.input).toBeGreaterThanOrEqual(price.input);
  expect(price.cache_write_1h ?? Infinity).toBeGreaterThan(price.cache_write_5m ?? price.input);
}
