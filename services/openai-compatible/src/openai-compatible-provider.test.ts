import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Provider } from "@switchyard/provider-kit";
import {
  createProviderSettings,
  createRequestContext,
  createSecret,
  createTestDependencies,
  startTestUpstream,
  type TestDependencies,
  type TestUpstream,
} from "@switchyard/provider-kit/testing";
import type { CustomModelSettings, ProviderSettings } from "@switchyard/service-kit";

import { createOpenAiCompatibleProvider } from "./openai-compatible-provider.ts";

let upstream: TestUpstream;
let dependencies: TestDependencies;
let opened: Provider[];

beforeEach(async () => {
  upstream = await startTestUpstream();
  dependencies = await createTestDependencies();
  opened = [];
  upstream.answerWith(() => ({
    body: { object: "list", data: [{ id: "qwen3-coder:latest" }, { id: "house-model", max_model_len: 40_000 }] },
  }));
});

afterEach(async () => {
  for (const provider of opened) await provider.close();
  await upstream.close();
  await dependencies.close();
});

type Overrides = Partial<ProviderSettings> & Pick<ProviderSettings, "kind">;

function open(overrides: Overrides): Provider {
  const provider = createOpenAiCompatibleProvider(
    createProviderSettings({ baseUrl: `${upstream.url}/v1`, ...overrides }),
    dependencies,
  );
  opened.push(provider);
  return provider;
}

const custom = (overrides: Partial<CustomModelSettings>): CustomModelSettings => ({
  modelId: "house",
  modelName: "org/house-1",
  extraHeaders: {},
  extraBody: {},
  canStream: true,
  direct: false,
  ...overrides,
});

const signal = new AbortController().signal;

function first(provider: Provider, dialect: string): string {
  const model = provider.models().find((candidate) => candidate.dialect === dialect);
  if (model === undefined) throw new Error(`no model by ${dialect}`);
  return model.id;
}

describe("OpenAI", () => {
  it("is reached by Responses where tools and effort need it, and by chat completions else", () => {
    const provider = open({ kind: "openai" });
    const responses = createRequestContext(provider, first(provider, "responses"));
    const chat = createRequestContext(provider, "gpt-4.1");
    expect(provider.openAiShaped?.responses?.(responses).url).toBe(`${upstream.url}/v1/responses`);
    expect(provider.openAiShaped?.chat?.(chat).url).toBe(`${upstream.url}/v1/chat/completions`);
    expect(provider.openAiShaped?.target(responses)).toMatchObject({ dialect: "responses", toolsExcludeEffort: false });
    expect(provider.openAiShaped?.target(chat)).toMatchObject({
      dialect: "chat",
      outputTokensField: "max_completion_tokens",
    });
  });

  it("is reached by chat completions alone when settings say so", () => {
    const provider = open({ kind: "openai", dialect: "chat" });
    expect(new Set(provider.models().map(({ dialect }) => dialect))).toEqual(new Set(["chat"]));
  });

  it("asks a new model like the newest one", () => {
    const provider = open({ kind: "openai" });
    const model = provider.adoptModel?.("gpt-99-nova");
    expect(model).toMatchObject({ id: "gpt-99-nova", dialect: "responses" });
    if (model === undefined) throw new Error("not adopted");
    const target = provider.openAiShaped?.target({ requestId: "r", model, stream: true, clientHeaders: {} });
    expect(target).toMatchObject({ model: "gpt-99-nova", reasoningControl: "effort", systemRole: "developer" });
    expect(provider.adoptModel?.("claude-opus-5")).toBeUndefined();
  });

  it("proves key and upstream by the list of models, and does not take it for the catalogue", async () => {
    const provider = open({ kind: "openai", customHeaders: { "openai-organization": "org-1" } });
    await provider.check(signal);
    expect(upstream.requests[0]).toMatchObject({ method: "GET", url: "/v1/models" });
    expect(upstream.requests[0]?.headers).toMatchObject({
      authorization: "Bearer test-key",
      "openai-organization": "org-1",
    });
    expect(provider.models().map(({ id }) => id)).toContain("gpt-4.1");
    expect(provider.models().map(({ id }) => id)).not.toContain("house-model");
  });

  it("names a refused key and an empty account apart", async () => {
    const provider = open({ kind: "openai" });
    upstream.answerWith(() => ({
      status: 401,
      body: { error: { message: "Incorrect API key", code: "invalid_api_key" } },
    }));
    await expect(provider.check(signal)).rejects.toMatchObject({ failure: "auth" });
    upstream.answerWith(() => ({ status: 429, body: { error: { message: "quota", code: "insufficient_quota" } } }));
    await expect(provider.check(signal)).rejects.toMatchObject({ failure: "billing" });
  });
});

const azureBase = () => `${upstream.url}/openai/v1`;

