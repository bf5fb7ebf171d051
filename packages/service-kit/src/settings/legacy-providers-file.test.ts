import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, keyOf, load, problemsOf, providerOf } from "./load.fixture.ts";

cleanUpAfterEach();

/** As the multi-provider proxy's own documentation shows it. */
const PROVIDERS_JSON = {
  providers: [
    {
      name: "OpenAI",
      enabled: true,
      priority: 1,
      api_key: "${OPENAI_API_KEY}",
      base_url: "https://api.openai.com/v1",
      api_version: null,
      timeout: 90,
      max_retries: 3,
      custom_headers: {},
      models: { big: ["gpt-4o"], middle: ["gpt-4o"], small: ["gpt-4o-mini"] },
    },
    {
      name: "Azure OpenAI",
      enabled: true,
      priority: 2,
      api_key: "${AZURE_KEY}",
      base_url: "https://my-resource.openai.azure.com",
      api_version: "2024-02-15-preview",
      models: { big: ["gpt-4"], middle: ["gpt-4"], small: ["gpt-35-turbo"] },
    },
    {
      name: "OpenRouter",
      enabled: true,
      priority: 3,
      api_key: "${OPENROUTER_API_KEY}",
      base_url: "https://openrouter.ai/api/v1",
      custom_headers: {
        "HTTP-Referer": "https://example.com",
        "X-Title": "Proxy",
        Authorization: "Bearer ${CUSTOM_TOKEN:-t}",
      },
      models: {
        big: ["anthropic/claude-3.5-sonnet"],
        middle: ["anthropic/claude-3.5-sonnet"],
        small: ["anthropic/claude-3-haiku"],
      },
    },
    {
      name: "Local",
      enabled: false,
      priority: 4,
      api_key: "${NOT_SET}",
      base_url: "http://localhost:11434/v1",
      models: { big: ["llama3"], middle: [], small: [] },
    },
    {
      name: "Together",
      priority: 5,
      api_key: "${TOGETHER_KEY}",
      base_url: "https://api.together.xyz/v1",
      models: { big: ["m"], middle: ["m"], small: ["m"] },
      color: "green",
    },
  ],
  fallback_strategy: "priority",
  health_check_interval: 300,
  circuit_breaker: { failure_threshold: 5, recovery_timeout: 60 },
};

describe("providers.json of the multi-provider proxy", () => {
  const env = { OPENAI_API_KEY: "sk-1", AZURE_KEY: "az-1", OPENROUTER_API_KEY: "or-1" };
  const settings = load({ files: { "config/providers.json": PROVIDERS_JSON }, env });

  it("brings its providers with their kinds told by their addresses", () => {
    expect(Object.fromEntries(settings.providers.map(({ name, kind }) => [name, kind]))).toEqual({
      openai: "openai",
      "azure-openai": "azure",
      openrouter: "openrouter",
      local: "openai-compatible",
      together: "openai-compatible",
      anthropic: "anthropic",
      vertex: "vertex",
      "github-models": "github-models",
    });
  });

  it("keeps order, keys, versions, headers and model lists", () => {
    expect(settings.providers.slice(0, 5).map(({ name }) => name)).toEqual([
      "openai",
      "azure-openai",
      "openrouter",
      "local",
      "together",
    ]);
    expect([keyOf(settings, "openai"), keyOf(settings, "azure-openai"), keyOf(settings, "openrouter")]).toEqual([
      "sk-1",
      "az-1",
      "or-1",
    ]);
    expect(providerOf(settings, "azure-openai")).toMatchObject({
      apiVersion: "2024-02-15-preview",
      baseUrl: "https://my-resource.openai.azure.com",
      models: { big: ["gpt-4"], middle: ["gpt-4"], small: ["gpt-35-turbo"] },
    });
    expect(providerOf(settings, "openrouter").customHeaders).toEqual({
      "http-referer": "https://example.com",
      "x-title": "Proxy",
      authorization: "Bearer t",
    });
    expect(providerOf(settings, "openai")).toMatchObject({
      maxRetries: 3,
      timeouts: { firstOutputMs: 90_000, idleMs: 90_000 },
    });
  });

  it("keeps interval and breaker", () => {
    expect([settings.healthCheckIntervalMs, settings.circuitBreaker]).toEqual([
      300_000,
      { failureThreshold: 5, recoveryTimeoutMs: 60_000 },
    ]);
  });

  it("leaves a provider without its variable off, and says which", () => {
    expect(providerOf(settings, "together")).toMatchObject({ enabled: false, missing: ["TOGETHER_KEY"] });
    expect(providerOf(settings, "local")).toMatchObject({ enabled: false, reason: "switched off by configuration" });
  });

  it("takes a field that means nothing here for a warning", () => {
    expect(settings.warnings).toEqual([
      expect.objectContaining({ path: "config/providers.json: providers[4].color", problem: "means nothing here" }),
    ]);
  });

  it("is looked for in config/ first, then beside", () => {
    const other = {
      providers: [{ name: "openai", priority: 1, api_key: "other", base_url: "https://api.openai.com/v1" }],
    };
    expect(
      keyOf(load({ files: { "providers.json": other, "config/providers.json": PROVIDERS_JSON }, env }), "openai"),
    ).toBe("sk-1");
    expect(keyOf(load({ files: { "providers.json": other } }), "openai")).toBe("other");
  });

  it("brings its strategy, which is priority where it names none", () => {
    expect(load({ files: withStrategy("round_robin"), env }).gateway.strategy).toBe("round_robin");
    const { fallback_strategy: _, ...silent } = PROVIDERS_JSON;
    expect(load({ files: { "providers.json": silent }, env }).gateway.strategy).toBe("priority");
    expect(
      load({ files: { "providers.json": silent, "switchyard.yaml": "gateway: { routing_strategy: cost }" }, env })
        .gateway.strategy,
    ).toBe("cost");
  });

  it("with a strategy that is none fails", () => {
    expect(problemsOf({ files: withStrategy("clever"), env })).toContainEqual(
      expect.objectContaining({ path: "providers.json: fallback_strategy" }),
    );
  });
});

function withStrategy(strategy: string): Record<string, unknown> {
  return { "providers.json": { ...PROVIDERS_JSON, fallback_strategy: strategy } };
}
