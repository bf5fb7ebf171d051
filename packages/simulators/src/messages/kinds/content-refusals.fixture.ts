import { assistant, BASE, call, OLDER, result, SEARCH, short, text, tool, user } from "./request-parts.fixture.ts";
import type { RefusalCase } from "./request-parts.fixture.ts";

/** The shape of bodies, tools, calls and results, texts and turns. */
export const CONTENT_REFUSALS: Readonly<Record<string, RefusalCase[]>> = {
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
};
