import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, load, providerOf } from "./load.fixture.ts";
import type { World } from "./load.fixture.ts";

cleanUpAfterEach();

const names = (world: World): string[] => load(world).providers.map(({ name }) => name);

describe("which providers there are", () => {
  it("anthropic, vertex, github-models and openrouter always, configured or not", () => {
    expect(names({ env: { SWITCHYARD_DEMO: "0" } })).toEqual(["anthropic", "vertex", "openrouter", "github-models"]);
  });

  it.each([
    [{ OPENAI_API_KEY: "k" }, "openai"],
    [{ AZURE_API_KEY: "k" }, "azure"],
    [{ AZURE_OPENAI_API_KEY: "k" }, "azure"],
    [{ GEMINI_API_KEY: "k" }, "gemini"],
    [{ GOOGLE_API_KEY: "k" }, "gemini"],
    [{ DEEPSEEK_API_KEY: "k" }, "deepseek"],
    [{ OLLAMA_BASE_URL: "http://127.0.0.1:11434" }, "ollama"],
    [{ OPENAI_BASE_URL: "http://127.0.0.1:1/v1" }, "openai"],
  ])("%j brings %s", (env, name) => {
    expect(names({ env })).toContain(name);
  });

  it("those of files, named or not, in order of priority", () => {
    const yaml = [
      "providers:",
      "  - { name: My vLLM, base_url: 'http://10.0.0.5:8000/v1', priority: 5 }",
      "  - { name: groq, base_url: 'https://api.groq.com/openai/v1', api_key: k }",
      "  - { name: deepseek, api_key: k, priority: 1 }",
    ].join("\n");
    expect(names({ files: { "switchyard.yaml": yaml } })).toEqual([
      "deepseek",
      "my-vllm",
      "anthropic",
      "vertex",
      "openrouter",
      "github-models",
      "groq",
    ]);
  });
});

describe("ports", () => {
  it("are the known ones, and from 8091 on for others, without the cost worker's", () => {
    const settings = load({
      env: {
        OPENAI_API_KEY: "k",
        AZURE_API_KEY: "k",
        GEMINI_API_KEY: "k",
        DEEPSEEK_API_KEY: "k",
        OLLAMA_BASE_URL: "http://h",
      },
      files: {
        "switchyard.yaml": "providers: [{ name: one, base_url: 'http://a' }, { name: two, base_url: 'http://b' }]",
      },
    });
    expect(settings.gateway.port).toBe(8080);
    expect(Object.fromEntries(settings.providers.map(({ name, port }) => [name, port]))).toEqual({
      vertex: 8081,
      "github-models": 8082,
      anthropic: 8083,
      openrouter: 8084,
      openai: 8085,
      azure: 8086,
      gemini: 8087,
      deepseek: 8088,
      ollama: 8089,
      one: 8091,
      two: 8092,
    });
  });

  it("from 8091 on leave out what somebody chose", () => {
    const settings = load({
      files: {
        "switchyard.yaml":
          "providers: [{ name: one, base_url: 'http://a' }, { name: two, base_url: 'http://b', port: 8091 }]",
      },
    });
    expect([providerOf(settings, "one").port, providerOf(settings, "two").port]).toEqual([8092, 8091]);
  });

  it("that Kubernetes sets for its own services are not taken for ours", () => {
    expect(providerOf(load({ env: { VERTEX_PORT: "tcp://10.0.0.7:8081" } }), "vertex").port).toBe(8081);
  });

  it("of a service that stands elsewhere do not matter to its address", () => {
    const settings = load({
      env: { VERTEX_SERVICE_URL: "http://vertex:8081/", OPENROUTER_PROXY_URL: "http://or:8084" },
    });
    expect(providerOf(settings, "vertex").serviceUrl).toBe("http://vertex:8081");
    expect(providerOf(settings, "openrouter").serviceUrl).toBe("http://or:8084");
  });

  it("PORT and HOST are those of a service that is started alone", () => {
    const env = { PORT: "7000", HOST: "0.0.0.0" };
    const alone = load({ env, alone: "vertex" });
    expect([providerOf(alone, "vertex").port, alone.gateway.port, alone.gateway.host]).toEqual([7000, 8080, "0.0.0.0"]);
    const gateway = load({ env, alone: "gateway" });
    expect([gateway.gateway.port, providerOf(gateway, "vertex").port]).toEqual([7000, 8081]);
  });

  it("PORT and HOST mean nothing to a whole mesh, nor to a service of one", () => {
    const env = { PORT: "7000", HOST: "0.0.0.0" };
    for (const settings of [load({ env }), load({ env: { ...env, SWITCHYARD_MESH: "1" }, alone: "gateway" })]) {
      expect([settings.gateway.port, settings.gateway.host]).toEqual([8080, "127.0.0.1"]);
    }
  });

  it("PORT in .env, where it was meant for us, is a warning", () => {
    expect(load({ files: { ".env": "PORT=8082" } }).warnings).toEqual([
      expect.objectContaining({ path: "PORT", remedy: "Set GATEWAY_PORT for the whole mesh." }),
    ]);
    expect(load({ env: { PORT: "8082" } }).warnings).toEqual([]);
  });
});
