import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, keyOf, load, problemsOf, providerOf } from "./load.fixture.ts";

cleanUpAfterEach();

const MODELS_YAML = `
- model_id: "deepseek-v3-250324"
  model_name: "deepseek-v3-250324"
  api_base: "https://ark.cn-beijing.volces.com/api/v3"
  api_key_name: "ARK_API_KEY"
  can_stream: true
  max_tokens: 16k
  context: 128k
  max_input_tokens: 100k
  input_cost_per_token: 0.00000027
  output_cost_per_token: 0.0000011
- model_id: "doubao-think"
  model_name: "doubao-1-5-thinking"
  api_base: "https://ark.cn-beijing.volces.com/api/v3/"
  api_key_name: "ARK_API_KEY"
  extra_body: { thinking: { type: enabled } }
  enable_thinking: true
- model_id: "gemini-2.5-pro"
  api_base: "https://generativelanguage.googleapis.com/v1beta/openai/"
  api_key_name: "GEMINI_API_KEY"
  input_cost_per_million_tokens: 1.25
  output_cost_per_million_tokens: 10
  reasoning_effort: high
- model_id: "claude-direct"
  model_name: "claude-sonnet-4-5"
  api_base: "https://api.anthropic.com"
  api_key_name: "MY_CLAUDE_KEY"
  extra_headers: { "anthropic-beta": "context-1m" }
- model_id: "local-qwen"
  api_base: "http://127.0.0.1:8000/v1"
- model_id: "gpt"
  model_name: "gpt-4o"
  api_base: "https://api.openai.com/v1"
`;

describe("models.yaml of the single proxy", () => {
  const env = { ARK_API_KEY: "ark", GEMINI_API_KEY: "gem", MY_CLAUDE_KEY: "cl", OPENAI_API_KEY: "oa" };
  const settings = load({ files: { "models.yaml": MODELS_YAML }, env });

  it("makes a provider of each address and key, named after its kind or host", () => {
    expect(Object.fromEntries(settings.providers.map(({ name, kind }) => [name, kind]))).toMatchObject({
      volces: "openai-compatible",
      gemini: "gemini",
      anthropic: "anthropic",
      openai: "openai",
      "127-0-0-1-8000": "openai-compatible",
    });
    expect([
      keyOf(settings, "volces"),
      keyOf(settings, "gemini"),
      keyOf(settings, "anthropic"),
      keyOf(settings, "openai"),
    ]).toEqual(["ark", "gem", "cl", "oa"]);
  });

  it("reads tokens in thousands of 1,024 and prices per token or per million", () => {
    expect(providerOf(settings, "volces").customModels).toEqual([
      {
        modelId: "deepseek-v3-250324",
        modelName: "deepseek-v3-250324",
        maxTokens: 16_384,
        contextWindow: 131_072,
        maxInputTokens: 102_400,
        price: { input: 0.27, output: 1.1 },
        extraHeaders: {},
        extraBody: {},
        canStream: true,
        direct: false,
      },
      {
        modelId: "doubao-think",
        modelName: "doubao-1-5-thinking",
        extraHeaders: {},
        extraBody: { thinking: { type: "enabled" } },
        canStream: true,
        direct: false,
      },
    ]);
    expect(providerOf(settings, "gemini").customModels).toMatchObject([
      { price: { input: 1.25, output: 10 }, reasoningEffort: "high" },
    ]);
  });

  it("sends Anthropic's models the Messages API directly, with their headers", () => {
    expect(providerOf(settings, "anthropic").customModels).toMatchObject([
      {
        modelId: "claude-direct",
        modelName: "claude-sonnet-4-5",
        direct: true,
        extraHeaders: { "anthropic-beta": "context-1m" },
      },
    ]);
  });

  it("needs no key for a server of one's own", () => {
    expect(providerOf(settings, "127-0-0-1-8000")).toMatchObject({ enabled: true, credential: { type: "none" } });
  });

  it("warns of prices per token and of fields that mean nothing", () => {
    expect(settings.warnings.map(({ path }) => path).toSorted()).toEqual([
      "models.yaml: deepseek-v3-250324",
      "models.yaml: models[1].enable_thinking",
    ]);
  });

  it("leaves a provider off whose key is not set, and says which", () => {
    expect(
      providerOf(load({ files: { "models.yaml": MODELS_YAML }, env: { OPENAI_API_KEY: "x" } }), "volces"),
    ).toMatchObject({
      enabled: false,
      missing: ["ARK_API_KEY"],
    });
  });

  it.each([
    ["by id", "deepseek: { api_base: 'https://api.deepseek.com/v1', api_key_name: K, max_tokens: 8k }"],
    [
      "by id under models",
      "models: { deepseek: { api_base: 'https://api.deepseek.com/v1', api_key_name: K, max_tokens: 8k } }",
    ],
    [
      "as a list under models",
      "models: [{ model_id: deepseek, api_base: 'https://api.deepseek.com/v1', api_key_name: K, max_tokens: 8k }]",
    ],
  ])("may be a block %s", (_, yaml) => {
    const loaded = load({ files: { "models.yaml": yaml }, env: { K: "k" } });
    expect(providerOf(loaded, "deepseek").customModels).toMatchObject([{ modelId: "deepseek", maxTokens: 8192 }]);
    expect(keyOf(loaded, "deepseek")).toBe("k");
  });

  it("may be another file", () => {
    const files = { "conf/m.yaml": MODELS_YAML };
    expect(keyOf(load({ files, env: { ...env, CUSTOM_MODELS_FILE: "conf/m.yaml" } }), "volces")).toBe("ark");
    expect(problemsOf({ env: { CUSTOM_MODELS_FILE: "none.yaml" } })).toEqual([
      expect.objectContaining({ path: "CUSTOM_MODELS_FILE", problem: "there is no file none.yaml" }),
    ]);
  });

  it("names every entry that is wrong", () => {
    const problems = problemsOf({
      files: {
        "models.yaml":
          "- { model_id: a }\n- { api_base: 'https://x/v1' }\n- { model_id: c, api_base: 'https://x/v1', max_tokens: lots, input_cost_per_token: cheap }",
      },
    });
    expect(problems.map(({ path }) => path)).toEqual([
      "models.yaml: models[0].api_base",
      "models.yaml: models[1].model_id",
      "models.yaml: models[2].max_tokens",
      "models.yaml: models[2].input_cost_per_token",
    ]);
  });
});
