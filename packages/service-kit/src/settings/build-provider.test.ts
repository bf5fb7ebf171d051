import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, keyOf, load, problemsOf, providerOf } from "./load.fixture.ts";

cleanUpAfterEach();

describe("a provider that is configured", () => {
  it.each([
    ["anthropic", { ANTHROPIC_UPSTREAM_API_KEY: "k" }, "https://api.anthropic.com"],
    ["openrouter", { OPENROUTER_API_KEY: "k" }, "https://openrouter.ai/api/v1"],
    ["openai", { OPENAI_API_KEY: "k" }, "https://api.openai.com/v1"],
    ["gemini", { GEMINI_API_KEY: "k" }, "https://generativelanguage.googleapis.com/v1beta/openai"],
    ["deepseek", { DEEPSEEK_API_KEY: "k" }, "https://api.deepseek.com/v1"],
    ["vertex", { GOOGLE_CLOUD_PROJECT: "p" }, "https://aiplatform.googleapis.com"],
    ["vertex", { GOOGLE_CLOUD_PROJECT: "p", VERTEX_AI_LOCATION: "eu" }, "https://aiplatform.eu.rep.googleapis.com"],
    [
      "vertex",
      { GOOGLE_CLOUD_PROJECT: "p", GOOGLE_CLOUD_LOCATION: "us-east5" },
      "https://us-east5-aiplatform.googleapis.com",
    ],
    ["anthropic", { ANTHROPIC_UPSTREAM_API_KEY: "k", ANTHROPIC_UPSTREAM_BASE_URL: "http://h:1/v1/" }, "http://h:1"],
    ["openrouter", { OPENROUTER_API_KEY: "k", OPENROUTER_API_BASE: "http://h:1/api/v1" }, "http://h:1/api/v1"],
    ["github-models", { GITHUB_TOKEN: "k", GITHUB_MODELS_API_BASE: "http://h:1/inference" }, "http://h:1"],
    ["github-models", { GITHUB_TOKEN: "k", GITHUB_MODELS_ENDPOINT: "http://h:1" }, "http://h:1"],
    [
      "azure",
      { AZURE_API_KEY: "k", AZURE_BASE_URL: "https://r.openai.azure.com/" },
      "https://r.openai.azure.com/openai/v1",
    ],
    [
      "azure",
      { AZURE_API_KEY: "k", AZURE_OPENAI_ENDPOINT: "https://r.openai.azure.com/openai/v1" },
      "https://r.openai.azure.com/openai/v1",
    ],
    [
      "azure",
      { AZURE_API_KEY: "k", AZURE_BASE_URL: "https://r.openai.azure.com", AZURE_API_VERSION: "2026-01-01" },
      "https://r.openai.azure.com",
    ],
    ["ollama", { OLLAMA_BASE_URL: "http://127.0.0.1:11434/v1" }, "http://127.0.0.1:11434"],
  ])("%s by %j is on, at %s", (name, env, baseUrl) => {
    expect(providerOf(load({ env }), name)).toMatchObject({
      enabled: true,
      missing: [],
      simulated: false,
      baseUrl,
    });
  });

  it("passes the client's own credential on where that is wanted", () => {
    const { credential, enabled } = providerOf(load({ env: { ANTHROPIC_CREDENTIAL: "client" } }), "anthropic");
    expect([credential, enabled]).toEqual([{ type: "client" }, true]);
    const file = { "switchyard.yaml": "providers: [{ name: anthropic, credential: client }]" };
    expect(providerOf(load({ files: file }), "anthropic").credential).toEqual({ type: "client" });
  });

  it("passes it to no other kind", () => {
    const problems = problemsOf({ files: { "switchyard.yaml": "providers: [{ name: openai, credential: client }]" } });
    expect(problems).toEqual([expect.objectContaining({ path: "switchyard.yaml: providers[0].credential" })]);
  });

  it("of Google's takes a token, a key file or what the machine has", () => {
    expect(googleCredential({})).toEqual({ type: "google", project: "p", location: "global" });
    expect(googleCredential({ VERTEX_ACCESS_TOKEN: "t" })).toMatchObject({
      type: "google",
      accessToken: expect.anything(),
    });
    expect(googleCredential({ GOOGLE_APPLICATION_CREDENTIALS: "sa.json" }, { "sa.json": "{}" })).toMatchObject({
      keyFile: expect.stringMatching(/^\/.*sa\.json$/),
    });
  });

  it("of Google's with a key file that is not there, or a location that is none, is a problem", () => {
    const problems = problemsOf({
      env: {
        GOOGLE_CLOUD_PROJECT: "p",
        GOOGLE_APPLICATION_CREDENTIALS: "./config/none.json",
        VERTEX_AI_LOCATION: "Europe West",
      },
    });
    expect(problems.map(({ path }) => path)).toEqual(["VERTEX_AI_LOCATION", "GOOGLE_APPLICATION_CREDENTIALS"]);
  });

  it("never takes the key of a kind to another host", () => {
    const settings = load({
      env: { OPENAI_API_KEY: "openai-key" },
      files: { "switchyard.yaml": "providers: [{ name: work, kind: openai, base_url: 'https://other.example/v1' }]" },
    });
    expect(providerOf(settings, "work")).toMatchObject({ enabled: false, missing: ["WORK_API_KEY"] });
    expect(keyOf(settings, "openai")).toBe("openai-key");
  });

  it("takes its own variables, whatever its name", () => {
    const settings = load({
      env: {
        MY_VLLM_API_KEY: "k",
        MY_VLLM_BASE_URL: "http://10.0.0.6:8000/v1",
        MY_VLLM_PORT: "9999",
        MY_VLLM_PRIORITY: "3",
        MY_VLLM_TIMEOUT: "30",
        MY_VLLM_MAX_RETRIES: "0",
        MY_VLLM_DIALECT: "responses",
        MY_VLLM_BIG_MODELS: "a, b",
        MY_VLLM_CUSTOM_HEADER_X_TEAM: "blue",
      },
      files: { "switchyard.yaml": "providers: [{ name: my-vllm, base_url: 'http://10.0.0.5:8000/v1' }]" },
    });
    expect(providerOf(settings, "my-vllm")).toMatchObject({
      kind: "openai-compatible",
      baseUrl: "http://10.0.0.6:8000/v1",
      port: 9999,
      serviceUrl: "http://127.0.0.1:9999",
      priority: 3,
      timeouts: { firstOutputMs: 30_000, idleMs: 30_000, totalMs: 600_000 },
      maxRetries: 0,
      dialect: "responses",
      models: { big: ["a", "b"], middle: [], small: [] },
      customHeaders: { "x-team": "blue" },
    });
  });

  it("of one's own needs no key, and may say so of any", () => {
    const yaml =
      "providers: [{ name: local, base_url: 'http://10.0.0.5/v1' }, { name: openai, base_url: 'http://10.0.0.6/v1', credential: none }]";
    const settings = load({ files: { "switchyard.yaml": yaml } });
    expect(providerOf(settings, "local")).toMatchObject({ enabled: true, credential: { type: "none" } });
    expect(providerOf(settings, "openai")).toMatchObject({ enabled: true, credential: { type: "none" } });
  });

  it("may be switched off by a word", () => {
    const settings = load({ env: { OPENAI_API_KEY: "k", OPENAI_ENABLED: "false" } });
    expect(providerOf(settings, "openai")).toMatchObject({
      enabled: false,
      missing: [],
      reason: "switched off by configuration",
    });
  });
});

