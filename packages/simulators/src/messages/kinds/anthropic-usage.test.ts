import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessagesClient, readEvents } from "../messages-client.fixture.ts";
import type { MessagesClient } from "../messages-client.fixture.ts";

const BASE = { model: "claude-opus-5", max_tokens: 4_000, messages: [{ role: "user" as const, content: "hi" }] };

const marked = (text: string) => ({ type: "text" as const, text, cache_control: { type: "ephemeral" as const } });

describe("the usage that the Anthropic simulator reports", () => {
  let client: MessagesClient;
  beforeAll(async () => {
    client = await createMessagesClient("anthropic", "/v1/messages");
  });
  afterEach(() => client.simulator.reset());
  afterAll(() => client.close());

  const long = "x".repeat(8_000);
  const ask = async (messages: Anthropic.MessageParam[], apiKey = "usage"): Promise<Anthropic.Usage> => {
    const other = new Anthropic({ apiKey, baseURL: client.simulator.url, maxRetries: 0 });
    return (await other.messages.create({ ...BASE, messages })).usage;
  };

  it("writes a marked prefix once, reads it afterwards, and writes only what is new", async () => {
    const first = await ask([{ role: "user", content: [marked(long)] }], "cache-1");
    expect(first.cache_creation_input_tokens).toBeGreaterThan(1_900);
    expect(first.cache_read_input_tokens).toBe(0);
    const second = await ask([{ role: "user", content: [marked(long)] }], "cache-1");
    expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
    expect(second.cache_creation_input_tokens).toBe(0);
    const third = await ask(
      [
        { role: "user", content: [{ type: "text", text: long }] },
        { role: "assistant", content: "answer" },
        { role: "user", content: [marked("more words")] },
      ],
      "cache-1",
    );
    expect(third.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
    expect(third.cache_creation_input_tokens).toBeGreaterThan(0);
    expect(third.input_tokens).toBeGreaterThan(0);
  });

  it("keeps the prefixes of two credentials apart", async () => {
    await ask([{ role: "user", content: [marked(long)] }], "cache-2");
    expect((await ask([{ role: "user", content: [marked(long)] }], "cache-3")).cache_read_input_tokens).toBe(0);
  });

  it("caches nothing that is too short", async () => {
    expect((await ask([{ role: "user", content: [marked("short")] }])).cache_creation_input_tokens).toBe(0);
  });

  it("tells five-minute and one-hour writes apart", async () => {
    const hour = { ...marked(long), cache_control: { type: "ephemeral" as const, ttl: "1h" as const } };
    const usage = await ask([{ role: "user", content: [hour, marked(`${long}y`)] }], "cache-4");
    expect(usage.cache_creation?.ephemeral_1h_input_tokens).toBeGreaterThan(1_900);
    expect(usage.cache_creation?.ephemeral_5m_input_tokens).toBeGreaterThan(1_900);
  });

  it("forgets a prefix when its time is over", async () => {
    let now = 1_000_000;
    const timed = await createMessagesClient("anthropic", "/v1/messages", { now: () => now });
    const body = { ...BASE, messages: [{ role: "user", content: [marked(long)] }] };
    const read = async (): Promise<unknown> =>
      ((await timed.post(body)).json["usage"] as Anthropic.Usage).cache_read_input_tokens;
    await read();
    now += 4 * 60_000;
    expect(await read()).toBeGreaterThan(0);
    now += 6 * 60_000;
    expect(await read()).toBe(0);
    await timed.close();
  });

  it("has the scenario's figures where it gives any", async () => {
    client.simulator.script({
      blocks: [{ type: "text", text: "x" }],
      usage: { input: 100, cacheRead: 60, cacheWrite: 30, output: 7, reasoning: 2 },
    });
    expect(await ask(BASE.messages)).toMatchObject({
      input_tokens: 10,
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 30,
      output_tokens: 7,
      output_tokens_details: { thinking_tokens: 2 },
    });
  });

  it.each([
    ["early", 10, 10],
    ["late", 0, 10],
    ["never", 0, 0],
  ] as const)("comes %s in a stream", async (when, atStart, atEnd) => {
    client.simulator.script({ blocks: [{ type: "text", text: "x" }], usage: { input: 10, output: 5, when } });
    const events = readEvents((await client.post({ ...BASE, stream: true })).text);
    const start = events.find((event) => event.type === "message_start") as
      | { message?: { usage: Anthropic.Usage } }
      | undefined;
    const end = events.find((event) => event.type === "message_delta") as { usage?: Anthropic.Usage } | undefined;
    expect([start?.message?.usage.input_tokens, end?.usage?.input_tokens]).toEqual([atStart, atEnd]);
  });
});

describe("the rate limits of the Anthropic simulator", () => {
  let client: MessagesClient;
  beforeAll(async () => {
    client = await createMessagesClient("anthropic", "/v1/messages");
  });
  afterEach(() => client.simulator.reset());
  afterAll(() => client.close());

  it("show on every answer what is left", async () => {
    const still = await createMessagesClient("anthropic", "/v1/messages", {
      limits: { requests: 4000, outputTokens: 800_000 },
      now: () => 1_000_000,
    });
    const before = await still.post(BASE);
    const after = await still.post(BASE);
    await still.close();
    expect(before.headers.get("anthropic-ratelimit-requests-limit")).toBe("4000");
    expect(before.headers.get("anthropic-ratelimit-requests-reset")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const remaining = (reply: typeof before): number =>
      Number(reply.headers.get("anthropic-ratelimit-output-tokens-remaining"));
    expect(remaining(after)).toBeLessThan(remaining(before));
  });

  it("are enforced when asked for, until they have refilled", async () => {
    let now = 1_000_000;
    const limited = await createMessagesClient("anthropic", "/v1/messages", {
      limits: { requests: 2 },
      enforceLimits: true,
      now: () => now,
    });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await limited.post(BASE)).status);
    const refused = await limited.post(BASE);
    expect(statuses).toEqual([200, 200, 429]);
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(refused.json.error?.message).toMatch(/rate limit of 2 requests per minute/);
    now += 30_000;
    expect((await limited.post(BASE)).status).toBe(200);
    await limited.close();
  });
});
