import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessagesClient } from "../messages-client.fixture.ts";
import type { MessagesClient, Reply } from "../messages-client.fixture.ts";

const user = (content: unknown): unknown => ({ role: "user", content });
const assistant = (content: unknown): unknown => ({ role: "assistant", content });
const text = (words: string): unknown => ({ type: "text", text: words });
const call = (id: string, name = "Look"): unknown => ({ type: "tool_use", id, name, input: {} });
const result = (id: string, content: unknown = "ok"): unknown => ({ type: "tool_result", tool_use_id: id, content });
const tool = (name: string, more: object = {}): unknown => ({ name, input_schema: { type: "object" }, ...more });
const short = { type: "ephemeral" };
const long = { type: "ephemeral", ttl: "1h" };

const BASE = { model: "claude-opus-5", max_tokens: 4_000, messages: [user("hi")] };
const OLDER = { ...BASE, model: "claude-sonnet-4-5" };
const SEARCH = { "anthropic-beta": "advanced-tool-use-2025-11-20" };

type Case = [fact: string, body: object, message: string | RegExp, headers?: Record<string, string | undefined>];

/** Every one of these is a 400 `invalid_request_error`. */
const REFUSALS: Record<string, Case[]> = {
  "the shape of the body": [
    ["an unknown top-level field", { ...BASE, foo: 1 }, "foo: Extra inputs are not permitted"],
    ["a missing max_tokens", { ...BASE, max_tokens: undefined }, "max_tokens: Field required"],
    ["a missing model", { ...BASE, model: undefined }, "model: Field required"],
    ["a max_tokens that is no number", { ...BASE, max_tokens: "many" }, "max_tokens: Input should be a valid integer"],
    ["messages that are no list", { ...BASE, messages: "hi" }, "messages: Input should be a valid list"],
    ["no message at all", { ...BASE, messages: [] }, "messages: at least one message is required"],
    [
      "a role that there is not",
      { ...BASE, messages: [{ role: "tool", content: "x" }] },
      "messages.0.role: Input should be 'user' or 'assistant'",
    ],
    [
      "an unknown field of a message",
      { ...BASE, messages: [{ ...(user("x") as object), name: "me" }] },
      "messages.0.name: Extra inputs are not permitted",
    ],
    [
      "an unknown block type",
      { ...BASE, messages: [user([{ type: "video" }])] },
      /^messages\.0\.content\.0: Input tag 'video' found using 'type' does not match any of the expected tags: /,
    ],
    [
      "a block without a type",
      { ...BASE, messages: [user([{ text: "x" }])] },
      "messages.0.content.0: Unable to extract tag using discriminator 'type'",
    ],
    [
      "a text block without text",
      { ...BASE, messages: [user([{ type: "text" }])] },
      "messages.0.content.0.text.text: Field required",
    ],
    [
      "an unknown field of a block",
      { ...BASE, messages: [user([{ type: "text", text: "x", index: 0 }])] },
      "messages.0.content.0.text.index: Extra inputs are not permitted",
    ],
    [
      "an image of another type",
      { ...BASE, messages: [user([{ type: "image", source: { type: "base64", media_type: "image/bmp", data: "" } }])] },
      "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
    ],
    [
      "an unknown field of a cache marker",
      { ...BASE, system: [{ type: "text", text: "x", cache_control: { ...short, x: 1 } }] },
      "system.0.text.cache_control.ephemeral.x: Extra inputs are not permitted",
    ],
    [
      "a thinking block without signature",
      { ...BASE, messages: [user("a"), assistant([{ type: "thinking", thinking: "" }]), user("b")] },
      "messages.1.content.0.thinking.signature: Field required",
    ],
  ],
  tools: [
    [
      "a name with other characters",
      { ...BASE, tools: [tool("a b")] },
      "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    ],
    [
      "a name over 128 characters",
      { ...BASE, tools: [tool("x".repeat(129))] },
      "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    ],
    ["two tools of one name", { ...BASE, tools: [tool("a"), tool("a")] }, "tools: Tool names must be unique."],
    ["a tool without a schema", { ...BASE, tools: [{ name: "a" }] }, "tools.0.custom.input_schema: Field required"],
    [
      "a schema that is no object's",
      { ...BASE, tools: [tool("a", { input_schema: { type: "string" } })] },
      "tools.0.custom.input_schema.type: Input should be 'object'",
    ],
    [
      "a union at the top of a schema",
      { ...BASE, tools: [tool("a", { input_schema: { type: "object", anyOf: [] } })] },
      "tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level",
    ],
    [
      "a schema that is none",
      { ...BASE, tools: [tool("a", { input_schema: { type: "object", properties: { x: { type: "strin" } } } })] },
      /^tools\.0\.custom\.input_schema: JSON schema is invalid\. It must match JSON Schema draft 2020-12/,
    ],
    [
      "a server tool that there is not",
      { ...BASE, tools: [{ type: "web_search_19990101", name: "web_search" }] },
      /^tools\.0: Input tag 'web_search_19990101' found using 'type'/,
    ],
    [
      "a choice without tools",
      { ...BASE, tool_choice: { type: "any" } },
      "tool_choice: tool_choice may only be specified while providing tools.",
    ],
    [
      "the choice of a tool that is not offered",
      { ...BASE, tools: [tool("a")], tool_choice: { type: "tool", name: "b" } },
      "Tool 'b' not found in provided tools",
    ],
    [
      "nothing but deferred tools",
      { ...BASE, tools: [tool("a", { defer_loading: true })] },
      "All tools have defer_loading set. At least one tool must be non-deferred.",
      SEARCH,
    ],
    [
      "a cache marker on a deferred tool",
      { ...BASE, tools: [tool("a"), tool("b", { defer_loading: true, cache_control: short })] },
      "Tool 'b' cannot have both defer_loading=true and cache_control set. Tools with defer_loading cannot use prompt caching.",
      SEARCH,
    ],
    [
      "a reference to a tool that there is not",
      {
        ...BASE,
        tools: [tool("Look")],
        messages: [
          user("a"),
          assistant([call("t1")]),
          user([result("t1", [{ type: "tool_reference", tool_name: "Gone" }])]),
        ],
      },
      "messages.2.content.0: Tool reference 'Gone' not found in available tools",
      SEARCH,
    ],
  ],
  "calls and their results": [
    [
      "a result without its call",
      { ...BASE, messages: [user("a"), assistant("b"), user([result("t9")])] },
      "messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: t9. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.",
    ],
    [
      "calls that are not answered",
      { ...BASE, messages: [user("a"), assistant([call("t1"), call("t2"), call("t3")]), user([result("t2")])] },
      "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1, t3. Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
    ],
    [
      "a text before the result",
      { ...BASE, messages: [user("a"), assistant([call("t1")]), user([text("so"), result("t1")])] },
      /^messages\.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1\./,
    ],
    [
      "two calls of one id",
      { ...BASE, messages: [user("a"), assistant([call("t1"), call("t1")]), user([result("t1")])] },
      "messages.1.content.1: `tool_use` ids must be unique",
    ],
    [
      "two results for one call",
      { ...BASE, messages: [user("a"), assistant([call("t1")]), user([result("t1"), result("t1")])] },
      "messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: t1",
    ],
    [
      "an id with other characters",
      { ...BASE, messages: [user("a"), assistant([call("t.1")]), user([result("t.1")])] },
      "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
    ],
    [
      "a call by the user",
      { ...BASE, messages: [user([call("t1")])] },
      "messages.0: `tool_use` blocks can only be in `assistant` messages",
    ],
    [
      "a result by the assistant",
      { ...BASE, messages: [user("a"), assistant([result("t1")]), user("b")] },
      "messages.1: `tool_result` blocks can only be in `user` messages",
    ],
  ],
  "texts and turns": [
    [
      "an empty text block",
      { ...BASE, messages: [user([text("a"), text("")])] },
      "messages: text content blocks must be non-empty",
    ],
    [
      "an empty text in a result",
      { ...BASE, messages: [user("a"), assistant([call("t1")]), user([result("t1", [text("")])])] },
      "messages: text content blocks must be non-empty",
    ],
    [
      "a blank text block",
      { ...BASE, messages: [user([text(" \n")])] },
      "messages: text content blocks must contain non-whitespace text",
    ],
    ["an empty system block", { ...BASE, system: [text("")] }, "messages: text content blocks must be non-empty"],
    [
      "empty content",
      { ...BASE, messages: [user("")] },
      "messages.0: all messages must have non-empty content except for the optional final assistant message",
    ],
    [
      "an assistant that begins",
      { ...BASE, messages: [assistant("a"), user("b")] },
      'messages: first message must use the "user" role',
    ],
    [
      "a prefilled answer on a model without prefill",
      { ...BASE, messages: [user("a"), assistant("{")] },
      "Prefilling assistant messages is not supported for this model.",
    ],
    [
      "trailing blanks of a prefilled answer",
      { ...OLDER, messages: [user("a"), assistant("b ")] },
      "messages: final assistant content cannot end with trailing whitespace",
    ],
  ],
  "system messages": [
    [
      "one at the very start",
      { ...BASE, messages: [{ role: "system", content: "x" }, user("a")] },
      "messages.0: use the top-level 'system' parameter for the initial system prompt",
    ],
    [
      "one after the assistant",
      { ...BASE, messages: [user("a"), assistant("b"), { role: "system", content: "x" }, user("c")] },
      "messages.2: role 'system' must follow a user message",
    ],
    [
      "one on an older model",
      { ...OLDER, messages: [user("a"), { role: "system", content: "x" }] },
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    ],
    [
      "one on an older model beside its beta",
      { ...OLDER, messages: [user("a"), { role: "system", content: "x" }] },
      "role 'system' is not supported on this model",
      { "anthropic-beta": "mid-conversation-system-2026-04-07" },
    ],
    [
      "a tool change without its beta",
      {
        ...BASE,
        messages: [
          user("a"),
          { role: "system", content: [{ type: "tool_removal", tool: { type: "tool_reference", name: "x" } }] },
        ],
      },
      "messages.1.content.0: Input tag 'tool_removal' found using 'type' does not match any of the expected tags: 'text'",
    ],
    [
      "an effort of its own without the beta",
      { ...BASE, messages: [user("a"), { role: "system", content: "x", output_config: { effort: "low" } }] },
      "messages.1.output_config: Extra inputs are not permitted",
    ],
    [
      "clear_at without the beta",
      { ...BASE, messages: [user("a"), { role: "system", content: "x", clear_at: "never" }] },
      "messages.1.clear_at: Extra inputs are not permitted",
    ],
  ],
  thinking: [
    [
      "a budget under 1024",
      { ...OLDER, thinking: { type: "enabled", budget_tokens: 1_000 } },
      "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
    ],
    [
      "a budget that leaves no room",
      { ...OLDER, thinking: { type: "enabled", budget_tokens: 4_000 } },
      /^`max_tokens` must be greater than `thinking\.budget_tokens`\./,
    ],
    [
      "adaptive thinking on a model without",
      { ...OLDER, thinking: { type: "adaptive" } },
      "adaptive thinking is not supported on this model",
    ],
    [
      "a budget on a model that decides itself",
      { ...BASE, thinking: { type: "enabled", budget_tokens: 2_000 } },
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    ],
    [
      "thinking beside a forced tool",
      {
        ...OLDER,
        thinking: { type: "enabled", budget_tokens: 2_000 },
        tools: [tool("a")],
        tool_choice: { type: "any" },
      },
      "Thinking may not be enabled when tool_choice forces tool use.",
    ],
    [
      "an unknown display",
      { ...BASE, thinking: { type: "adaptive", display: "loud" } },
      /^thinking\.adaptive\.display: Input should be /,
    ],
    [
      "updates without their beta",
      { ...BASE, thinking: { type: "adaptive", display: "updates" } },
      "thinking.adaptive.display: Input should be 'summarized' or 'omitted'",
    ],
    [
      "a tool loop that lost its thinking",
      {
        ...OLDER,
        thinking: { type: "enabled", budget_tokens: 2_000 },
        messages: [user("a"), assistant([call("t1")]), user([result("t1")])],
      },
      /^messages\.1\.content\.0\.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`\. When `thinking` is enabled, a final `assistant` message must start with a thinking block/,
    ],
    [
      "a foreign signature",
      {
        ...BASE,
        messages: [
          user("a"),
          assistant([{ type: "thinking", thinking: "t", signature: "sw1.eyJhIjoxfQ" }, text("b")]),
          user("c"),
        ],
      },
      "messages.1.content.0: Invalid `signature` in `thinking` block",
    ],
    [
      "an empty signature",
      {
        ...BASE,
        messages: [user("a"), assistant([{ type: "thinking", thinking: "t", signature: "" }, text("b")]), user("c")],
      },
      "messages.1.content.0: Invalid `signature` in `thinking` block",
    ],
    [
      "foreign redacted thinking",
      {
        ...BASE,
        messages: [user("a"), assistant([{ type: "redacted_thinking", data: "eA==" }, text("b")]), user("c")],
      },
      "messages.1.content.0: Invalid `data` in `redacted_thinking` block",
    ],
    [
      "temperature beside thinking",
      { ...OLDER, model: "claude-opus-4-5", temperature: 0.5, thinking: { type: "enabled", budget_tokens: 2_000 } },
      /^`temperature` may only be set to 1 when thinking is enabled\./,
    ],
    [
      "top_k beside thinking",
      { ...OLDER, top_k: 5, thinking: { type: "enabled", budget_tokens: 2_000 } },
      /^`top_k` must be unset when thinking is enabled\./,
    ],
  ],
  sampling: [
    ["temperature on a model without it", { ...BASE, temperature: 0.5 }, "`temperature` is deprecated for this model."],
    [
      "top_p on a model without it, even at its default",
      { ...BASE, top_p: 1 },
      "`top_p` is deprecated for this model.",
    ],
    ["top_k on a model without it", { ...BASE, top_k: 0 }, "`top_k` is deprecated for this model."],
    [
      "temperature and top_p together",
      { ...OLDER, temperature: 0.5, top_p: 0.5 },
      "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
    ],
    ["a temperature out of range", { ...OLDER, temperature: 1.01 }, "temperature: range: 0..1"],
  ],
  "fields without their beta": [
    [
      "context_management",
      { ...BASE, context_management: { edits: [] } },
      "context_management: Extra inputs are not permitted",
    ],
    ["mcp_servers", { ...BASE, mcp_servers: [] }, "mcp_servers: Extra inputs are not permitted"],
    ["fallbacks", { ...BASE, fallbacks: "default" }, "fallbacks: Extra inputs are not permitted"],
    [
      "defer_loading",
      { ...BASE, tools: [tool("a"), tool("b", { defer_loading: true })] },
      "tools.1.custom.defer_loading: Extra inputs are not permitted",
    ],
    [
      "tool_reference",
      {
        ...BASE,
        tools: [tool("Look")],
        messages: [
          user("a"),
          assistant([call("t1")]),
          user([result("t1", [{ type: "tool_reference", tool_name: "Look" }])]),
        ],
      },
      /^messages\.2\.content\.0\.tool_result\.content\.0: Input tag 'tool_reference' found using 'type'/,
    ],
    [
      "the scope of a cache marker",
      { ...BASE, system: [{ type: "text", text: "x", cache_control: { ...short, scope: "global" } }] },
      "system.0.text.cache_control.ephemeral.scope: Extra inputs are not permitted",
    ],
    [
      "effort on Opus 4.5",
      { ...OLDER, model: "claude-opus-4-5", output_config: { effort: "low" } },
      "output_config.effort: Extra inputs are not permitted",
    ],
    [
      "effort on a model that has none",
      { ...OLDER, output_config: { effort: "low" } },
      "This model does not support the effort parameter.",
    ],
  ],
  "the cache": [
    [
      "five markers",
      {
        ...BASE,
        messages: [user([1, 2, 3, 4, 5].map((n) => ({ type: "text", text: `t${n}`, cache_control: short })))],
      },
      "A maximum of 4 blocks with cache_control may be provided. Found 5.",
    ],
    [
      "an hour after five minutes",
      {
        ...BASE,
        system: [{ type: "text", text: "s", cache_control: short }],
        messages: [user([{ type: "text", text: "u", cache_control: long }])],
      },
      /^messages\.0\.content\.0\.cache_control\.ttl: a ttl='1h' cache_control block must not come after a ttl='5m'/,
    ],
  ],
  limits: [
    [
      "max_tokens over the model's own",
      { ...BASE, max_tokens: 128_001 },
      "max_tokens: 128001 > 128000, which is the maximum allowed number of output tokens for this model",
    ],
    [
      "a prompt over the context window",
      { ...OLDER, messages: [user("x".repeat(900_000))] },
      /^prompt is too long: \d+ tokens > 200000 maximum$/,
    ],
  ],
  "version 2026-10-21": [
    ...(["temperature", "top_p", "top_k"] as const).map((field): Case => [
      field,
      { ...OLDER, [field]: 1 },
      `${field}: Extra inputs are not permitted`,
      { "anthropic-version": "2026-10-21" },
    ]),
    [
      "a document of the assistant",
      {
        ...BASE,
        messages: [
          user("a"),
          assistant([{ type: "document", source: { type: "text", media_type: "text/plain", data: "d" } }]),
          user("b"),
        ],
      },
      "messages.1.content.0: `document` blocks are not permitted in `assistant` messages",
      { "anthropic-version": "2026-10-21" },
    ],
    [
      "citations on a text of the user",
      { ...BASE, messages: [user([{ type: "text", text: "a", citations: [{ type: "char_location" }] }])] },
      "messages.0.content.0.text.citations: citations are not permitted on `text` blocks in `user` messages",
      { "anthropic-version": "2026-10-21" },
    ],
  ],
};

describe("the Anthropic simulator refuses", () => {
  let client: MessagesClient;
  beforeAll(async () => {
    client = await createMessagesClient("anthropic", "/v1/messages");
  });
  afterAll(() => client.close());

  const expectRefusal = (reply: Reply, message: string | RegExp): void => {
    expect([reply.status, reply.json.error?.type]).toEqual([400, "invalid_request_error"]);
    if (typeof message === "string") expect(reply.json.error?.message).toBe(message);
    else expect(reply.json.error?.message).toMatch(message);
    expect(reply.json["request_id"]).toBe(reply.headers.get("request-id"));
  };

  for (const [subject, cases] of Object.entries(REFUSALS)) {
    describe(`${subject}:`, () => {
      it.each(cases)("%s", async (_fact, body, message, headers = {}) => {
        expectRefusal(await client.post(body, { headers }), message);
      });
    });
  }

  it("a request without a credential, by 401", async () => {
    const reply = await client.post(BASE, { headers: { authorization: undefined } });
    expect([reply.status, reply.json.error]).toEqual([
      401,
      { type: "authentication_error", message: "x-api-key header is required" },
    ]);
  });

  it.each([
    [{ authorization: undefined, "x-api-key": "invalid" }, "invalid x-api-key"],
    [{ authorization: "Bearer invalid" }, "Invalid bearer token"],
  ])("a wrong credential, by 401: %j", async (headers, message) => {
    const reply = await client.post(BASE, { headers });
    expect([reply.status, reply.json.error?.message]).toEqual([401, message]);
  });

  it("a request without a version", async () => {
    expectRefusal(
      await client.post(BASE, { headers: { "anthropic-version": undefined } }),
      "anthropic-version: header is required",
    );
  });

  it("a version that there is not", async () => {
    expectRefusal(
      await client.post(BASE, { headers: { "anthropic-version": "2020-01-01" } }),
      'anthropic-version: "2020-01-01" is not a valid version',
    );
  });

  it("a beta that has not the form of one", async () => {
    expectRefusal(
      await client.post(BASE, { headers: { "anthropic-beta": "effort-2025-11-24,nonsense" } }),
      /^Unexpected value\(s\) `nonsense` for the `anthropic-beta` header\./,
    );
  });

  it("a body that is not JSON", async () => {
    expectRefusal(await client.post('{"model":'), /^The request body is not valid JSON: /);
  });

  it("a body that is no object", async () => {
    expectRefusal(await client.post("[]"), "Input should be a valid dictionary or object to extract fields from");
  });

  it("an unknown model, by 404", async () => {
    const reply = await client.post({ ...BASE, model: "gpt-5" });
    expect([reply.status, reply.json.error]).toEqual([404, { type: "not_found_error", message: "model: gpt-5" }]);
  });

  it("a body over 32 MB, by 413", async () => {
    const reply = await client.post({ ...BASE, messages: [user("x".repeat(33 * 1024 * 1024))] });
    expect([reply.status, reply.json.error?.type]).toEqual([413, "request_too_large"]);
  });

  it("an unknown path, by 404", async () => {
    const reply = await client.post(BASE, { path: "/v1/complete" });
    expect([reply.status, reply.json.error?.type]).toEqual([404, "not_found_error"]);
  });
});

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
