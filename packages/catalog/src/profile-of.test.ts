import { describe, expect, it } from "@jest/globals";
import { createCatalog } from "./create-catalog.ts";

const catalog = createCatalog();

describe("profileOf", () => {
  it("asks GPT-6.1 Sol for reasoning on Responses and never for none", () => {
    const profile = catalog.profileOf("gpt-6.1-sol");
    expect(profile).toMatchObject({ toolsExcludeEffort: true, reasoningAlwaysOn: true, sampling: "never" });
    expect(profile.efforts).not.toContain("none");
  });

  it("speaks OpenRouter's dialect to every model there, and asks only reasoning models for reasoning", () => {
    expect(catalog.profileOf("openai/gpt-6.1-sol", "openrouter")).toMatchObject({
      reasoningControl: "openrouter",
      reasoningHistory: "reasoning_details",
      outputTokensField: "max_tokens",
      toolsExcludeEffort: false,
    });
    expect(catalog.profileOf("gpt-4.1", "openrouter").reasoningControl).toBe("none");
    expect(catalog.profileOf("google/gemini-4-argon", "openrouter").toolSchema).toBe("openapi_subset");
  });

  it("lays nothing over the model's profile at a kind without peculiarities", () => {
    expect(catalog.profileOf("gpt-4.1", "openai")).toEqual(catalog.profileOf("gpt-4.1"));
  });

  it("treats an unknown model as a plain OpenAI-compatible one", () => {
    expect(catalog.profileOf("my-own-model")).toMatchObject({ sampling: "always", reasoningControl: "none" });
  });

  it("does not ask a retired model's server as if it were its successor's", () => {
    expect(catalog.profileOf("gpt-4-turbo")).toEqual(catalog.profileOf("my-own-model"));
  });

  // github.com/BerriAI/litellm-docs/pull/1173, github.com/genkit-ai/genkit/pull/6303
  it.each(["gpt-6.1-sol", "gpt-6-astra"])("knows that %s never stops reasoning", (name) => {
    expect(catalog.profileOf(name, "openai")).toMatchObject({
      reasoningAlwaysOn: true,
      sampling: "never",
      toolsExcludeEffort: true,
      efforts: ["low", "medium", "high", "xhigh", "max"],
      chatEfforts: ["low", "medium", "high", "xhigh"],
    });
  });

  it("asks for the effort max on Responses only, and at OpenRouter, which speaks Responses", () => {
    const asked = catalog.models.filter(
      ({ lineage, profile }) => lineage.startsWith("gpt-") && profile.efforts.includes("max"),
    );
    expect(asked.length).toBeGreaterThan(5);
    for (const { canonical, profile } of asked) {
      expect(profile.chatEfforts).toEqual(profile.efforts.filter((effort) => effort !== "max"));
      expect(catalog.profileOf(canonical, "openrouter").chatEfforts).toContain("max");
    }
  });

  it("knows what hosts behind OpenRouter demand of calls that another model made", () => {
    const standIn = (name: string) => catalog.profileOf(name, "openrouter").reasoningStandIn;
    expect(standIn("google/gemini-4-argon")).toBe("signature");
    expect(standIn("deepseek/deepseek-v4-pro")).toBe("text");
    expect(standIn("openai/gpt-6.1-sol")).toBeUndefined();
    expect(catalog.profileOf("gemini-4-argon", "gemini").reasoningStandIn).toBeUndefined();
  });

  // github.com/deepseek-ai/DeepSeek-V3/issues/1376
  it("forces no tool on a DeepSeek that thinks, wherever it runs", () => {
    for (const kind of ["deepseek", "openrouter"] as const)
      expect(catalog.profileOf("deepseek-v4-pro", kind).forcedToolChoice).toBe("without_reasoning");
  });

  it("forces a tool on a Claude model as its traits allow", () => {
    for (const { canonical, claude } of catalog.models) {
      if (claude === undefined) continue;
      const expected = claude.forcedToolUse ? "without_reasoning" : "never";
      expect([canonical, catalog.profileOf(canonical).forcedToolChoice]).toEqual([canonical, expected]);
    }
  });

  // github.com/tak-bro/aicommit2/issues/162
  it.each([
    ["openai/gpt-5", "max_completion_tokens"],
    ["openai/gpt-5-mini", "max_completion_tokens"],
    ["openai/o3", "max_completion_tokens"],
    ["openai/o4-mini", "max_completion_tokens"],
    ["openai/gpt-4.1", "max_tokens"],
    ["openai/gpt-5-chat", "max_tokens"],
    ["deepseek/deepseek-v3-0324", "max_tokens"],
    ["mistral-ai/mistral-medium-2505", "max_tokens"],
  ])("limits the output of %s at GitHub Models by %s", (name, field) => {
    expect(catalog.profileOf(name, "github-models").outputTokensField).toBe(field);
  });

  it("asks an older reasoning model by its name rather than like the newest one", () => {
    const older = catalog.profileOf("gpt-5.2", "openai", "gpt-6.1-sol");
    expect(older).toMatchObject({ toolsExcludeEffort: false, efforts: ["low", "medium", "high"] });
    expect(catalog.profileOf("gpt-7", "openai", "gpt-6.1-sol")).toEqual(catalog.profileOf("gpt-6.1-sol", "openai"));
    expect(catalog.profileOf("gpt-6-luna", "openai", "gpt-6.1-sol")).toEqual(catalog.profileOf("gpt-6-luna", "openai"));
  });

  // github.com/All-Hands-AI/OpenHands/issues/4838
  it("limits descriptions of tools at Azure's GPT-4o, where the limit was seen, and nowhere else", () => {
    const limited = catalog.models.flatMap(({ canonical, offers }) =>
      offers
        .filter(({ kind }) => catalog.profileOf(canonical, kind).maxToolDescriptionLength !== undefined)
        .map(({ kind, id }) => `${kind} ${id}`),
    );
    expect(limited).toEqual(["azure gpt-4o", "azure gpt-4o-mini"]);
  });
});