describe("Azure", () => {
  it("has the key in a header of its own and the v1 API below the resource", async () => {
    const provider = open({ kind: "azure", baseUrl: azureBase() });
    const context = createRequestContext(provider, first(provider, "responses"));
    expect(await provider.authorize(context)).toEqual({ "api-key": "test-key" });
    expect(provider.openAiShaped?.responses?.(context).url).toBe(`${azureBase()}/responses`);
    await provider.check(signal);
    expect(upstream.requests[0]?.url).toBe("/openai/v1/models");
  });

  it("puts the deployment into the path where the API version is a date", async () => {
    const provider = open({ kind: "azure", baseUrl: upstream.url, apiVersion: "2025-04-01-preview", dialect: "chat" });
    const context = createRequestContext(provider, provider.models()[0]?.id ?? "");
    expect(provider.openAiShaped?.chat?.(context).url).toBe(
      `${upstream.url}/openai/deployments/${context.model.id}/chat/completions?api-version=2025-04-01-preview`,
    );
    await provider.check(signal);
    expect(upstream.requests[0]?.url).toBe("/openai/models?api-version=2025-04-01-preview");
  });

  it("takes a deployment of any name and asks it for nothing that not all models take", () => {
    const provider = open({ kind: "azure", baseUrl: azureBase(), models: { big: ["prod-eu"], middle: [], small: [] } });
    const target = provider.openAiShaped?.target(createRequestContext(provider, "prod-eu"));
    expect(target).toMatchObject({
      model: "prod-eu",
      reasoningControl: "none",
      outputTokensField: "max_completion_tokens",
    });
  });

  it("knows what a described deployment is", () => {
    const customModels = [custom({ modelId: "gpt-5.6-sol", modelName: "prod-eu" })];
    const provider = open({ kind: "azure", baseUrl: azureBase(), customModels });
    const context = createRequestContext(provider, "prod-eu");
    expect(context.model).toMatchObject({ canonical: "gpt-5.6-sol", dialect: "responses" });
    expect(provider.openAiShaped?.target(context)).toMatchObject({ model: "prod-eu", reasoningControl: "effort" });
  });

  it("reaches Claude on Foundry byte for byte", async () => {
    const customModels = [custom({ modelId: "claude-opus-4-8", modelName: "claude-opus-4-8", direct: true })];
    const provider = open({ kind: "azure", baseUrl: azureBase(), customModels });
    const context = createRequestContext(provider, "claude-opus-4-8");
    expect(context.model.dialect).toBe("messages");
    expect(provider.anthropicShaped?.messages(context).url).toBe(`${upstream.url}/anthropic/v1/messages`);
    expect(await provider.authorize(context)).toEqual({ "api-key": "test-key" });
    expect(provider.anthropicShaped?.edits(context)).toMatchObject({ claude: true, plain: false });
  });
});

describe("Gemini", () => {
  it("is asked in its own way of thinking, by its OpenAI endpoint", () => {
    const baseUrl = `${upstream.url}/v1beta/openai`;
    const provider = open({ kind: "gemini", baseUrl });
    const context = createRequestContext(provider, "gemini-3.1-pro-preview");
    expect(provider.openAiShaped?.chat?.(context).url).toBe(`${baseUrl}/chat/completions`);
    expect(provider.openAiShaped?.target(context)).toMatchObject({
      toolSchema: "openapi_subset",
      reasoningControl: "gemini_effort",
      reasoningHistory: "thought_signature",
    });
    expect(provider.openAiShaped).not.toHaveProperty("responses");
  });
});

describe("DeepSeek", () => {
  it("is reached by chat completions, with its reasoning given back", async () => {
    const provider = open({ kind: "deepseek" });
    const context = createRequestContext(provider, "deepseek-v4-pro");
    expect(provider.openAiShaped?.chat?.(context).url).toBe(`${upstream.url}/v1/chat/completions`);
    expect(provider.openAiShaped?.target(context).reasoningHistory).toBe("reasoning_content");
    expect(await provider.authorize(context)).toEqual({ authorization: "Bearer test-key" });
  });

  it("is reached by its Messages endpoint when settings say so, its thinking marked as its own", async () => {
    const provider = open({ kind: "deepseek", dialect: "messages" });
    const context = createRequestContext(provider, "deepseek-v4-pro");
    expect(provider.anthropicShaped?.messages(context).url).toBe(`${upstream.url}/anthropic/v1/messages`);
    expect(await provider.authorize(context)).toEqual({ "x-api-key": "test-key" });
    expect(provider.anthropicShaped?.edits(context)).toMatchObject({
      model: { set: "deepseek-v4-pro" },
      claude: false,
      plain: true,
      markThinking: true,
      demandsThinkingInLoops: true,
    });
  });
});

const local = () => ({ kind: "ollama", baseUrl: upstream.url, credential: { type: "none" } }) as const;

