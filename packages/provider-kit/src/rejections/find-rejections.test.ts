import { describe, expect, it } from "@jest/globals";
import { parseErrorBody } from "@switchyard/translation";
import type { ModelInfo } from "@switchyard/wire";

import { findRejections } from "./find-rejections.ts";

const BETAS = "claude-code-20250219,context-management-2025-06-27, effort-2025-11-24";

/** One request that holds everything that the rows name. */
const MESSAGES = JSON.stringify({
  model: "claude-opus-5-5",
  max_tokens: 10,
  stream: true,
  temperature: 0.5,
  top_p: 0.9,
  thinking: { type: "enabled", budget_tokens: 2000, display: "omitted" },
  output_config: { effort: "xhigh", format: {} },
  context_management: { edits: [] },
  system: [{ type: "text", text: "s", cache_control: { type: "ephemeral", scope: "global" } }],
  tools: [
    {
      name: "a",
      description: "d",
      input_schema: { type: "object", strict: 1 },
      eager_input_streaming: true,
      defer_loading: true,
    },
  ],
  messages: [
    { role: "system", content: "x", output_config: {} },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "", signature: "s" },
        { type: "tool_use", id: "t", name: "a", input: {}, caller: {} },
      ],
    },
    { role: "system", content: [{ type: "tool_addition" }] },
  ],
});

const CHAT = JSON.stringify({
  model: "gpt-6",
  messages: [{ role: "user", content: "x", extra: 1, reasoning_content: "t" }],
  max_completion_tokens: 10,
  max_tokens: 10,
  stream: true,
  stream_options: { include_usage: true },
  temperature: 0.5,
  reasoning_effort: "high",
  presence_penalty: 0,
  prompt_cache_key: "k",
  parallel_tool_calls: true,
  reasoning: { effort: "high", exclude: true },
  tools: [
    {
      type: "function",
      function: { name: "a", parameters: { type: "object", additionalProperties: false }, strict: true },
    },
  ],
  extra_content: { google: { thought_signature: "s" } },
  include: ["reasoning.encrypted_content"],
  encrypted_content: "e",
});

function find(body: unknown, dialect: ModelInfo["dialect"]): string[] {
  const sent = { headers: { "anthropic-beta": BETAS }, body: dialect === "messages" ? MESSAGES : CHAT };
  const error = parseErrorBody(typeof body === "string" ? body : JSON.stringify(body));
  return findRejections(error, dialect, sent).map(({ kind, name }) => `${kind}:${name}`);
}

const anthropic = (message: string) => ({ type: "error", error: { type: "invalid_request_error", message } });
const openAi = (message: string, param: string | null = null, code: string | null = null) => ({
  error: { message, type: "invalid_request_error", param, code },
});

