import { describe, expect, it } from "@jest/globals";

import { readCatalog } from "./read-catalog.ts";

/** As documented with version 2026-03-10 of the API. */
const documented = {
  id: "openai/gpt-4.1",
  name: "OpenAI GPT-4.1",
  publisher: "OpenAI",
  registry: "azure-openai",
  summary: "…",
  html_url: "https://github.com/marketplace/models/azure-openai/gpt-4-1",
  version: "2025-04-14",
  capabilities: ["streaming", "tool-calling"],
  limits: { max_input_tokens: 1_048_576, max_output_tokens: 32_768 },
  rate_limit_tier: "high",
  supported_input_modalities: ["text", "image", "audio"],
  supported_output_modalities: ["text"],
  tags: ["multipurpose", "multilingual", "multimodal"],
};

describe("readCatalog", () => {
  it("reads the documented form", () => {
    expect(readCatalog([documented])).toEqual([
      {
        id: "openai/gpt-4.1",
        name: "OpenAI GPT-4.1",
        rateLimitTier: "high",
        capabilities: new Set(["streaming", "tool-calling"]),
        maxInputTokens: 1_048_576,
        maxOutputTokens: 32_768,
        takesImages: true,
      },
    ]);
  });

  it("reads the older form, which says nothing of capabilities and limits", () => {
    const { capabilities: _capabilities, limits: _limits, ...older } = documented;
    expect(readCatalog([older])[0]).toMatchObject({
      capabilities: undefined,
      maxInputTokens: undefined,
      maxOutputTokens: undefined,
    });
  });

  it("reads lists below data or models", () => {
    expect(readCatalog({ data: [documented] })).toHaveLength(1);
    expect(readCatalog({ models: [documented] })).toHaveLength(1);
  });

  it("leaves out what does not write text", () => {
    const others = [
      { ...documented, id: "openai/text-embedding-3-large", rate_limit_tier: "embeddings" },
      { ...documented, id: "x/speech", supported_output_modalities: ["audio"] },
    ];
    expect(readCatalog([documented, ...others])).toHaveLength(1);
  });

  it("leaves out single entries that cannot be read", () => {
    const broken = [null, 1, {}, { id: "" }, { id: 5 }, { ...documented, capabilities: "tools" }];
    expect(readCatalog([...broken, documented])).toHaveLength(1);
  });

  it("takes an entry whose limits are of another form, without them", () => {
    const [entry] = readCatalog([{ ...documented, limits: ["8k"] }]);
    expect(entry).toMatchObject({ id: "openai/gpt-4.1", maxInputTokens: undefined });
    const [zero] = readCatalog([{ ...documented, limits: { max_input_tokens: 0, max_output_tokens: null } }]);
    expect(zero).toMatchObject({ maxInputTokens: undefined, maxOutputTokens: undefined });
  });

  it.each([[[]], [{}], [null], ["models"], [[{ id: 1 }]]])(
    "takes nothing for a listing that names no model: %j",
    (json) => {
      expect(() => readCatalog(json)).toThrow("names no model");
    },
  );
});