describe("Ollama", () => {
  it("needs no key and offers what is installed", async () => {
    const provider = open(local());
    await provider.check(signal);
    expect(upstream.requests[0]?.url).toBe("/v1/models");
    expect(upstream.requests[0]?.headers).not.toHaveProperty("authorization");
    expect(provider.models().map(({ id }) => id)).toEqual(["qwen3-coder:latest", "house-model"]);
    expect(await provider.authorize(createRequestContext(provider, "house-model"))).toEqual({});
  });

  it("knows an installed model again without its tag, and prefers what the catalogue does", async () => {
    const provider = open(local());
    await provider.check(signal);
    expect(createRequestContext(provider, "qwen3-coder:latest").model).toMatchObject({
      canonical: "qwen3-coder",
      dialect: "messages",
    });
    expect(provider.tiers().big[0]).toBe("qwen3-coder:latest");
    expect(createRequestContext(provider, "house-model").model.context_window).toBe(40_000);
  });

  it("speaks the Messages API, or chat completions when settings say so", () => {
    const messages = open(local());
    const chat = open({ ...local(), dialect: "chat" });
    const [id = ""] = messages.tiers().big;
    expect(messages.anthropicShaped?.messages(createRequestContext(messages, id)).url).toBe(
      `${upstream.url}/v1/messages`,
    );
    expect(chat.openAiShaped?.chat?.(createRequestContext(chat, id)).url).toBe(`${upstream.url}/v1/chat/completions`);
    expect(createRequestContext(chat, id).model.dialect).toBe("chat");
  });

  it("falls back on what it had listed while the server is away", async () => {
    const provider = open(local());
    await provider.check(signal);
    upstream.answerWith(() => ({ status: 503 }));
    await expect(provider.check(signal)).rejects.toMatchObject({ failure: "overloaded" });
    expect(provider.models()).toHaveLength(2);
  });

  it("sends its key to the cloud", async () => {
    const provider = open({ kind: "ollama", baseUrl: upstream.url });
    const [id = ""] = provider.tiers().big;
    expect(await provider.authorize(createRequestContext(provider, id))).toEqual({ authorization: "Bearer test-key" });
  });
});

function accountOf(key: string): string | undefined {
  const provider = open({ kind: "deepseek", credential: { type: "api_key", value: createSecret(key) } });
  const target = provider.openAiShaped?.target(createRequestContext(provider, "deepseek-v4-pro"));
  expect(JSON.stringify(target)).not.toContain(key);
  return target?.issuer.account;
}

describe("any other server", () => {
  it("offers what it lists when configuration names no model", async () => {
    const provider = open({ kind: "openai-compatible", name: "house", credential: { type: "none" } });
    expect(provider.models()).toEqual([]);
    await provider.check(signal);
    expect(provider.tiers().small).not.toEqual([]);
    expect(createRequestContext(provider, "house-model").model).toMatchObject({
      context_window: 40_000,
      quota_bucket: "house/openai-compatible/house-model",
      dialect: "chat",
    });
  });

  it("offers configured models alone where there are any, and adds their headers and fields", async () => {
    const customModels = [
      custom({
        extraHeaders: { "x-tenant": "blue" },
        extraBody: { chat_template_kwargs: { a: 1 } },
        reasoningEffort: "high",
        contextWindow: 65_536,
      }),
    ];
    const provider = open({ kind: "openai-compatible", name: "house", customModels });
    await provider.check(signal);
    expect(provider.models().map(({ id }) => id)).toEqual(["org/house-1"]);
    const context = createRequestContext(provider, "org/house-1");
    expect(context.model.aliases).toContain("org/house-1");
    expect(provider.openAiShaped?.chat?.(context).headers).toEqual({ "x-tenant": "blue" });
    expect(provider.openAiShaped?.target(context)).toMatchObject({
      contextWindow: 65_536,
      extraBody: { reasoning_effort: "high", chat_template_kwargs: { a: 1 } },
    });
  });

  it("forwards to a direct model byte for byte, with its fields set", async () => {
    const customModels = [custom({ direct: true, extraBody: { top_k: 20 }, extraHeaders: { "x-tenant": "blue" } })];
    const provider = open({ kind: "openai-compatible", name: "house", customModels });
    const context = createRequestContext(provider, "org/house-1");
    expect(context.model.dialect).toBe("messages");
    expect(provider.anthropicShaped?.messages(context)).toEqual({
      url: `${upstream.url}/v1/messages`,
      headers: { "x-tenant": "blue" },
    });
    expect(provider.anthropicShaped?.edits(context)).toMatchObject({ claude: false, setFields: { top_k: "20" } });
    expect(await provider.authorize(context)).toEqual({ "x-api-key": "test-key" });
  });

  it("tells its accounts apart for reasoning, and its keys to nobody", () => {
    expect(accountOf("sk-one")).toBe(accountOf("sk-one"));
    expect(accountOf("sk-one")).not.toBe(accountOf("sk-two"));
  });

  it("is off when configuration says so", () => {
    const provider = open({ kind: "openai", enabled: false, missing: ["OPENAI_API_KEY"] });
    expect(provider.status()).toMatchObject({ status: "unconfigured", missing: ["OPENAI_API_KEY"] });
  });
});
