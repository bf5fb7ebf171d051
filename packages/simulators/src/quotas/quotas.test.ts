import { afterEach, describe, expect, it } from "@jest/globals";
import { createMessagesClient, type MessagesClient } from "../messages/messages-client.fixture.ts";
import { at, closeSessions, errorOf, openSession } from "../openai/__fixtures__/session.ts";
import type { QuotaRule } from "./quota-rule.ts";

const START = Date.UTC(2026, 10, 21, 12, 0, 0);
const ASK = { model: "claude-sonnet-5-5", max_tokens: 500, messages: [{ role: "user", content: "hello" }] };
/** 8,000 characters of text with a cache marker behind it: 2,000 tokens and a few of framing. */
const CACHED = {
  ...ASK,
  system: [{ type: "text", text: "long ".repeat(1_600), cache_control: { type: "ephemeral" } }],
};

const clients: MessagesClient[] = [];
let now = START;

async function openAnthropic(...quotas: QuotaRule[]): Promise<MessagesClient> {
  now = START;
  const client = await createMessagesClient("anthropic", "/v1/messages", { quotas, now: () => now });
  clients.push(client);
  return client;
}

async function openChat(kind: "openai" | "azure" | "gemini" | "github-models", quotas: QuotaRule[]) {
  now = START;
  const path = { openai: "/v1", azure: "/openai/v1", gemini: "/v1beta/openai", "github-models": "/inference" }[kind];
  return openSession(kind, { path: `${path}/chat/completions`, quotas, now: () => now });
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await closeSessions();
});

const remainingOf = (reply: { headers: Headers }, name: string): number =>
  Number(reply.headers.get(`anthropic-ratelimit-${name}-remaining`));