describe("a refusal by the Messages API", () => {
  it.each([
    // https://github.com/Wei-Shaw/claude-relay-service/issues/660
    ["context_management: Extra inputs are not permitted", ["field:context_management"]],
    // https://github.com/anthropics/claude-code/issues/21612
    [
      "context_management: Extra inputs are not permitted\noutput_config: Extra inputs are not permitted",
      ["field:context_management", "field:output_config"],
    ],
    ["output_config.effort: Extra inputs are not permitted", ["field:output_config.effort"]],
    ["output_config.effort: Input should be 'low', 'medium' or 'high'", ["field:output_config.effort"]],
    ["This model does not support the effort parameter.", ["field:output_config.effort"]],
    // https://github.com/DotHarness/dotcraft/pull/282
    ["tools.0.custom.eager_input_streaming: Extra inputs are not permitted", ["field:tools[*].eager_input_streaming"]],
    ["tools.17.custom.defer_loading: Extra inputs are not permitted", ["field:tools[*].defer_loading"]],
    ["system.0.text.cache_control.ephemeral.scope: Extra inputs are not permitted", ["field:cache_control.scope"]],
    [
      "messages.2.content.0.tool_use.cache_control.scope: Extra inputs are not permitted",
      ["field:cache_control.scope"],
    ],
    ["messages.1.output_config: Extra inputs are not permitted", ["field:messages[*].output_config"]],
    ["messages.1.content.1.tool_use.caller: Extra inputs are not permitted", ["field:messages[*].content[*].caller"]],
    ["thinking.enabled.display: Extra inputs are not permitted", ["field:thinking.display"]],
    // https://github.com/anthropics/claude-code/issues/21625
    [
      "Unexpected value(s) `context-management-2025-06-27`, `effort-2025-11-24` for the `anthropic-beta` header. Please consult our documentation at docs.anthropic.com",
      ["beta:context-management-2025-06-27", "beta:effort-2025-11-24"],
    ],
    [
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
      ["field:thinking"],
    ],
    ["adaptive thinking is not supported on this model", ["field:thinking"]],
    ["`temperature` and `top_p` cannot both be specified for this model. Please use only one.", ["field:top_p"]],
    ["`temperature` is deprecated for this model.", ["field:temperature"]],
    // https://github.com/router-for-me/CLIProxyAPI/issues/1584
    ["messages.1.content.0: Invalid `signature` in `thinking` block", ["field:thinking_signature"]],
    ["messages.1.content.0: Invalid `data` in `redacted_thinking` block", ["field:thinking_signature"]],
    [
      "messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.",
      ["field:thinking_signature"],
    ],
    // https://github.com/BerriAI/litellm/issues/8767
    [
      "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, …",
      ["field:thinking_in_tool_loop"],
    ],
    [
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter',
      ["field:system_messages"],
    ],
    [
      "messages.3.content.0.tool_result.content.0: Input tag 'tool_reference' found using 'type' does not match any of the expected tags",
      ["field:tools[*].defer_loading"],
    ],
    ["messages.2.content.0: Input tag 'tool_addition' found using 'type' does not match", ["field:tool_changes"]],
    [
      "#: extraneous key [context_management] is not permitted, please reformat your input and try again.",
      ["field:context_management"],
    ],
    ["No endpoints available that support Anthropic's context management features", ["field:context_management"]],
  ])("names what can be left out: %s", (message, names) => {
    expect(find(anthropic(message), "messages")).toEqual(names);
  });

  it.each([
    "model: Extra inputs are not permitted",
    "messages: Extra inputs are not permitted",
    "max_tokens: Extra inputs are not permitted",
    "stream: Extra inputs are not permitted",
    "tools: Extra inputs are not permitted",
    "messages.1.content.1.tool_use.input: Extra inputs are not permitted",
    "tools.0.custom.input_schema.strict: Extra inputs are not permitted",
    "tools.0.custom.name: Extra inputs are not permitted",
    "tools.0: Extra inputs are not permitted",
  ])("names nothing where a request cannot go without it: %s", (message) => {
    expect(find(anthropic(message), "messages")).toEqual([]);
  });

  it.each([
    "temperature: Input should be less than or equal to 1",
    "max_tokens: Field required",
    "messages.0.content: Input should be a valid list",
    "prompt is too long: 250000 tokens > 200000 maximum",
    "speed: Extra inputs are not permitted",
    "messages.0.content.0.text.citations: Extra inputs are not permitted",
    "Unexpected value(s) `never-sent-2026-01-01` for the `anthropic-beta` header.",
    "'xhigh' is not supported",
    "__proto__: Extra inputs are not permitted",
    "a b c: Extra inputs are not permitted",
    "",
  ])("names nothing where the request itself is wrong, or holds no such thing: %s", (message) => {
    expect(find(anthropic(message), "messages")).toEqual([]);
  });

  it("is found in the words that a host passes on", () => {
    const raw = JSON.stringify(anthropic("tools.0.custom.eager_input_streaming: Extra inputs are not permitted"));
    const body = { error: { message: "Provider returned error", code: 400, metadata: { raw, provider_name: "X" } } };
    expect(find(body, "messages")).toEqual(["field:tools[*].eager_input_streaming"]);
  });

  it.each(["", "<html>", "{", "[]", '{"error":null}', '{"error":{"message":7,"metadata":{"raw":{}}}}'])(
    "that is no error body names nothing: %j",
    (body) => {
      expect(find(body, "messages")).toEqual([]);
    },
  );

  it("of much text is read in no time, and names a few things at most", () => {
    const message = "context_management: Extra inputs are not permitted; ".repeat(20_000);
    const startedAt = process.cpuUsage();
    expect(find(anthropic(message), "messages")).toEqual(["field:context_management"]);
    expect(find(anthropic(`${"a.".repeat(200_000)}: Extra inputs`), "messages")).toEqual([]);
    expect(find(anthropic("'".repeat(100_000)), "messages")).toEqual([]);
    // A search that goes back and forth would take minutes.
    expect(process.cpuUsage(startedAt).user).toBeLessThan(10_000_000);
  });
});

