import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessagesClient } from "../messages-client.fixture.ts";
import type { MessagesClient } from "../messages-client.fixture.ts";

const user = (content: unknown): unknown => ({ role: "user", content });
const assistant = (content: unknown): unknown => ({ role: "assistant", content });
const CALL = { type: "tool_use", id: "t1", name: "Look", input: {} };
const RESULT = { type: "tool_result", tool_use_id: "t1", content: "ok" };
const THOUGHT = { type: "thinking", thinking: "why", signature: "anything" };
const BASE = { model: "deepseek-flash", max_tokens: 1_000, messages: [user("hi")] };

describe("DeepSeek's Messages endpoint", () => {
  let client: MessagesClient;
  beforeAll(async () => {
    client = await createMessagesClient("deepseek", "/anthropic/v1/messages");
  });
  afterEach(() => client.simulator.reset());
  afterAll(() => client.close());

  it.each([
    ["claude-opus-4-8", "deepseek-v4-pro"],
    ["claude-sonnet-5", "deepseek-flash"],
    ["claude-anything", "deepseek-flash"],
    ["deepseek-v4-pro", "deepseek-v4-pro"],
  ])("answers %s as %s", async (asked, answered) => {
    expect((await client.post({ ...BASE, model: asked })).json["model"]).toBe(answered);
  });

  it("ignores version, betas and fields that it does not know", async () => {
    const headers = { "anthropic-version": undefined, "anthropic-beta": "nonsense" };
    const body = {
      ...BASE,
      container: "c",
      mcp_servers: [],
      foo: 1,
      context_management: {},
      tools: [{ name: "a", defer_loading: true }],
    };
    expect((await client.post(body, { headers })).status).toBe(200);
  });

  it("thinks unless told not to", async () => {
    const blocks = [
      { type: "reasoning" as const, text: "why" },
      { type: "text" as const, text: "so" },
    ];
    client.simulator.script({ times: 2, blocks });
    const types = async (body: object): Promise<string[]> =>
      ((await client.post(body)).json["content"] as { type: string }[]).map((block) => block.type);
    expect(await types(BASE)).toEqual(["thinking", "text"]);
    expect(await types({ ...BASE, thinking: { type: "disabled" } })).toEqual(["text"]);
  });

  it.each([
    [
      "another vendor's model",
      { ...BASE, model: "gpt-5" },
      "The supported API model names are deepseek-v4-pro or deepseek-flash, but you passed gpt-5.",
    ],
    [
      "a missing max_tokens",
      { ...BASE, max_tokens: undefined },
      "Failed to deserialize the JSON body into the target type: missing field `max_tokens`",
    ],
    ["no messages", { ...BASE, messages: [] }, "Empty input messages"],
    [
      "a system message",
      { ...BASE, messages: [user("a"), { role: "system", content: "x" }] },
      "Failed to deserialize the JSON body into the target type: messages[1].role: unknown variant `system`, expected `user` or `assistant`",
    ],
    [
      "an image",
      { ...BASE, messages: [user([{ type: "image", source: {} }])] },
      /messages\[0\]: unknown variant `image`/,
    ],
    [
      "a tool reference",
      {
        ...BASE,
        messages: [
          user("a"),
          assistant([THOUGHT, CALL]),
          user([{ ...RESULT, content: [{ type: "tool_reference", tool_name: "x" }] }]),
        ],
      },
      /messages\[2\]: unknown variant `tool_reference`/,
    ],
    [
      "an unanswered call",
      { ...BASE, messages: [user("a"), assistant([THOUGHT, CALL]), user("b")] },
      /^messages\.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1\./,
    ],
    [
      "a tool turn that lost its thinking",
      { ...BASE, messages: [user("a"), assistant([CALL]), user([RESULT])] },
      "The `content[].thinking` in the thinking mode must be passed back to the API.",
    ],
  ])("refuses %s", async (_fact, body, message) => {
    const reply = await client.post(body);
    expect([reply.status, reply.json.error?.type]).toEqual([400, "invalid_request_error"]);
    if (typeof message === "string") expect(reply.json.error?.message).toBe(message);
    else expect(reply.json.error?.message).toMatch(message);
  });

  it.each([
    ["a tool turn with its thinking", { ...BASE, messages: [user("a"), assistant([THOUGHT, CALL]), user([RESULT])] }],
    [
      "a tool turn without, when thinking is off",
      { ...BASE, thinking: { type: "disabled" }, messages: [user("a"), assistant([CALL]), user([RESULT])] },
    ],
  ])("takes %s", async (_fact, body) => {
    expect((await client.post(body)).status).toBe(200);
  });

  it("refuses a wrong key by 401 and words scripted errors in its own way", async () => {
    const refused = await client.post(BASE, { headers: { authorization: "Bearer invalid" } });
    expect([refused.status, refused.json.error?.message]).toEqual([401, "Authentication Fails (governor)"]);
    client.simulator.script({ error: { status: 402 } });
    expect((await client.post(BASE)).json.error).toEqual({ type: "billing_error", message: "Insufficient Balance" });
  });

  it("is read by the official SDK", async () => {
    const sdk = new Anthropic({ apiKey: "key", baseURL: `${client.simulator.url}/anthropic`, maxRetries: 0 });
    client.simulator.script({
      blocks: [
        { type: "reasoning", text: "why" },
        { type: "text", text: "so" },
      ],
      delivery: { comments: true },
    });
    const message = await sdk.messages
      .stream({ model: "deepseek-flash", max_tokens: 100, messages: [{ role: "user", content: "hi" }] })
      .finalMessage();
    expect(message.content).toMatchObject([
      { type: "thinking", thinking: "why" },
      { type: "text", text: "so" },
    ]);
  });
});
