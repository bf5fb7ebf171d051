import { describe, expect, it } from "@jest/globals";
import type { ModelProfile } from "@switchyard/catalog";
import type { ModelInfo } from "@switchyard/wire";

import { createTranslationTarget, hashAccount } from "./create-translation-target.ts";

const model: ModelInfo = {
  id: "upstream/model-1",
  canonical: "model-1",
  display_name: "Model 1",
  aliases: [],
  tier: "big",
  context_window: 200_000,
  max_output_tokens: 32_000,
  capabilities: { tools: true, images: true, documents: false, thinking: true, server_tools: [] },
  quota_bucket: "b",
  dialect: "chat",
  native_count_tokens: false,
};

const profile: ModelProfile = {
  outputTokensField: "max_completion_tokens",
  systemRole: "developer",
  sampling: "without_reasoning",
  topK: false,
  reasoningControl: "effort",
  efforts: ["none", "low", "high"],
  reasoningAlwaysOn: false,
  reasoningHistory: "encrypted",
  toolsExcludeEffort: true,
  images: true,
  documents: "file",
  toolSchema: "json_schema",
  maxToolNameLength: 64,
  parallelToolCalls: true,
  maxStopSequences: 4,
  promptCache: "key",
  streamUsage: true,
  structuredOutput: true,
  user: true,
};

const quirks = { provider: "azure-eu", account: "0011223344556677" };

describe("createTranslationTarget", () => {
  it("names the issuer by provider, upstream id and account", () => {
    expect(createTranslationTarget(model, profile, quirks)).toMatchObject({
      model: "upstream/model-1",
      dialect: "chat",
      issuer: { provider: "azure-eu", model: "upstream/model-1", account: "0011223344556677" },
    });
  });

  it("takes limits from the model as this provider offers it", () => {
    expect(createTranslationTarget(model, profile, quirks)).toMatchObject({
      maxOutputTokens: 32_000,
      contextWindow: 200_000,
    });
  });

  it("lets the endpoint change single fields of the profile", () => {
    const target = createTranslationTarget(model, profile, {
      ...quirks,
      overrides: { outputTokensField: "max_tokens", user: false },
      extraBody: { keep_alive: "30m" },
    });
    expect(target).toMatchObject({ outputTokensField: "max_tokens", user: false, systemRole: "developer" });
    expect(target.extraBody).toEqual({ keep_alive: "30m" });
  });

  it("gives reasoning items back on Responses only, where tools and effort go together", () => {
    const responses = createTranslationTarget({ ...model, dialect: "responses" }, profile, quirks);
    expect(responses).toMatchObject({ reasoningHistory: "encrypted", toolsExcludeEffort: false });
    const chat = createTranslationTarget(model, profile, quirks);
    expect(chat).toMatchObject({ reasoningHistory: "none", toolsExcludeEffort: true });
  });

  it("takes the efforts of its dialect, where chat completions have others", () => {
    const both: ModelProfile = { ...profile, efforts: ["low", "max"], chatEfforts: ["low"] };
    const chat = createTranslationTarget(model, both, quirks);
    expect(chat.efforts).toEqual(["low"]);
    expect(chat).not.toHaveProperty("chatEfforts");
    expect(createTranslationTarget({ ...model, dialect: "responses" }, both, quirks).efforts).toEqual(["low", "max"]);
    expect(createTranslationTarget(model, profile, quirks).efforts).toEqual(profile.efforts);
  });

  it("leaves history away on Responses for a model that has none", () => {
    const plain: ModelProfile = { ...profile, reasoningHistory: "none" };
    expect(createTranslationTarget({ ...model, dialect: "responses" }, plain, quirks).reasoningHistory).toBe("none");
  });

  it("keeps the history of dialects that chat completions do carry", () => {
    for (const reasoningHistory of ["reasoning_content", "reasoning_details", "thought_signature"] as const)
      expect(createTranslationTarget(model, { ...profile, reasoningHistory }, quirks).reasoningHistory).toBe(
        reasoningHistory,
      );
  });

  it("sends no image where this provider's offer has none, though the model could", () => {
    const blind = { ...model, capabilities: { ...model.capabilities, images: false } };
    expect(createTranslationTarget(blind, profile, quirks).images).toBe(false);
  });

  it("refuses a model that is not translated at all", () => {
    expect(() => createTranslationTarget({ ...model, dialect: "messages" }, profile, quirks)).toThrow(TypeError);
  });

  it("leaves the profile as it was", () => {
    const frozen = Object.freeze({ ...profile });
    createTranslationTarget(model, frozen, { ...quirks, overrides: { topK: true } });
    expect(frozen.topK).toBe(false);
  });
});

describe("hashAccount", () => {
  it("is sixteen hex digits that tell accounts apart and not the credential", () => {
    const hash = hashAccount("sk-secret-1");
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(hashAccount("sk-secret-1")).toBe(hash);
    expect(hashAccount("sk-secret-2")).not.toBe(hash);
    expect(hash).not.toContain("secret");
  });
});