describe("quotas of the Anthropic simulator", () => {
  it("refuse in its words, with its headers and the time until there is room", async () => {
    const client = await openAnthropic({ resource: "requests", limit: 2, algorithm: "token_bucket" });
    const statuses = [(await client.post(ASK)).status, (await client.post(ASK)).status];
    const refused = await client.post(ASK);
    expect([...statuses, refused.status]).toEqual([200, 200, 429]);
    expect(refused.json).toMatchObject({
      type: "error",
      error: {
        type: "rate_limit_error",
        message: expect.stringContaining("rate limit of 2 requests per minute"),
      },
    });
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      "retry-after": "30",
      "anthropic-ratelimit-requests-limit": "2",
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-11-21T12:01:00Z",
    });
    now += 30_000;
    expect((await client.post(ASK)).status).toBe(200);
  });

  it("tell of the limits that there are, and of no others, on successes too", async () => {
    const client = await openAnthropic({ resource: "input_tokens", limit: 10_000 });
    const names = [...(await client.post(ASK)).headers.keys()].filter((name) => name.includes("ratelimit"));
    expect(names).toEqual(["limit", "remaining", "reset"].map((end) => `anthropic-ratelimit-input-tokens-${end}`));
  });

  it("take the parts of a prompt that are written to the cache, and not those that are read", async () => {
    const client = await openAnthropic({ resource: "input_tokens", limit: 3_000 });
    const cold = remainingOf(await client.post(CACHED), "input-tokens");
    const warm = remainingOf(await client.post(CACHED), "input-tokens");
    expect(3_000 - cold).toBeGreaterThan(2_000);
    expect(cold - warm).toBeLessThan(50);
  });

  it("refuse a prompt that is cold, where the same would fit if it were cached", async () => {
    const client = await openAnthropic({ resource: "input_tokens", limit: 3_000 });
    await client.post(CACHED);
    const other = { ...CACHED, model: "claude-opus-5-5" };
    expect([(await client.post(other)).status, (await client.post(CACHED)).status]).toEqual([429, 200]);
  });

  it("forget a cached prompt after its time, which can be shortened", async () => {
    now = START;
    const options = {
      quotas: [{ resource: "input_tokens" as const, limit: 100_000 }],
      promptCacheMs: 500,
      now: () => now,
    };
    const client = await createMessagesClient("anthropic", "/v1/messages", options);
    clients.push(client);
    const costs: number[] = [];
    let before = 100_000;
    for (const pause of [0, 499, 500]) {
      now += pause;
      const left = remainingOf(await client.post(CACHED), "input-tokens");
      costs.push(before - left);
      before = left;
    }
    expect(costs.map((cost) => cost > 2_000)).toEqual([true, false, true]);
  });

  it("count output when it is there, whatever max_tokens says", async () => {
    const client = await openAnthropic({ resource: "output_tokens", limit: 100 });
    client.simulator.script({ blocks: [{ type: "text", text: "short" }], usage: { output: 90 } });
    client.simulator.script({ blocks: [{ type: "text", text: "long" }], usage: { output: 250 } });
    expect((await client.post(ASK)).status).toBe(200);
    expect(remainingOf(await client.post(ASK), "output-tokens")).toBe(10);
    const refused = await client.post(ASK);
    expect([refused.status, refused.json.error?.message]).toEqual([
      429,
      expect.stringContaining("100 output tokens per minute"),
    ]);
    expect(client.simulator.quotas.report().quotas[0]).toMatchObject({ accepted: 340, overshoot: 240, peak: 3.4 });
  });

  it("count only the output that was produced before the client left", async () => {
    const client = await openAnthropic({ resource: "output_tokens", limit: 1_000 });
    client.simulator.script({
      blocks: [{ type: "text", text: "word ".repeat(100) }],
      usage: { output: 600 },
      fault: { type: "hang", afterEvents: 12 },
    });
    const leaving = new AbortController();
    const answer = await fetch(`${client.simulator.url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": "key", "anthropic-version": "2023-06-01", "content-type": "application/json" },
      body: JSON.stringify({ ...ASK, stream: true }),
      signal: leaving.signal,
    });
    await client.simulator.waitFor((request) => request.eventsWritten === 12);
    leaving.abort();
    await answer.text().catch(() => "left");
    await client.simulator.waitFor((request) => request.abortedAt !== undefined);
    const counted = client.simulator.quotas.report().quotas[0]?.accepted ?? 0;
    expect(counted).toBeGreaterThan(100);
    expect(counted).toBeLessThan(400);
  });

  it("say whether a request would fit, with the output that is known of it", async () => {
    const { simulator } = await openAnthropic(
      { resource: "output_tokens", limit: 1_000 },
      { resource: "input_tokens", limit: 400 },
    );
    const room = (input: number, output?: number): number =>
      simulator.quotas.roomAfter("claude-sonnet-5-5", {
        input,
        prompt: 5_000,
        ...(output === undefined ? {} : { output }),
      });
    expect([room(100), room(100, 900), room(500), room(100, 1_500)]).toEqual([0.75, 0.1, -0.25, -0.5]);
  });

  it("give a place back when its answer has ended", async () => {
    const client = await openAnthropic({ resource: "concurrency", limit: 1 });
    client.simulator.script({ fault: { type: "hang", afterEvents: 1 } });
    const leaving = new AbortController();
    const first = fetch(`${client.simulator.url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": "key", "anthropic-version": "2023-06-01", "content-type": "application/json" },
      body: JSON.stringify({ ...ASK, stream: true }),
      signal: leaving.signal,
    }).then((answer) => answer.text());
    await client.simulator.waitFor((request) => request.eventsWritten === 1);
    expect((await client.post(ASK)).status).toBe(429);
    leaving.abort();
    await expect(first).rejects.toThrow();
    await client.simulator.waitFor((request) => request.abortedAt !== undefined);
    expect([(await client.post(ASK)).status, (await client.post(ASK)).status]).toEqual([200, 200]);
  });

  it("scale what is told in seconds with the window", async () => {
    const client = await openAnthropic({ resource: "requests", limit: 1, windowMs: 6_000 });
    await client.post(ASK);
    now += 50;
    const refused = await client.post(ASK);
    expect(refused.headers.get("retry-after")).toBe("6");
    now += 1_075;
    const later = await client.post(ASK);
    expect(later.headers.get("retry-after")).toBe("4.9");
    expect(later.headers.get("anthropic-ratelimit-requests-reset")).toBe("2026-11-21T12:00:06Z");
  });

  it("are set, shown and begun anew by other processes", async () => {
    const client = await openAnthropic();
    const control = `${client.simulator.url}/__control/quotas`;
    const set = (rules: unknown) => fetch(control, { method: "POST", body: JSON.stringify(rules) });
    expect((await set([{ resource: "requests", limit: 1, bucket: "all" }])).status).toBe(200);
    const statuses = [(await client.post(ASK)).status, (await client.post(ASK)).status];
    expect(statuses).toEqual([200, 429]);
    expect(await (await fetch(control)).json()).toMatchObject({
      accepted: 1,
      refused: 1,
      quotas: [{ rule: { bucket: "all", algorithm: "sliding_window", windowMs: 60_000 }, refusals: 1, peak: 1 }],
    });
    const wrong = await set([{ resource: "requests" }]);
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining("limit")]);
  });

  it("are not touched by requests that are wrong, or that generate nothing", async () => {
    const client = await openAnthropic({ resource: "requests", limit: 1 });
    await client.post({ ...ASK, max_tokens: "many" });
    await client.get("/v1/models");
    expect((await client.post(ASK)).status).toBe(200);
  });
});

