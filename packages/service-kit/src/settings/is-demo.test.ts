import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, keyOf, load, providerOf } from "./load.fixture.ts";

cleanUpAfterEach();

const withProvider = (entry: string) => load({ files: { "switchyard.yaml": `providers: [{ ${entry} }]` } });

describe("demo", () => {
  const simulators = {
    SWITCHYARD_SIMULATOR_ANTHROPIC_URL: "http://127.0.0.1:40001",
    SWITCHYARD_SIMULATOR_VERTEX_URL: "http://127.0.0.1:40002",
    SWITCHYARD_SIMULATOR_GITHUB_MODELS_URL: "http://127.0.0.1:40003",
    SWITCHYARD_SIMULATOR_OPENROUTER_URL: "http://127.0.0.1:40004",
    SWITCHYARD_SIMULATOR_OPENAI_URL: "http://127.0.0.1:40005",
    SWITCHYARD_SIMULATOR_AZURE_URL: "http://127.0.0.1:40006",
    SWITCHYARD_SIMULATOR_GEMINI_URL: "http://127.0.0.1:40007",
    SWITCHYARD_SIMULATOR_DEEPSEEK_URL: "http://127.0.0.1:40008",
    SWITCHYARD_SIMULATOR_OLLAMA_URL: "http://127.0.0.1:40009",
  };

  it("is on with nothing set", () => {
    expect(load().demo).toBe(true);
  });

  it.each([
    { ANTHROPIC_UPSTREAM_API_KEY: "k" },
    { ANTHROPIC_CREDENTIAL: "client" },
    { ANTHROPIC_API_KEY: "sk-ant-x" },
    { GOOGLE_CLOUD_PROJECT: "p" },
    { OPENROUTER_API_KEY: "k" },
    { OPENAI_API_KEY_FILE: "key" },
    { AZURE_OPENAI_API_KEY: "k" },
    { GEMINI_API_KEY: "k" },
    { DEEPSEEK_API_KEY: "k" },
    { OLLAMA_BASE_URL: "http://h" },
    { GITHUB_TOKEN: "t", GITHUB_MODELS_BASE_URL: "http://h" },
    { GITHUB_TOKEN: "t", GITHUB_MODELS_ENABLED: "1" },
    { SWITCHYARD_DEMO: "0" },
  ])("is off with %j", (env) => {
    expect(load({ env, files: { key: "k" } }).demo).toBe(false);
  });

  it.each([
    { ANTHROPIC_API_KEY: "switchyard" },
    { GITHUB_TOKEN: "t" },
    { REDIS_URL: "redis://h" },
    { OPENAI_API_KEY: " " },
  ])("stays on with %j, which is no credential for an upstream", (env) => {
    expect(load({ env }).demo).toBe(true);
  });

  it.each([
    "name: openai, api_key: '${X}'",
    "name: openai, api_key: k",
    "name: vertex, project: p",
    "name: ollama, base_url: 'http://h'",
    "name: anthropic, credential: client",
    "name: house, base_url: 'http://h/v1'",
  ])("is off where a file says where an upstream is or who asks it: %s", (entry) => {
    expect(withProvider(entry).demo).toBe(false);
  });

  it.each([
    "name: vertex, enabled: false",
    "name: house, base_url: 'http://h/v1', enabled: false",
    // What the dashboard writes into the file of a mesh without credentials.
    "name: openai",
    "name: openai, priority: 2, timeout: 30, enabled: true",
    "name: anthropic, limits: { requests_per_minute: 50 }, weight: 3",
  ])("stays on where a file only ranks, limits or switches a provider: %s", (entry) => {
    expect(withProvider(entry).demo).toBe(true);
  });

  it("is on where somebody wants it in spite of credentials, which then go nowhere", () => {
    const settings = load({ env: { SWITCHYARD_DEMO: "1", OPENAI_API_KEY: "sk-real", ...simulators } });
    expect(settings.demo).toBe(true);
    expect(keyOf(settings, "openai")).toBe("sk-simulated");
    expect(load({ files: { "switchyard.yaml": "demo: true" }, env: { OPENAI_API_KEY: "k" } }).demo).toBe(true);
  });

  it("puts every provider on over its simulator, with a credential that is nobody's", () => {
    const settings = load({ env: simulators });
    expect(Object.fromEntries(settings.providers.map(({ name, baseUrl }) => [name, baseUrl]))).toEqual({
      anthropic: "http://127.0.0.1:40001",
      vertex: "http://127.0.0.1:40002",
      "github-models": "http://127.0.0.1:40003",
      openrouter: "http://127.0.0.1:40004/api/v1",
      openai: "http://127.0.0.1:40005/v1",
      azure: "http://127.0.0.1:40006/openai/v1",
      gemini: "http://127.0.0.1:40007/v1beta/openai",
      deepseek: "http://127.0.0.1:40008/v1",
      ollama: "http://127.0.0.1:40009",
    });
    for (const { enabled, simulated, credential } of settings.providers) {
      expect([enabled, simulated, credential === undefined]).toEqual([true, true, false]);
    }
    expect(providerOf(settings, "vertex").credential).toMatchObject({ type: "google", project: "simulated-project" });
  });

  it("finds the simulators of another machine by their ports", () => {
    const settings = load({ env: { SWITCHYARD_SIMULATOR_HOST: "simulators" } });
    expect(providerOf(settings, "openrouter").baseUrl).toBe("http://simulators:9104/api/v1");
    expect(settings.providers).toHaveLength(9);
  });

  it("without simulators says so, and what would have to be set", () => {
    expect(providerOf(load(), "anthropic")).toMatchObject({
      enabled: false,
      simulated: true,
      missing: ["ANTHROPIC_UPSTREAM_API_KEY"],
    });
  });
});
