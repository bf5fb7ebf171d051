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
  type UpstreamReply,
} from "@switchyard/provider-kit/testing";
import { SettingsError, type ProviderSettings } from "@switchyard/service-kit";

import { createVertexProvider } from "./vertex-provider.ts";

let upstream: TestUpstream;
let dependencies: TestDependencies;

beforeEach(async () => {
  upstream = await startTestUpstream();
  dependencies = await createTestDependencies();
  upstream.answerWith(() => ({ body: { input_tokens: 8 } }));
});

afterEach(async () => {
  await upstream.close();
  await dependencies.close();
});

function settingsOf(location: string, overrides: Partial<ProviderSettings> = {}): ProviderSettings {
  return createProviderSettings({
    kind: "vertex",
    baseUrl: upstream.url,
    credential: { type: "google", project: "team-1", location, accessToken: createSecret("ya29.token") },
    ...overrides,
  });
}

function open(location = "global", overrides: Partial<ProviderSettings> = {}): Provider {
  return createVertexProvider(settingsOf(location, overrides), dependencies);
}

const signal = new AbortController().signal;
const CLAUDE = "claude-opus-4-8";
const GEMINI = "google/gemini-3.1-pro-preview";

function accountOf(token: string): string | undefined {
  const accessToken = createSecret(token);
  const provider = open("global", {
    credential: { type: "google", project: "team-1", location: "global", accessToken },
  });
  return provider.openAiShaped?.target(createRequestContext(provider, GEMINI)).issuer.account;
}

function bucketsOf(location: string): Set<string> {
  const claude = open(location)
    .models()
    .filter(({ canonical }) => /^claude-opus-(5-5|5)$/.test(canonical));
  return new Set(claude.map(({ quota_bucket }) => quota_bucket));
}

function google(code: number, status: string, message: string): UpstreamReply {
  return { status: code, body: { error: { code, status, message } } };
}

describe("createVertexProvider", () => {
  it("reaches Claude by rawPredict and streamRawPredict", () => {
    const provider = open("us-east5");
    const streamed = createRequestContext(provider, CLAUDE, { stream: true });
    const whole = createRequestContext(provider, CLAUDE, { stream: false });
    const models = `${upstream.url}/v1/projects/team-1/locations/us-east5/publishers/anthropic/models`;
    expect(provider.anthropicShaped?.messages(streamed).url).toBe(`${models}/${CLAUDE}:streamRawPredict`);
    expect(provider.anthropicShaped?.messages(whole).url).toBe(`${models}/${CLAUDE}:rawPredict`);
  });

  it("reaches Gemini by Google's OpenAI endpoint, by its full name", () => {
    const provider = open("global");
    const context = createRequestContext(provider, GEMINI);
    expect(context.model.dialect).toBe("chat");
    expect(provider.openAiShaped?.chat?.(context).url).toBe(
      `${upstream.url}/v1/projects/team-1/locations/global/endpoints/openapi/chat/completions`,
    );
    expect(provider.openAiShaped?.target(context)).toMatchObject({
      model: GEMINI,
      toolSchema: "openapi_subset",
      reasoningHistory: "thought_signature",
    });
  });

  it("keeps a model's reasoning valid over access tokens: the account is the project", () => {
    expect(accountOf("ya29.a")).toBe(accountOf("ya29.b"));
  });

  it("sends the token and custom headers, and the token last", async () => {
    const provider = open("global", { customHeaders: { "x-team": "a", authorization: "Bearer other" } });
    expect(await provider.authorize(createRequestContext(provider, CLAUDE))).toEqual({
      "x-team": "a",
      authorization: "Bearer ya29.token",
    });
  });

  it("proves credential and upstream by counting a few tokens, which is free", async () => {
    await open("global").check(signal);
    expect(upstream.requests).toHaveLength(1);
    const [request] = upstream.requests;
    expect(request?.url).toBe(
      "/v1/projects/team-1/locations/us-east5/publishers/anthropic/models/count-tokens:rawPredict",
    );
    expect(request?.headers.authorization).toBe("Bearer ya29.token");
    expect(JSON.parse(request?.body ?? "")).toMatchObject({ anthropic_version: "vertex-2023-10-16" });
  });

  it("lists the project's endpoints where no tokens are counted", async () => {
    const provider = open("asia-south1");
    await provider.check(signal);
    expect(upstream.requests[0]).toMatchObject({
      method: "GET",
      url: "/v1/projects/team-1/locations/asia-south1/endpoints?pageSize=1",
    });
    for (const model of provider.models()) expect(model.native_count_tokens).toBe(false);
  });

  it("names what a check found", async () => {
    upstream.answerWith(() => google(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."));
    await expect(open().check(signal)).rejects.toMatchObject({ failure: "auth" });
    upstream.answerWith(() => google(403, "PERMISSION_DENIED", "This API method requires billing to be enabled."));
    await expect(open().check(signal)).rejects.toMatchObject({ failure: "billing" });
    await upstream.close();
    await expect(open().check(signal)).rejects.toMatchObject({ failure: "network" });
  });

  it("has quotas of the location: shared by lineage on global, by model in a region", () => {
    expect(bucketsOf("global").size).toBe(1);
    expect(bucketsOf("us-east5").size).toBe(2);
    expect([...bucketsOf("eu")]).not.toEqual([...bucketsOf("global")]);
  });

  it("adopts new Claude and Gemini models, and none of other vendors", () => {
    const provider = open();
    expect(provider.adoptModel?.("claude-opus-9")).toMatchObject({ id: "claude-opus-9", dialect: "messages" });
    expect(provider.adoptModel?.("claude-opus-9@20270101")).toMatchObject({ dialect: "messages" });
    expect(provider.adoptModel?.("google/gemini-9-pro")).toMatchObject({ dialect: "chat" });
    expect(provider.adoptModel?.("gpt-9")).toBeUndefined();
  });

  it("is off without a project, and says what to set", () => {
    const { credential: _credential, ...settings } = settingsOf("global", {
      enabled: false,
      missing: ["GOOGLE_CLOUD_PROJECT"],
    });
    expect(createVertexProvider(settings, dependencies).status()).toMatchObject({
      status: "unconfigured",
      missing: ["GOOGLE_CLOUD_PROJECT"],
    });
  });

  it("refuses a location that would lead the token to another host", () => {
    expect(() => open("us.evil.example/")).toThrow(SettingsError);
  });
});
