import { describe, expect, it } from "@jest/globals";

import { readModels } from "./read-models.ts";

/** As documented (openrouter.ai/docs/api/api-reference/models/get-models). */
const documented = {
  id: "vendor/model",
  canonical_slug: "vendor/model-2026",
  name: "Vendor: Model",
  created: 1_700_000_000,
  context_length: 200_000,
  architecture: { input_modalities: ["text", "image", "file"], output_modalities: ["text"], tokenizer: "Other" },
  pricing: {
    prompt: "0.000003",
    completion: "0.000015",
    request: "0",
    input_cache_read: "0.0000003",
    input_cache_write: "0.00000375",
  },
  top_provider: { context_length: 180_000, max_completion_tokens: 64_000, is_moderated: false },
  per_request_limits: null,
  supported_parameters: ["tools", "temperature", "reasoning"],
  expiration_date: "2026-12-31",
};

function readOne(overrides: Record<string, unknown>) {
  return [...readModels({ data: [{ ...documented, ...overrides }] }).values()][0];
}

describe("readModels", () => {
  it("reads the documented form, prices per million tokens", () => {
    expect(readOne({})).toEqual({
      id: "vendor/model",
      name: "Vendor: Model",
      contextWindow: 180_000,
      maxOutputTokens: 64_000,
      takesImages: true,
      takesFiles: true,
      price: { input: 3, output: 15, cache_read: 0.3, cache_write_5m: 3.75 },
      parameters: new Set(["tools", "temperature", "reasoning"]),
      retiresAt: "2026-12-31T00:00:00.000Z",
    });
  });

  it("takes a model that says little", () => {
    expect(readModels({ data: [{ id: "a/b" }] }).get("a/b")).toMatchObject({
      name: "a/b",
      contextWindow: undefined,
      price: undefined,
      parameters: undefined,
      retiresAt: undefined,
    });
  });

  it("knows no price of a router, whose price depends on its choice", () => {
    expect(readOne({ pricing: { prompt: "-1", completion: "-1" } })?.price).toBeUndefined();
  });

  it("knows free from unknown", () => {
    expect(readOne({ pricing: { prompt: "0", completion: "0" } })?.price).toEqual({ input: 0, output: 0 });
    expect(readOne({ pricing: { prompt: "0" } })?.price).toBeUndefined();
    expect(readOne({ pricing: { prompt: "cheap", completion: "0" } })?.price).toBeUndefined();
  });

  it("leaves out what does not write text, and what cannot be read", () => {
    const others = [
      { ...documented, id: "a/image", architecture: { output_modalities: ["image"] } },
      { name: "no id" },
      null,
      "text",
    ];
    expect([...readModels({ data: [...others, documented] }).keys()]).toEqual(["vendor/model"]);
  });

  it("reads the rest of an entry of which parts are of another form", () => {
    const odd = readOne({ pricing: "free", top_provider: [], supported_parameters: {}, expiration_date: 5 });
    expect(odd).toMatchObject({ contextWindow: 200_000, price: undefined, parameters: undefined });
  });

  it.each([[{}], [{ data: [] }], [[]], [null], [{ data: {} }]])(
    "takes nothing for a list that names no model: %j",
    (json) => {
      expect(() => readModels(json)).toThrow("names no model");
    },
  );
});
