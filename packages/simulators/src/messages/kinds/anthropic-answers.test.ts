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
      readEvents(reply.text).map(({ type, index }) => (index === undefined ? type : `${type} ${index as number}`)),
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
});
