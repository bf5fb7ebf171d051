import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";
import type { Provider, RequestContext } from "@switchyard/provider-kit";
import { createProviderSettings, createSecret } from "@switchyard/provider-kit/testing";
import { createHttpClient, type HttpClient, type ProviderSettings } from "@switchyard/service-kit";

import { createGithubModelsProvider } from "./github-models-provider.ts";

const catalog = createCatalog();
const listing = [
  {
    id: "vendor/plain",
    name: "Plain",
    rate_limit_tier: "high",
    capabilities: ["streaming"],
    limits: { max_input_tokens: 900_000, max_output_tokens: 64_000 },
    supported_output_modalities: ["text"],
  },
  {
    id: "vendor/agent",
    name: "Agent",
    rate_limit_tier: "high",
    capabilities: ["streaming", "tool-calling"],
    limits: { max_input_tokens: 200_000, max_output_tokens: 32_000 },
    supported_output_modalities: ["text"],
  },
];

let respond: http.RequestListener;
let requests: http.IncomingMessage[];
let server: http.Server;
let client: HttpClient;
let directory: string;
let warnings: string[];
let opened: Provider[];

beforeEach(async () => {
  requests = [];
  warnings = [];
  opened = [];
  respond = (_request, response) => void response.end(JSON.stringify(listing));
  server = http.createServer((request, response) => {
    requests.push(request);
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = createHttpClient({ connectTimeoutMs: 1000 });
  directory = await mkdtemp(join(tmpdir(), "github-models-"));
});

afterEach(async () => {
  for (const provider of opened) await provider.close();
  client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function open(overrides: Partial<ProviderSettings> = {}): Provider {
  const settings = createProviderSettings({ kind: "github-models", baseUrl: address(), ...overrides });
  const provider = createGithubModelsProvider(settings, {
    catalog,
    http: client,
    log: { info: () => {}, warn: (message) => void warnings.push(message) },
    stateDirectory: directory,
  });
  opened.push(provider);
  return provider;
}

const check = (provider: Provider) => provider.check(new AbortController().signal);

function contextOf(provider: Provider, id: string): RequestContext {
  const model = provider.models().find((candidate) => candidate.id === id);
  if (model === undefined) throw new Error(`no ${id}`);
  return { requestId: "r", model, stream: true, clientHeaders: {} };
}

describe("createGithubModelsProvider", () => {
  it("knows the catalogue's models before the host has answered", () => {
    respond = () => {};
    const provider = open();
    expect(provider.models().map(({ id }) => id)).toEqual(catalog.offersOf("github-models").map(({ id }) => id));
    expect(provider.status()).toEqual({ status: "ok" });
  });

  it("offers what the host lists, and picks tiers by what the models can do", async () => {
    const provider = open();
    await check(provider);
    expect(provider.models().map(({ id }) => id)).toEqual(["vendor/plain", "vendor/agent"]);
    expect(provider.tiers().big[0]).toBe("vendor/agent");
  });

  it("asks for the catalogue as GitHub wants to be asked", async () => {
    await check(open({ customHeaders: { "x-team": "a" }, apiVersion: "2022-11-28" }));
    expect(requests[0]?.url).toBe("/catalog/models");
    expect(requests[0]?.headers).toMatchObject({
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      "x-team": "a",
      authorization: "Bearer test-key",
    });
  });

  it("does not let a custom header replace the credential", async () => {
    await check(open({ customHeaders: { authorization: "Bearer other" } }));
    expect(requests[0]?.headers.authorization).toBe("Bearer test-key");
  });

  it("sends chat completions below /inference, an organisation's before it, and its catalogue to everybody's", async () => {
    const provider = open({ baseUrl: `${address()}/orgs/acme` });
    await check(provider);
    const context = contextOf(provider, "vendor/agent");
    expect(provider.openAiShaped?.chat?.(context).url).toBe(`${address()}/orgs/acme/inference/chat/completions`);
    expect(requests[0]?.url).toBe("/catalog/models");
  });

  it("keeps the configured models of a tier", async () => {
    const provider = open({ models: { big: ["vendor/plain"], middle: [], small: [] } });
    await check(provider);
    expect(provider.tiers().big).toEqual(["vendor/plain"]);
    expect(provider.tiers().small[0]).toBe("vendor/agent");
  });

  it("has the last good catalogue after a restart, while the host is away", async () => {
    await check(open());
    respond = (_request, response) => void response.writeHead(503).end();
    const restarted = open();
    await expect(check(restarted)).rejects.toMatchObject({ failure: "overloaded" });
    await restarted.close();
    expect(restarted.models().map(({ id }) => id)).toEqual(["vendor/plain", "vendor/agent"]);
  });

  it("says that the service was retired when the host answers 410, and takes it back when it does not", async () => {
    respond = (_request, response) => void response.writeHead(410).end('{"message":"Gone"}');
    const provider = open();
    await expect(check(provider)).rejects.toMatchObject({ failure: "retired" });
    expect(provider.status()).toMatchObject({ status: "retired", reason: expect.stringContaining("2026-07-30") });
    respond = (_request, response) => void response.end(JSON.stringify(listing));
    await check(provider);
    expect(provider.status()).toEqual({ status: "ok" });
  });

  it("learns of the retirement from a request, too", () => {
    const provider = open();
    expect(provider.readFailure?.(410, {}, "")).toMatchObject({ failure: "retired" });
    expect(provider.status().status).toBe("retired");
  });

  it("names a refused token", async () => {
    respond = (_request, response) => void response.writeHead(401).end('{"message":"Bad credentials"}');
    await expect(check(open())).rejects.toMatchObject({ failure: "auth" });
  });

  it("bounds requests by the free tier on the public host, and warns of its retirement", async () => {
    // Nothing leaves this machine: whatever is sent to the public host is answered here.
    client = {
      ...client,
      send: () => {
        const body = Readable.from([Buffer.from(JSON.stringify(listing))]);
        return Promise.resolve({ status: 200, headers: {}, body, sentAt: performance.now() });
      },
    };
    const provider = open({ baseUrl: "https://models.github.ai" });
    expect(warnings[0]).toContain("retired on 2026-07-30");
    for (const model of provider.models())
      expect(model).toMatchObject({ context_window: 8000, max_output_tokens: 4000 });
    await check(provider);
    expect(provider.models().map(({ id }) => id)).toEqual(["vendor/plain", "vendor/agent"]);
    for (const model of provider.models())
      expect(model).toMatchObject({ context_window: 8000, max_output_tokens: 4000 });
  });

  it("is off without a token, and says what to set", () => {
    const { credential: _credential, ...settings } = createProviderSettings({
      kind: "github-models",
      enabled: false,
      missing: ["GITHUB_TOKEN"],
    });
    const provider = createGithubModelsProvider(settings, {
      catalog,
      http: client,
      log: { info: () => {}, warn: () => {} },
      stateDirectory: directory,
    });
    expect(provider.status()).toMatchObject({ status: "unconfigured", missing: ["GITHUB_TOKEN"] });
    expect(requests).toEqual([]);
  });

  it("issues reasoning in the name of the token's account, not of the token", async () => {
    const provider = open();
    await check(provider);
    const target = provider.openAiShaped?.target(contextOf(provider, "vendor/agent"));
    expect(target?.issuer).toMatchObject({ provider: "github-models", model: "vendor/agent" });
    const other = open({ credential: { type: "api_key", value: createSecret("another") } });
    await check(other);
    expect(other.openAiShaped?.target(contextOf(other, "vendor/agent")).issuer.account).not.toBe(
      target?.issuer.account,
    );
    expect(JSON.stringify(target)).not.toContain("test-key");
  });
});