describe("quotas of other simulators", () => {
  const CHAT = { model: "gpt-4.1", messages: [{ role: "user", content: "hello" }], max_completion_tokens: 600 };

  it("of OpenAI take the larger of prompt and output limit, and tell durations as Go prints them", async () => {
    const { ask } = await openChat("openai", [
      { resource: "tokens", limit: 1_000, algorithm: "token_bucket" },
      { resource: "requests", limit: 10, algorithm: "token_bucket" },
    ]);
    const first = await ask(CHAT);
    expect(Object.fromEntries(first.headers)).toMatchObject({
      "x-ratelimit-limit-tokens": "1000",
      "x-ratelimit-remaining-tokens": "400",
      "x-ratelimit-reset-tokens": "36s",
      "x-ratelimit-remaining-requests": "9",
      "x-ratelimit-reset-requests": "6s",
    });
    const second = await ask(CHAT);
    expect([second.status, second.headers.get("retry-after"), second.headers.get("retry-after-ms")]).toEqual([
      429,
      "12",
      "12000",
    ]);
    expect(errorOf(second)).toMatchObject({
      type: "tokens",
      code: "rate_limit_exceeded",
      message: expect.stringMatching(/Limit 1000, Used 600, Requested 600\. Please try again in 12s\./),
    });
  });

  it("of Azure take prompt and output limit together and refuse bursts within the minute", async () => {
    const { ask } = await openChat("azure", [
      { resource: "requests", limit: 6, algorithm: "sub_windows", subWindowMs: 10_000 },
      { resource: "tokens", limit: 10_000, algorithm: "fixed_window" },
    ]);
    const first = await ask(CHAT);
    expect(Number(first.headers.get("x-ratelimit-remaining-tokens"))).toBeLessThan(9_400);
    expect(first.headers.get("x-ratelimit-reset-tokens")).toBeNull();
    const second = await ask(CHAT);
    expect([second.status, second.headers.get("retry-after-ms"), errorOf(second)["code"]]).toEqual([
      429,
      "10000",
      "RateLimitReached",
    ]);
    now += 10_000;
    expect((await ask(CHAT)).status).toBe(200);
  });

  it("of Gemini tell the wait in the body alone", async () => {
    const { ask } = await openChat("gemini", [{ resource: "requests", limit: 1, algorithm: "sliding_window" }]);
    const asked = { model: "gemini-4-argon", messages: CHAT.messages };
    await ask(asked);
    now += 20_000;
    const refused = await ask(asked);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, null]);
    expect(at(errorOf(refused), "details", 2)).toEqual({
      "@type": "type.googleapis.com/google.rpc.RetryInfo",
      retryDelay: "40s",
    });
  });

  it("of GitHub Models name their kind", async () => {
    const { ask } = await openChat("github-models", [{ resource: "requests", limit: 1 }]);
    const asked = { model: "openai/gpt-4.1", messages: CHAT.messages };
    await ask(asked);
    const refused = await ask(asked);
    expect([refused.status, refused.headers.get("x-ratelimit-type"), refused.headers.get("retry-after")]).toEqual([
      429,
      "UserByModelByMinute",
      "60",
    ]);
  });

  it("of Vertex AI tell nothing but that it is too much", async () => {
    const client = await createMessagesClient(
      "vertex",
      "/v1/projects/p/locations/global/publishers/anthropic/models/claude-sonnet-5-5:rawPredict",
      { quotas: [{ resource: "requests", limit: 1, models: ["claude-sonnet-*"] }] },
    );
    clients.push(client);
    const { model: _model, ...rest } = ASK;
    const asked = { ...rest, anthropic_version: "vertex-2023-10-16" };
    expect((await client.post(asked)).status).toBe(200);
    const refused = await client.post(asked);
    expect([refused.status, refused.json.error]).toEqual([
      429,
      expect.objectContaining({ status: "RESOURCE_EXHAUSTED" }),
    ]);
    expect([...refused.headers.keys()].filter((name) => /limit|retry/.test(name))).toEqual([]);
  });
});
