import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Provider } from "@switchyard/provider-kit";
import {
  createProviderSettings,
  createRequestContext,
  createTestDependencies,
  startTestUpstream,
  type TestDependencies,
  type TestUpstream,
  type UpstreamReply,
} from "@switchyard/provider-kit/testing";
import type { ProviderSettings } from "@switchyard/service-kit";

import { createOpenRouterProvider } from "./openrouter-provider.ts";

const CLAUDE = {
  id: "anthropic/claude-opus-5",
  name: "Claude",
  context_length: 500_000,
  architecture: { input_modalities: ["text", "image"], output_modalities: ["text"] },
  pricing: { prompt: "0.000006", completion: "0.00003" },
  supported_parameters: ["tools", "reasoning"],
};
const OTHER = {
  ...CLAUDE,
  id: "vendor/model",
  name: "Other",
  supported_parameters: ["tools", "temperature", "max_tokens"],
};

let upstream: TestUpstream;
let dependencies: TestDependencies;
let opened: Provider[];
let replies: Record<string, UpstreamReply>;

beforeEach(async () => {
  upstream = await startTestUpstream();
  dependencies = await createTestDependencies();
  opened = [];
  replies = { "/models": { body: { data: [CLAUDE, OTHER] } }, "/key": { body: { data: { label: "k" } } } };
  upstream.answerWith(({ url }) => replies[url] ?? { status: 404, body: "Not Found" });
});

afterEach(async () => {
  for (const provider of opened) await provider.close();
  await upstream.close();
  await dependencies.close();
});

function open(overrides: Partial<ProviderSettings> = {}): Provider {
  const settings = createProviderSettings({ kind: "openrouter", baseUrl: upstream.url, ...overrides });
  const provider = createOpenRouterProvider(settings, dependencies);
  opened.push(provider);
  return provider;
}

const signal = new AbortController().signal;

/** Resolves once the provider has taken over what the upstream lists. */
async function discovered(provider: Provider): Promise<Provider> {
  const deadline = Date.now() + 5000;
  while (provider.models().length !== 2) {
    if (Date.now() > deadline) throw new Error(`still ${provider.models().length} models`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return provider;
}

describe("createOpenRouterProvider", () => {
  it("knows the catalogue's models before OpenRouter has listed its own", () => {
    replies["/models"] = { status: 503 };
    const ids = open()
      .models()
      .map(({ id }) => id);
    expect(ids).toEqual(dependencies.catalog.offersOf("openrouter").map(({ id }) => id));
  });

  it("takes window and price as OpenRouter lists them", async () => {
    const provider = await discovered(open());
    expect(provider.models().find(({ id }) => id === CLAUDE.id)).toMatchObject({
      canonical: "claude-opus-5",
      context_window: 500_000,
      price: { input: 6, output: 30 },
    });
  });

  it("puts only listed models into a tier", async () => {
    const provider = await discovered(open());
    expect(provider.tiers().big).toEqual([CLAUDE.id]);
  });

  it("reaches Claude by the Messages endpoint and all others by chat completions", async () => {
    const provider = await discovered(open());
    const claude = createRequestContext(provider, CLAUDE.id);
    const other = createRequestContext(provider, OTHER.id);
    expect([claude.model.dialect, other.model.dialect]).toEqual(["messages", "chat"]);
    expect(provider.anthropicShaped?.messages(claude).url).toBe(`${upstream.url}/messages`);
    expect(provider.anthropicShaped?.edits(claude)).toMatchObject({ model: { set: CLAUDE.id }, claude: true });
    expect(provider.openAiShaped?.chat?.(other).url).toBe(`${upstream.url}/chat/completions`);
  });

  it("asks no reasoning of a model that lists none", async () => {
    const provider = await discovered(open());
    expect(provider.openAiShaped?.target(createRequestContext(provider, OTHER.id))).toMatchObject({
      reasoningControl: "none",
      sampling: "always",
      maxStopSequences: 0,
    });
  });

  it("says which application asks, unless headers of one's own say it", async () => {
    const provider = open();
    const context = createRequestContext(provider, provider.models()[0]?.id ?? "");
    expect(await provider.authorize(context)).toEqual({
      authorization: "Bearer test-key",
      "http-referer": "http://localhost:8080",
      "x-title": "Switchyard",
    });
    const named = open({ customHeaders: { "x-title": "Ours", authorization: "Bearer stolen" } });
    expect(await named.authorize(context)).toMatchObject({ authorization: "Bearer test-key", "x-title": "Ours" });
  });

  it("proves the key, which the open list of models does not", async () => {
    await open().check(signal);
    expect(upstream.requests.find(({ url }) => url === "/key")?.headers.authorization).toBe("Bearer test-key");
    replies["/key"] = { status: 401, body: { error: { code: 401, message: "User not found." } } };
    await expect(open().check(signal)).rejects.toMatchObject({ failure: "auth" });
  });

  it("reads an account without credits as want of money", async () => {
    replies["/key"] = { status: 402, body: { error: { code: 402, message: "Insufficient credits" } } };
    await expect(open().check(signal)).rejects.toMatchObject({ failure: "billing" });
  });

  it("goes on with what it knew when the list cannot be had later", async () => {
    const first = await discovered(open());
    await first.close();
    replies["/models"] = { status: 500 };
    const restarted = await discovered(open());
    expect(restarted.models().map(({ id }) => id)).toEqual([CLAUDE.id, OTHER.id]);
  });

  it("adopts a variant of a listed model and nothing else", async () => {
    const provider = await discovered(open());
    expect(provider.adoptModel?.(`${CLAUDE.id}:nitro`)).toMatchObject({
      id: `${CLAUDE.id}:nitro`,
      dialect: "messages",
      canonical: "claude-opus-5",
    });
    expect(provider.adoptModel?.("vendor/unheard-of")).toBeUndefined();
    expect(provider.adoptModel?.("claude-opus-5")).toBeUndefined();
  });

  it("adopts any model with a vendor while it has no list", () => {
    replies["/models"] = { status: 503 };
    const provider = open();
    expect(provider.adoptModel?.("vendor/new")).toMatchObject({ id: "vendor/new", dialect: "chat" });
    expect(provider.adoptModel?.("anthropic/claude-new-9")).toMatchObject({ dialect: "messages" });
    expect(provider.adoptModel?.("claude-opus-5")).toBeUndefined();
  });

  it("is off without a key", () => {
    const provider = open({ enabled: false, missing: ["OPENROUTER_API_KEY"] });
    expect(provider.status()).toMatchObject({ status: "unconfigured", missing: ["OPENROUTER_API_KEY"] });
    expect(upstream.requests).toEqual([]);
  });
});