describe("a provider that is not configured", () => {
  const off = { env: { SWITCHYARD_DEMO: "0" } };

  it.each([
    ["anthropic", ["ANTHROPIC_UPSTREAM_API_KEY"], "ANTHROPIC_UPSTREAM_API_KEY is not set"],
    ["vertex", ["GOOGLE_CLOUD_PROJECT"], "GOOGLE_CLOUD_PROJECT is not set"],
    ["openrouter", ["OPENROUTER_API_KEY"], "OPENROUTER_API_KEY is not set"],
  ])("%s says what to set", (name, missing, reason) => {
    const provider = providerOf(load(off), name);
    expect(provider).toMatchObject({ enabled: false, missing, reason });
    expect(provider).not.toHaveProperty("credential");
  });

  it("of Azure's lacks a key and an address", () => {
    const settings = load({
      env: { SWITCHYARD_DEMO: "0" },
      files: { "switchyard.yaml": "providers: [{ name: azure }]" },
    });
    expect(providerOf(settings, "azure").missing).toEqual(["AZURE_API_KEY", "AZURE_BASE_URL"]);
  });

  it("always has an address that can be parsed", () => {
    const settings = load({ files: { "switchyard.yaml": "providers: [{ name: azure }]" } });
    for (const { baseUrl } of settings.providers) expect(URL.canParse(baseUrl)).toBe(true);
  });

  it("GitHub Models is off for its retirement, token or not, until an address or a word says otherwise", () => {
    expect(githubStatus({})).toEqual({ enabled: false, retired: true, missing: [] });
    expect(githubStatus({ GITHUB_TOKEN: "t" })).toEqual({ enabled: false, retired: true, missing: [] });
    expect(githubStatus({ GITHUB_TOKEN: "t", GITHUB_MODELS_ENABLED: "true" })).toEqual({
      enabled: true,
      retired: false,
      missing: [],
    });
    expect(githubStatus({ GITHUB_MODELS_BASE_URL: "http://h" })).toEqual({
      enabled: false,
      retired: false,
      missing: ["GITHUB_TOKEN"],
    });
  });

  it("asks which was meant when ANTHROPIC_API_KEY holds a key of Anthropic's own, and uses it for nothing", () => {
    const settings = load({ env: { ANTHROPIC_API_KEY: "sk-ant-api03-real" } });
    expect(settings.demo).toBe(false);
    expect(settings.gateway.clientKeys).toEqual([]);
    expect(providerOf(settings, "anthropic")).toMatchObject({
      enabled: false,
      missing: ["ANTHROPIC_UPSTREAM_API_KEY"],
      reason: expect.stringContaining("ANTHROPIC_API_KEY holds a key of Anthropic's own"),
    });
    expect(settings.warnings).toEqual([
      expect.objectContaining({ path: "ANTHROPIC_API_KEY", problem: expect.stringContaining("which was meant?") }),
    ]);
  });
});

function googleCredential(env: Record<string, string>, files: Record<string, unknown> = {}): unknown {
  return providerOf(load({ env: { GOOGLE_CLOUD_PROJECT: "p", ...env }, files }), "vertex").credential;
}

function githubStatus(env: Record<string, string>): unknown {
  const { enabled, reason, missing } = providerOf(load({ env: { SWITCHYARD_DEMO: "0", ...env } }), "github-models");
  return { enabled, retired: reason?.includes("retired on 2026-07-30") ?? false, missing };
}
