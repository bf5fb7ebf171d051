import { describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";
import { GatewayError, type ModelInfo } from "@switchyard/wire";

import type { Provider } from "../provider.ts";
import { findChosenModel, resolveModel } from "./resolve-model.ts";

const catalog = createCatalog();
const [template] = catalog.offersOf("anthropic");

function model(id: string, changes: Partial<ModelInfo> = {}): ModelInfo {
  if (template === undefined) throw new Error("the catalogue is empty");
  return { ...template, id, canonical: id, aliases: [], ...changes };
}

const MODELS = [
  model("big-1", { canonical: "claude-opus-4-8", aliases: ["opus", "Best"] }),
  model("vendor/mid-1"),
  model("small-1"),
];

function provider(changes: Partial<Provider> = {}): Provider {
  return {
    name: "vendor",
    kind: "openai-compatible",
    models: () => MODELS,
    tiers: () => ({ big: ["big-1"], middle: ["vendor/mid-1"], small: ["small-1"] }),
    status: () => ({ status: "ok" }),
    authorize: async () => ({}),
    check: async () => {},
    close: async () => {},
    ...changes,
  };
}

const resolve = (name: string, changes: Partial<Provider> = {}) => resolveModel(provider(changes), catalog, name).id;

describe("resolveModel", () => {
  it.each([
    ["its own id", "small-1", "small-1"],
    ["its id with the provider's name before it", "vendor/small-1", "small-1"],
    ["its canonical name", "claude-opus-4-8", "big-1"],
    ["an alias, whatever the case", "best", "big-1"],
    ["a name with a window suffix", "claude-opus-4-8[1m]", "big-1"],
    ["another provider's spelling", "anthropic/claude-opus-4.8", "big-1"],
    ["a tier", "middle", "vendor/mid-1"],
    ["a Claude model of a tier that it does not offer", "claude-haiku-4-5", "small-1"],
    ["a Claude model that nobody knows yet", "claude-sonnet-99", "vendor/mid-1"],
  ])("finds a model by %s", (_how, name, id) => {
    expect(resolve(name)).toBe(id);
  });

  it("lets the provider adopt a name before it falls back on a tier", () => {
    expect(resolve("claude-sonnet-99", { adoptModel: (name) => model(name) })).toBe("claude-sonnet-99");
  });

  it("refuses a name that nobody knows", () => {
    expect(() => resolve("gpt-unheard-of")).toThrow(GatewayError);
    expect(() => resolve("gpt-unheard-of")).toThrow("model: gpt-unheard-of");
  });
});

describe("findChosenModel", () => {
  it("takes the provider's own ids only: the gateway has chosen already", () => {
    expect(findChosenModel(provider(), "small-1").id).toBe("small-1");
    expect(() => findChosenModel(provider(), "opus")).toThrow("does not offer");
  });
});
