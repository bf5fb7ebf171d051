import { assistant, BASE, call, long, OLDER, result, short, text, tool, user } from "./request-parts.fixture.ts";
import type { RefusalCase } from "./request-parts.fixture.ts";

/** Thinking, sampling, betas, caching, limits, versions. */
export const FEATURE_REFUSALS: Readonly<Record<string, RefusalCase[]>> = {
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
    ...(["temperature", "top_p", "top_k"] as const).map((field): RefusalCase => [
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
