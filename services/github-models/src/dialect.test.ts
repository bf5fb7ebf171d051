import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";
import { ConformanceBench, readStream } from "@switchyard/provider-kit/conformance";
import { createClaudeCodeRequest, createProviderSettings } from "@switchyard/provider-kit/testing";
import { createHttpClient } from "@switchyard/service-kit";
import { startSimulator, type RecordedRequest } from "@switchyard/simulators";
import { HEADERS } from "@switchyard/wire";

import { createGithubModelsProvider } from "./github-models-provider.ts";

const MODEL = "openai/gpt-4.1";

const bench = new ConformanceBench({
  createProvider: createGithubModelsProvider,
  startSimulator: () => startSimulator("github-models"),
  settings: ({ baseUrl }) => ({ kind: "github-models", baseUrl }),
  model: MODEL,
  countsTokens: false,
});

beforeAll(() => bench.open());
beforeEach(() => bench.reset());
afterAll(() => bench.close());

function lastSent(): RecordedRequest {
  const request = bench.generations().at(-1);
  if (request === undefined) throw new Error("nothing reached the upstream");
  return request;
}

const ask = (changes: object = {}) => bench.post({ body: bench.body(changes), inner: true });

describe("GitHub Models", () => {
  it("is asked below /inference, by publisher and name, in a version of GitHub's API", async () => {
    await (await ask()).text();
    expect(lastSent().path).toBe("/inference/chat/completions");
    expect(lastSent().json).toMatchObject({ model: MODEL, max_tokens: 1024 });
    expect(lastSent().headers).toMatchObject({
      accept: "application/vnd.github+json",
      "x-github-api-version": "2026-03-10",
      authorization: "Bearer test-key",
    });
  });

  it("takes a session of Claude Code where a host gives it the room", async () => {
    bench.reset({ blocks: [{ type: "text", text: "done" }] });
    const response = await bench.post({ body: createClaudeCodeRequest(), inner: true });
    expect(lastSent().refused).toBeUndefined();
    expect(await readStream(response)).toMatchObject({ finished: true, content: [{ text: "done" }] });
  });

  it("says how much the free tier takes, in the words by which the client compacts", async () => {
    bench.reset({ error: { status: 413 } });
    const response = await ask();
    expect(response.headers.get(HEADERS.failure)).toBe("context-too-long");
    expect(await response.text()).toMatch(/prompt is too long: .*8000/);
  });

  it("rests as long as a daily limit says", async () => {
    bench.reset({ error: { status: 429, type: "UserByModelByDay" } });
    const response = await ask();
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("24367");
    expect(response.headers.get(HEADERS.failure)).toBe("throttled");
  });

  it("names a model that it does not have", async () => {
    bench.reset({ error: { status: 404 } });
    expect((await ask()).headers.get(HEADERS.failure)).toBe("model-not-found");
  });

  it("says that a version of the API is no longer served, which a setting mends", async () => {
    const service = await bench.start({ settings: { apiVersion: "2020-01-01" } });
    const response = await bench.post({ inner: true }, service);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("api_version");
    const health = (await (await bench.get("/health", service)).json()) as { status: string };
    expect(health.status).not.toBe("retired");
  });

  it("is honest about its retirement, in answers and in its health", async () => {
    const service = await bench.start();
    bench.reset({ error: { status: 410 }, times: "always" });
    const response = await bench.post({ inner: true }, service);
    expect(response.headers.get(HEADERS.failure)).toBe("retired");
    expect(await response.text()).toContain("2026-07-30");
    const info = (await (await bench.get("/info", service)).json()) as { status: string; reason: string };
    expect(info).toMatchObject({ status: "retired", reason: expect.stringContaining("2026-07-30") });
  });
});

const open = (stateDirectory: string) => {
  const http = createHttpClient({ connectTimeoutMs: 1000 });
  const settings = createProviderSettings({ kind: "github-models", baseUrl: bench.simulator.baseUrl });
  const log = { info: () => {}, warn: () => {} };
  const provider = createGithubModelsProvider(settings, { catalog: createCatalog(), http, log, stateDirectory });
  const close = async () => {
    await provider.close();
    http.close();
  };
  return { provider, close };
};

describe("its catalogue", () => {
  const check = new AbortController().signal;

  it("gives the tiers models that can call tools, and no embeddings", async () => {
    const { provider, close } = open("");
    await provider.check(check);
    const ids = provider.models().map(({ id }) => id);
    expect(ids).not.toContain("openai/text-embedding-3-large");
    const cannot = provider.models().filter(({ capabilities }) => !capabilities.tools);
    expect(cannot.map(({ id }) => id)).toContain("microsoft/phi-4");
    for (const [best] of Object.values(provider.tiers())) expect(cannot.map(({ id }) => id)).not.toContain(best);
    await close();
  });

  it("outlives a restart on disk, and is asked for again only when it has changed", async () => {
    const directory = await mkdtemp(join(tmpdir(), "github-models-"));
    const first = open(directory);
    await first.provider.check(check);
    const models = first.provider.models();
    await first.close();
    const second = open(directory);
    await second.provider.check(check);
    expect(second.provider.models()).toEqual(models);
    await second.close();
    await rm(directory, { recursive: true });
  });
});
