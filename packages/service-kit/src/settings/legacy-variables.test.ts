import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, load, problemsOf, providerOf } from "./load.fixture.ts";

cleanUpAfterEach();

describe("variables of older proxies", () => {
  it("BIG_MODEL and its like are OpenAI's, the middle falling back to the big", () => {
    const settings = load({ env: { OPENAI_API_KEY: "k", BIG_MODEL: "gpt-4o", SMALL_MODEL: "gpt-4o-mini" } });
    expect(providerOf(settings, "openai").models).toEqual({
      big: ["gpt-4o"],
      middle: ["gpt-4o"],
      small: ["gpt-4o-mini"],
    });
    expect(providerOf(settings, "openrouter").models).toEqual({ big: [], middle: [], small: [] });
  });

  it("a prefix in BIG_MODEL names the provider", () => {
    const settings = load({
      env: {
        BIG_MODEL: "openrouter/anthropic/claude-opus-5.5",
        MIDDLE_MODEL: "github/gpt-4o",
        SMALL_MODEL: "vertex_ai/claude-haiku-4-5@20251001",
        OPENAI_API_KEY: "k",
      },
    });
    expect(providerOf(settings, "openrouter").models.big).toEqual(["anthropic/claude-opus-5.5"]);
    expect(providerOf(settings, "github-models").models.middle).toEqual(["gpt-4o"]);
    expect(providerOf(settings, "vertex").models.small).toEqual(["claude-haiku-4-5@20251001"]);
    expect(providerOf(settings, "openai").models.big).toEqual([]);
  });

  it("a list in a file, or a variable of the provider's own, goes before them", () => {
    const world = { env: { OPENAI_API_KEY: "k", BIG_MODEL: "a", OPENAI_SMALL_MODELS: "s1,s2", SMALL_MODEL: "b" } };
    const files = { "switchyard.yaml": "providers: [{ name: openai, models: { big: [file] } }]" };
    expect(providerOf(load({ ...world, files }), "openai").models).toMatchObject({
      big: ["file"],
      small: ["s1", "s2"],
    });
  });

  it("OpenRouter's and GitHub's model names make their lists", () => {
    const settings = load({
      env: {
        OPENROUTER_API_KEY: "k",
        OPENROUTER_PRIMARY_MODEL: "a/p",
        OPENROUTER_FALLBACK_MODELS: "b/f1, c/f2",
        OPENROUTER_SECONDARY_MODEL: "a/s",
        GITHUB_BIG_MODEL: "openai/gpt-4o",
        GITHUB_SMALL_MODEL: "openai/gpt-4o-mini",
      },
    });
    expect(providerOf(settings, "openrouter").models).toEqual({
      big: ["a/p", "b/f1", "c/f2"],
      middle: ["a/p", "b/f1", "c/f2"],
      small: ["a/s"],
    });
    expect(providerOf(settings, "github-models").models).toEqual({
      big: ["openai/gpt-4o"],
      middle: ["openai/gpt-4o"],
      small: ["openai/gpt-4o-mini"],
    });
  });

  it("OPENAI_* with AZURE_API_VERSION and an Azure host is the provider azure, with a warning", () => {
    const settings = load({
      env: {
        OPENAI_API_KEY: "k",
        OPENAI_BASE_URL: "https://r.openai.azure.com",
        AZURE_API_VERSION: "2024-06-01",
        BIG_MODEL: "my-deployment",
      },
    });
    expect(providerOf(settings, "azure")).toMatchObject({
      enabled: true,
      apiVersion: "2024-06-01",
      baseUrl: "https://r.openai.azure.com",
      models: { big: ["my-deployment"] },
    });
    expect(settings.providers.map(({ name }) => name)).not.toContain("openai");
    expect(settings.warnings).toEqual([expect.objectContaining({ path: "OPENAI_BASE_URL" })]);
  });

  it("limits, timeouts, attempts, concurrency and logs are honoured", () => {
    const settings = load({
      env: {
        OPENAI_API_KEY: "k",
        MAX_TOKENS_LIMIT: "4096",
        MIN_TOKENS_LIMIT: "100",
        REQUEST_TIMEOUT: "90",
        MAX_RETRIES: "2",
        FALLBACK_DELAY: "1.0",
        MAX_FALLBACK_ATTEMPTS: "5",
        MAX_CONCURRENT_REQUESTS: "7",
        HEALTH_CHECK_INTERVAL: "0",
        LOG_LEVEL: "WARNING",
        LOG_FILE_PATH: "/tmp/server.log",
        PROXY_PORT: "8088",
        PROXY_HOST: "0.0.0.0",
        DEEPSEEK_PORT: "8099",
        PREFERRED_PROVIDER: "openai",
      },
    });
    expect(settings.gateway).toMatchObject({
      port: 8088,
      host: "0.0.0.0",
      fallbackDelayMs: 1000,
      maxFallbackAttempts: 5,
      maxConcurrentRequests: 7,
      timeouts: { firstOutputMs: 90_000, idleMs: 90_000 },
    });
    expect([settings.healthCheckIntervalMs, settings.log]).toEqual([
      0,
      { level: "warn", format: "console", file: "/tmp/server.log" },
    ]);
    expect(settings.providers[0]).toMatchObject({
      name: "openai",
      priority: 0,
      maxTokens: 4096,
      minTokens: 100,
      maxRetries: 2,
    });
  });

  it("a total shorter than the wait for the first output is lengthened to it", () => {
    expect(load({ env: { REQUEST_TIMEOUT: "900" } }).gateway.timeouts).toMatchObject({
      firstOutputMs: 900_000,
      totalMs: 900_000,
    });
  });

  it.each([
    [{ SWITCHYARD_CLIENT_KEY: "a" }, ["a"]],
    [{ SWITCHYARD_CLIENT_KEY: "a, b c" }, ["a", "b", "c"]],
    [{ ANTHROPIC_API_KEY: "mine" }, ["mine"]],
    [{ MASTER_PROXY_API_KEY: "master" }, ["master"]],
    [{ MASTER_PROXY_API_KEY: "master", ENABLE_AUTHENTICATION: "false" }, []],
    [{ MASTER_PROXY_API_KEY: "master", ANTHROPIC_API_KEY: "mine" }, ["master"]],
    [{ SWITCHYARD_CLIENT_KEY: "a", ANTHROPIC_API_KEY: "mine" }, ["a"]],
    [{ ANTHROPIC_API_KEY: "sk-ant-1", ANTHROPIC_UPSTREAM_API_KEY: "sk-ant-1" }, []],
  ])("%j makes the client keys %j", (env, keys) => {
    const settings = load({ env });
    expect(settings.gateway.clientKeys.map((key) => key.reveal())).toEqual(keys);
  });

  it("the key that an older proxy shipped with is refused", () => {
    expect(problemsOf({ env: { MASTER_PROXY_API_KEY: "proxy-key-12345" } })).toEqual([
      expect.objectContaining({ problem: "is a key that everybody knows" }),
    ]);
  });

  it("ROUTER_* are the models for requests of a kind, without a warning: they are in effect", () => {
    const env = {
      ROUTER_BACKGROUND: "small-one",
      ROUTER_THINK: "deep-one",
      ROUTER_LONG_CONTEXT: "long-one",
      ROUTER_DEFAULT: "plain-one",
      LONG_CONTEXT_THRESHOLD: "64k",
    };
    const { gateway, warnings } = load({ env });
    expect(gateway.modes).toEqual({
      background: "small-one",
      think: "deep-one",
      longContext: "long-one",
      default: "plain-one",
      longContextThreshold: 65_536,
    });
    expect(warnings).toEqual([]);
  });

  it.each([
    "OPENROUTER_COST_LOG_FILE",
    "PERFORMANCE_WINDOW",
    "RATE_LIMIT_DETECTION_WINDOW",
    "DASHBOARD_PORT",
    "LITELLM_PORT",
    "FALLBACK_TIMEOUT",
    "VERTEX_USAGE_LOG_FILE",
  ])("%s changes nothing, and is not passed over in silence", (name) => {
    expect(load({ env: { [name]: "5" } }).warnings).toEqual([expect.objectContaining({ path: name })]);
  });

  it("a word that other programs use too is only noticed in our own file", () => {
    expect(load({ env: { DEBUG: "express:*", ENVIRONMENT: "prod" } }).warnings).toEqual([]);
    expect(load({ files: { ".env": "DEBUG=true" } }).warnings).toEqual([expect.objectContaining({ path: "DEBUG" })]);
  });

  it("a preferred provider that does not exist is a problem that names those that do", () => {
    expect(problemsOf({ env: { PREFERRED_PROVIDER: "bedrock" } })).toEqual([
      expect.objectContaining({
        path: "PREFERRED_PROVIDER",
        remedy: "Name one of: anthropic, vertex, openrouter, github-models.",
      }),
    ]);
  });

  it("PREFERRED_PROVIDER=github means github-models", () => {
    expect(load({ env: { PREFERRED_PROVIDER: "github" } }).providers[0]?.name).toBe("github-models");
  });
});