describe("a refusal by an OpenAI-shaped API", () => {
  it.each<[string, unknown, string[]]>([
    [
      "https://github.com/vercel/ai (recorded)",
      openAi(
        "Unsupported parameter: 'temperature' is not supported with this model.",
        "temperature",
        "unsupported_parameter",
      ),
      ["field:temperature"],
    ],
    [
      "https://github.com/johny-b/llmcomp/issues/69",
      openAi(
        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.",
        "temperature",
        "unsupported_value",
      ),
      ["field:temperature"],
    ],
    [
      "https://github.com/vercel/ai (recorded)",
      openAi(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        "max_tokens",
        "unsupported_parameter",
      ),
      ["field:max_tokens"],
    ],
    [
      "https://github.com/livekit/agents/pull/7169",
      openAi("Unrecognized request argument supplied: reasoning_effort"),
      ["field:reasoning_effort"],
    ],
    [
      "https://github.com/livekit/agents/pull/7169",
      openAi("Unrecognized request arguments supplied: reasoning_effort, prompt_cache_key"),
      ["field:reasoning_effort", "field:prompt_cache_key"],
    ],
    [
      "https://github.com/1jehuang/jcode/issues/1028",
      openAi("Unknown parameter: 'reasoning.exclude'.", "reasoning.exclude", "unknown_parameter"),
      ["field:reasoning.exclude"],
    ],
    [
      "https://github.com/1jehuang/jcode/issues/1028",
      openAi("Unknown parameter: 'messages[0].extra'.", "messages[0].extra", "unknown_parameter"),
      ["field:messages[*].extra"],
    ],
    [
      "https://github.com/pipecat-ai/pipecat/issues/4043",
      openAi(
        "Function tools with reasoning_effort are not supported for gpt-6 in /v1/chat/completions.",
        "reasoning_effort",
      ),
      ["field:reasoning_effort"],
    ],
    [
      "https://github.com/google-gemini/gemini-cli/issues/5006",
      [openAi('Invalid JSON payload received. Unknown name "prompt_cache_key": Cannot find field.')],
      ["field:prompt_cache_key"],
    ],
    [
      "https://github.com/yym68686/uni-api/issues/105",
      { code: "Client specified an invalid argument", error: "Argument not supported on this model: presencePenalty" },
      ["field:presence_penalty"],
    ],
    [
      "https://github.com/BerriAI/litellm/pull/16265",
      {
        code: "Client specified an invalid argument",
        error: "Model grok-4-latest does not support parameter reasoningEffort.",
      },
      ["field:reasoning_effort"],
    ],
    [
      "https://github.com/gpustack/gpustack/issues/429",
      {
        object: "error",
        message:
          "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted', 'input': {}}]",
        code: 400,
      },
      ["field:stream_options"],
    ],
    [
      "FastAPI's form of it",
      {
        detail: [
          { type: "extra_forbidden", loc: ["body", "parallel_tool_calls"], msg: "Extra inputs are not permitted" },
        ],
      },
      ["field:parallel_tool_calls"],
    ],
    [
      "https://github.com/microsoft/semantic-kernel/issues/10510",
      { error: { message: "Validation error at #/stream_options: Extra inputs are not permitted" } },
      ["field:stream_options"],
    ],
    [
      "Groq's words",
      openAi(
        "'messages.0' : for 'role:user' the following must be satisfied[('messages.0' : property 'reasoning_content' is unsupported)]",
      ),
      ["field:messages[*].reasoning_content"],
    ],
    ["Groq's words", openAi("property 'prompt_cache_key' is unsupported"), ["field:prompt_cache_key"]],
    [
      "JSON Schema's words",
      openAi("Additional properties are not allowed ('prompt_cache_key' was unexpected)"),
      ["field:prompt_cache_key"],
    ],
    ["zod's words", openAi(`Unrecognized key(s) in object: 'prompt_cache_key'`), ["field:prompt_cache_key"]],
    [
      "https://github.com/massgen/MassGen/issues/665",
      [openAi("Corrupted thought signature.")],
      ["field:thinking_signature"],
    ],
    [
      "https://github.com/openai/codex/issues/8145",
      openAi("The encrypted content for item rs_1 could not be verified. Reason: …", null, "invalid_encrypted_content"),
      ["field:thinking_signature"],
    ],
  ])("names what can be left out (%s) %#", (_source, body, names) => {
    expect(find(body, "chat")).toEqual(names);
  });

  it.each<[string, unknown]>([
    [
      "a place in Google's own form of the request",
      openAi(
        `Invalid JSON payload received. Unknown name "additionalProperties" at 'tools[0].function_declarations[0].parameters': Cannot find field.`,
      ),
    ],
    [
      "a tool's schema",
      openAi(
        "Unknown parameter: 'tools[0].function.parameters.additionalProperties'.",
        "tools[0].function.parameters.additionalProperties",
        "unknown_parameter",
      ),
    ],
    ["the model", openAi("The model 'gpt-6' is not supported", "model", "unsupported_value")],
    [
      "the messages",
      openAi(
        "Unsupported value: 'messages[0].role' does not support 'user' with this model.",
        "messages[0].role",
        "unsupported_value",
      ),
    ],
    [
      "a tool's name",
      openAi("Unknown parameter: 'tools[0].function.name'.", "tools[0].function.name", "unknown_parameter"),
    ],
    [
      "a value out of range",
      openAi("Invalid 'temperature': decimal above maximum value.", "temperature", "decimal_above_max_value"),
    ],
    ["a field that was not sent", openAi("Unrecognized request argument supplied: logit_bias")],
    ["words about something else", openAi("'high' is not supported")],
  ])("names nothing: %s", (_what, body) => {
    expect(find(body, "chat")).toEqual([]);
  });

  it("never names the limit of an answer on Responses, which has one name for it", () => {
    const body = openAi("Unsupported parameter: 'max_tokens' is not supported.", "max_tokens", "unsupported_parameter");
    expect(find(body, "responses")).toEqual([]);
  });
});
