import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Scenario } from "../../scenario.ts";
import { createMessagesClient, readEvents } from "../messages-client.fixture.ts";
import type { MessagesClient } from "../messages-client.fixture.ts";

const BASE = { model: "claude-opus-5", max_tokens: 4_000, messages: [{ role: "user" as const, content: "hi" }] };
const TOOLS = [{ name: "Look", input_schema: { type: "object" as const } }];
const ALL_BLOCKS: Scenario["blocks"] = [
  { type: "reasoning", text: "What could they want? Let me look." },
  { type: "reasoning", text: "secret", redacted: true },
  { type: "text", text: "I look twice. 🚂" },
  { type: "tool_call", name: "Look", input: { where: "there", "1": [1, 2, { deep: "x" }] } },
  { type: "tool_call", name: "Look", input: {} },
];

describe("the Anthropic simulator answers", () => {
  let client: MessagesClient;
  let sdk: Anthropic;
  beforeAll(async () => {
    client = await createMessagesClient("anthropic", "/v1/messages");
    sdk = new Anthropic({ apiKey: "key", baseURL: client.simulator.url, maxRetries: 0 });
  });
  afterEach(() => client.simulator.reset());
  afterAll(() => client.close());

  const THINKING = { type: "adaptive", display: "summarized" } as const;

  it("every kind of block to the official SDK's streaming helper, whatever the size of its deltas", async () => {
    for (const deltaCharacters of [1, 7, 1_000]) {
      client.simulator.script({ blocks: ALL_BLOCKS ?? [], delivery: { deltaCharacters } });
      const message = await sdk.messages.stream({ ...BASE, tools: TOOLS, thinking: THINKING }).finalMessage();
      expect(message.content).toMatchObject([
        { type: "thinking", thinking: "What could they want? Let me look." },
        { type: "redacted_thinking" },
        { type: "text", text: "I look twice. 🚂" },
        { type: "tool_use", name: "Look", input: { where: "there", "1": [1, 2, { deep: "x" }] } },
        { type: "tool_use", name: "Look", input: {} },
      ]);
      expect(message.stop_reason).toBe("tool_use");
    }
  });

  it("the same content streamed and not", async () => {
    client.simulator.script({ times: 2, blocks: [{ type: "text", text: "same" }] });
    const streamed = await sdk.messages.stream(BASE).finalMessage();
    const whole = await sdk.messages.create(BASE);
    expect(streamed.content).toEqual(whole.content);
    expect(streamed.usage).toEqual(whole.usage);
  });

  it("in the legal order of events, with the ping of the real API", async () => {
    client.simulator.script({ blocks: ALL_BLOCKS ?? [], delivery: { deltaCharacters: 1_000 } });
    const reply = await client.post({ ...BASE, stream: true, tools: TOOLS, thinking: THINKING });
    expect(
      readEvents(reply.text).map(({ type, index }) => (index === undefined ? type : `${type} ${String(index)}`)),
    ).toEqual([
      "message_start",
      "content_block_start 0",
      "ping",
      "content_block_delta 0",
      "content_block_delta 0",
      "content_block_stop 0",
      "content_block_start 1",
      "content_block_stop 1",
      "content_block_start 2",
      "content_block_delta 2",
      "content_block_stop 2",
      "content_block_start 3",
      "content_block_delta 3",
      "content_block_delta 3",
      "content_block_stop 3",
      "content_block_start 4",
      "content_block_delta 4",
      "content_block_stop 4",
      "message_delta",
      "message_stop",
    ]);
  });

  it("at least as many events as asked for", async () => {
    client.simulator.script({ blocks: [{ type: "text", text: "some words" }], delivery: { events: 50 } });
    const reply = await client.post({ ...BASE, stream: true });
    expect(readEvents(reply.text).length).toBeGreaterThanOrEqual(50);
    expect(readEvents(reply.text).length).toBeLessThan(55);
  });

  it.each([
    ["whole", ["", '{"a":"some text"}']],
    ["empty", [""]],
  ] as const)("tool arguments that travel %s", async (toolArguments, wanted) => {
    client.simulator.script({
      blocks: [{ type: "tool_call", name: "Look", input: { a: "some text" } }],
      delivery: { toolArguments, deltaCharacters: 3 },
    });
    const reply = await client.post({ ...BASE, stream: true, tools: TOOLS });
    const deltas = readEvents(reply.text).filter((event) => event.type === "content_block_delta");
    expect(deltas.map((event) => (event["delta"] as { partial_json: string }).partial_json)).toEqual(wanted);
  });

  describe("thinking", () => {
    const think = async (
      thinking: Anthropic.ThinkingConfigParam | undefined,
      model = BASE.model,
    ): Promise<Anthropic.Message> => {
      client.simulator.script({
        blocks: [
          { type: "reasoning", text: "deep" },
          { type: "text", text: "so" },
        ],
      });
      return sdk.messages.create({ ...BASE, model, ...(thinking === undefined ? {} : { thinking }) });
    };

    it("shown, omitted or absent as the request asks", async () => {
      expect((await think(THINKING)).content[0]).toMatchObject({ type: "thinking", thinking: "deep" });
      expect((await think({ type: "adaptive", display: "omitted" })).content[0]).toMatchObject({
        type: "thinking",
        thinking: "",
      });
      expect((await think({ type: "adaptive" })).content[0]).toMatchObject({ type: "thinking", thinking: "" });
      expect((await think(undefined)).content[0]).toMatchObject({ type: "text" });
      expect((await think({ type: "disabled" })).content[0]).toMatchObject({ type: "text" });
    });

    const replay = async (content: unknown[], model = BASE.model): Promise<{ status: number; notes: string[] }> => {
      const messages = [...BASE.messages, { role: "assistant", content }, { role: "user", content: "go on" }];
      const { status } = await client.post({ ...BASE, model, messages });
      return { status, notes: client.simulator.requests.at(-1)?.notes ?? [] };
    };

    it("that comes back as it was given is taken", async () => {
      const { content } = await think(THINKING);
      expect(await replay(content)).toEqual({ status: 200, notes: [] });
    });

    it("that was altered by one character is refused", async () => {
      const { content } = await think(THINKING);
      const [block, ...rest] = content as Anthropic.ThinkingBlock[];
      expect((await replay([{ ...block, thinking: "deep " }, ...rest])).status).toBe(400);
      const signature = (block?.signature ?? "").replace(/^./, (first) => (first === "e" ? "f" : "e"));
      expect((await replay([{ ...block, signature }, ...rest])).status).toBe(400);
    });

    it("of another model line is dropped with a note, as the real API does", async () => {
      const { content } = await think(THINKING);
      expect(await replay(content, "claude-sonnet-5-5")).toEqual({
        status: 200,
        notes: ["messages.1.content.0 dropped: model_binding_mismatch"],
      });
    });

    it("of another organisation is dropped with a note, that of another secret is refused", async () => {
      const { content } = await think(THINKING);
      const messages = [...BASE.messages, { role: "assistant", content }, { role: "user", content: "go on" }];
      const path = "/v1/projects/p/locations/global/publishers/anthropic/models/claude-opus-5:rawPredict";
      const { model: _model, ...body } = { ...BASE, messages, anthropic_version: "vertex-2023-10-16" };
      const vertex = await createMessagesClient("vertex", path);
      expect((await vertex.post(body)).status).toBe(200);
      expect(vertex.simulator.requests[0]?.notes).toEqual([
        "messages.1.content.0 dropped: organization_binding_mismatch",
      ]);
      await vertex.close();
      const stranger = await createMessagesClient("anthropic", "/v1/messages", { signatureSecret: "other" });
      expect((await stranger.post({ ...BASE, messages })).status).toBe(400);
      await stranger.close();
    });

    it("of a redacted block round trips", async () => {
      client.simulator.script({
        blocks: [
          { type: "reasoning", text: "x", redacted: true },
          { type: "text", text: "so" },
        ],
      });
      const { content } = await sdk.messages.create({ ...BASE, thinking: THINKING });
      expect(content[0]?.type).toBe("redacted_thinking");
      expect(await replay(content)).toEqual({ status: 200, notes: [] });
    });
  });

  describe("usage", () => {
    const long = "x".repeat(8_000);
    const marked = (text: string) => ({ type: "text" as const, text, cache_control: { type: "ephemeral" as const } });
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

  it.each([
    ["refusal", { stop_reason: "refusal", stop_details: { type: "refusal" } }],
    ["max_tokens", { stop_reason: "max_tokens" }],
    ["model_context_window_exceeded", { stop_reason: "model_context_window_exceeded" }],
    ["pause_turn", { stop_reason: "pause_turn" }],
  ])("the stop reason %s", async (stopReason, wanted) => {
    client.simulator.script({ times: 2, blocks: [{ type: "text", text: "x" }], stopReason });
    expect(await sdk.messages.create(BASE)).toMatchObject(wanted);
    expect(await sdk.messages.stream(BASE).finalMessage()).toMatchObject(wanted);
  });

  it("a stop sequence", async () => {
    client.simulator.script({
      blocks: [{ type: "text", text: "x" }],
      stopReason: "stop_sequence",
      stopSequence: "END",
    });
    expect(await sdk.messages.create(BASE)).toMatchObject({ stop_reason: "stop_sequence", stop_sequence: "END" });
  });

  it("the fields of the API version that was asked for", async () => {
    const older = (await client.post(BASE)).json;
    const newer = (await client.post(BASE, { headers: { "anthropic-version": "2026-10-21" } })).json;
    expect(Object.keys(newer)).toEqual(expect.arrayContaining(["container", "diagnostics", "stop_details"]));
    expect(older).not.toHaveProperty("diagnostics");
    expect(newer["usage"]).toMatchObject({ server_tool_use: null, speed: "standard" });
  });

  it("what context management did, to whoever asked for it", async () => {
    const headers = { "anthropic-beta": "context-management-2025-06-27" };
    const body = { ...BASE, context_management: { edits: [] } };
    expect((await client.post(body, { headers })).json["context_management"]).toEqual({ applied_edits: [] });
    const events = readEvents((await client.post({ ...body, stream: true }, { headers })).text);
    expect(events.at(-2)).toMatchObject({ type: "message_delta", context_management: { applied_edits: [] } });
  });

  it("with the full id of the model and a request id", async () => {
    const reply = await client.post({ ...BASE, model: "claude-haiku-4-5" });
    expect(reply.json["model"]).toBe("claude-haiku-4-5-20251001");
    expect(reply.headers.get("request-id")).toMatch(/^req_011/);
  });

  describe("errors", () => {
    it.each([
      [400, "invalid_request_error"],
      [401, "authentication_error"],
      [402, "billing_error"],
      [403, "permission_error"],
      [404, "not_found_error"],
      [413, "request_too_large"],
      [429, "rate_limit_error"],
      [500, "api_error"],
      [504, "timeout_error"],
      [529, "overloaded_error"],
    ])("%i as %s", async (status, type) => {
      client.simulator.script({ error: { status } });
      const reply = await client.post(BASE);
      expect([reply.status, reply.json.error?.type, reply.json.type]).toEqual([status, type, "error"]);
      expect(reply.json["request_id"]).toBe(reply.headers.get("request-id"));
    });

    it("inside a stream, in the words that the SDK understands", async () => {
      client.simulator.script({
        blocks: [{ type: "text", text: "some words" }],
        fault: { type: "error_in_200", afterEvents: 4 },
      });
      await expect(sdk.messages.stream(BASE).finalMessage()).rejects.toMatchObject({ type: "overloaded_error" });
    });
  });

  describe("rate limits", () => {
    it("show on every answer what is left", async () => {
      const before = await client.post(BASE, { headers: { authorization: "Bearer limits" } });
      const after = await client.post(BASE, { headers: { authorization: "Bearer limits" } });
      expect(before.headers.get("anthropic-ratelimit-requests-limit")).toBe("4000");
      expect(before.headers.get("anthropic-ratelimit-requests-reset")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const remaining = (reply: typeof before): number =>
        Number(reply.headers.get("anthropic-ratelimit-output-tokens-remaining"));
      expect(remaining(after)).toBeLessThanOrEqual(remaining(before));
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

  describe("the other endpoints", () => {
    it("count tokens of everything, without max_tokens", async () => {
      const { max_tokens: _limit, ...prompt } = BASE;
      const small = await sdk.messages.countTokens(prompt);
      const large = await sdk.messages.countTokens({ ...prompt, system: "s".repeat(400), tools: TOOLS });
      expect(large.input_tokens).toBeGreaterThan(small.input_tokens + 100);
      expect((await client.post(BASE, { path: "/v1/messages/count_tokens" })).json.error?.message).toBe(
        "max_tokens: Extra inputs are not permitted",
      );
    });

    it("count an over-long prompt instead of refusing it", async () => {
      const body = { model: "claude-haiku-4-5", messages: [{ role: "user", content: "x".repeat(900_000) }] };
      const reply = await client.post(body, { path: "/v1/messages/count_tokens" });
      expect([reply.status, Number(reply.json["input_tokens"]) > 200_000]).toEqual([200, true]);
    });

    it("list models by pages", async () => {
      const ids: string[] = [];
      for await (const model of sdk.models.list({ limit: 4 })) ids.push(model.id);
      expect(ids.length).toBeGreaterThan(10);
      expect(new Set(ids).size).toBe(ids.length);
      expect((await client.get("/v1/models?limit=1000")).json).toMatchObject({ has_more: false, first_id: ids[0] });
    });

    it("tell of one model, and 404 of one that there is not", async () => {
      expect(await sdk.models.retrieve("claude-sonnet-4-5")).toMatchObject({
        id: "claude-sonnet-4-5-20250929",
        type: "model",
      });
      expect((await client.get("/v1/models/gpt-5")).status).toBe(404);
    });

    it("are failed by a scenario that names their path only", async () => {
      client.simulator.script({ error: { status: 500 }, times: "always" });
      expect((await client.get("/v1/models")).status).toBe(200);
      client.simulator.script({ match: { path: "/v1/models" }, error: { status: 500 } });
      expect((await client.get("/v1/models")).status).toBe(500);
    });
  });
});
