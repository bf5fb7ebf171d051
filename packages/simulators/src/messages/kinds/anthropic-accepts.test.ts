import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessagesClient } from "../messages-client.fixture.ts";
import type { MessagesClient } from "../messages-client.fixture.ts";
import { assistant, BASE, call, OLDER, result, SEARCH, text, tool, user } from "./request-parts.fixture.ts";

describe("the Anthropic simulator accepts", () => {
  let client: MessagesClient;
  beforeAll(async () => {
    client = await createMessagesClient("anthropic", "/v1/messages");
  });
  afterEach(() => client.simulator.reset());
  afterAll(() => client.close());

  const ACCEPTED: [string, object, Record<string, string>?][] = [
    ["the key in x-api-key", BASE, { authorization: "", "x-api-key": "key" }],
    ["a beta of tomorrow", BASE, { "anthropic-beta": "something-2027-03-01" }],
    [
      "turns of one role that follow each other",
      { ...BASE, messages: [user("a"), user("b"), assistant("c"), assistant("d"), user("e")] },
    ],
    [
      "results spread over two messages",
      {
        ...BASE,
        messages: [
          user("a"),
          assistant([call("t1"), call("t2")]),
          user([result("t1")]),
          user([result("t2"), text("and")]),
        ],
      },
    ],
    ["a system message after the user's", { ...BASE, messages: [user("a"), { role: "system", content: "x" }] }],
    [
      "a system message between a call and its result's turn",
      {
        ...BASE,
        messages: [user("a"), assistant([call("t1")]), user([result("t1")]), { role: "system", content: [text("x")] }],
      },
    ],
    ["a prefilled answer on a model that goes on from it", { ...OLDER, messages: [user("a"), assistant("{")] }],
    ["temperature 1 where the others are deprecated", { ...BASE, temperature: 1 }],
    ["one sampling parameter on an older model", { ...OLDER, temperature: 0.3 }],
    [
      "a budget over max_tokens with interleaved thinking and tools",
      { ...OLDER, tools: [tool("a")], thinking: { type: "enabled", budget_tokens: 9_000 } },
      { "anthropic-beta": "interleaved-thinking-2025-05-14" },
    ],
    [
      "an adaptive tool loop without thinking",
      { ...BASE, thinking: { type: "adaptive" }, messages: [user("a"), assistant([call("t1")]), user([result("t1")])] },
    ],
    [
      "context_management beside its beta",
      { ...BASE, context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] } },
      { "anthropic-beta": "context-management-2025-06-27" },
    ],
    ["deferred tools beside their beta", { ...BASE, tools: [tool("a"), tool("b", { defer_loading: true })] }, SEARCH],
    [
      "deferred tools in version 2026-10-21",
      { ...BASE, tools: [tool("a"), tool("b", { defer_loading: true })] },
      { "anthropic-version": "2026-10-21" },
    ],
    ["an effort", { ...BASE, output_config: { effort: "high" } }],
    ["a server tool", { ...BASE, tools: [{ type: "web_search_20260318", name: "web_search", max_uses: 3 }] }],
    [
      "a schema with definitions of its own",
      {
        ...BASE,
        tools: [
          tool("a", {
            input_schema: {
              $schema: "http://json-schema.org/draft-07/schema#",
              type: "object",
              properties: { x: { $ref: "#/$defs/y" } },
              $defs: { y: { const: 1 } },
            },
          }),
        ],
      },
    ],
    [
      "a user id as Claude Code writes it",
      { ...BASE, metadata: { user_id: '{"device_id":"d","account_uuid":"","session_id":"s"}' } },
    ],
    [
      "a prompt of 1M tokens on an older model beside its beta",
      { ...OLDER, messages: [user("x".repeat(900_000))] },
      { "anthropic-beta": "context-1m-2025-08-07" },
    ],
    [
      "an image by its size, not by the length of its data",
      {
        ...OLDER,
        messages: [
          user([{ type: "image", source: { type: "base64", media_type: "image/png", data: "A".repeat(900_000) } }]),
        ],
      },
    ],
  ];

  it.each(ACCEPTED)("%s", async (_fact, body, headers = {}) => {
    const reply = await client.post(body, { headers });
    expect([reply.status, reply.json.error]).toEqual([200, undefined]);
  });

  it.each([
    [
      "an attribution block that is not first",
      [text("You are"), text("x-anthropic-billing-header: cc_version=2; cc_entrypoint=cli;")],
      ["attribution block is not the first system block"],
    ],
    [
      "an attribution block that was altered",
      [text("x-anthropic-billing-header: cc_version=2")],
      ["attribution block was altered"],
    ],
    [
      "an attribution block in its place",
      [text("x-anthropic-billing-header: cc_version=2; cc_entrypoint=cli;"), text("You are")],
      [],
    ],
  ])("%s, and notes what is odd", async (_fact, system, notes) => {
    const reply = await client.post({ ...BASE, system });
    expect([reply.status, client.simulator.requests[0]?.notes]).toEqual([200, notes]);
  });
});
