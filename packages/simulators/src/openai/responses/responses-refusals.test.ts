import { expect } from "@jest/globals";
import { PARAMETERS, PNG } from "../__fixtures__/chat-bodies.ts";
import { testRefusals, type Refusal } from "../__fixtures__/refusals.ts";
import type { Fields } from "../__fixtures__/session.ts";

const said = (content: unknown = "hello"): Fields => ({ type: "message", role: "user", content });
const called = (callId: string): Fields => ({ type: "function_call", call_id: callId, name: "read", arguments: "{}" });
const answered = (callId: string, output: unknown = "done"): Fields => ({
  type: "function_call_output",
  call_id: callId,
  output,
});
const picture = (url: string): Fields => ({ type: "input_image", image_url: url, detail: "auto" });
const tool = (name = "read", parameters: unknown = PARAMETERS): Fields => ({
  type: "function",
  name,
  parameters,
  strict: false,
});

const PARAMETERS_OF_THE_REQUEST: readonly Refusal[] = [
  ["an unknown field", { foo: 1 }, "Unknown parameter: 'foo'.", "foo", "unknown_parameter"],
  ["fields of chat completions", { messages: [] }, "Unknown parameter: 'messages'.", "messages", "unknown_parameter"],
  ["no model", { model: undefined }, "Missing required parameter: 'model'.", "model", "missing_required_parameter"],
  ["no input", { input: undefined }, "Missing required parameter: 'input'.", "input", "missing_required_parameter"],
  [
    "an answer of less than 16 tokens",
    { max_output_tokens: 15 },
    "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 15 instead.",
    "max_output_tokens",
    "integer_below_min_value",
  ],
  [
    "an answer that is too long for the model",
    { max_output_tokens: 200_000 },
    "Invalid 'max_output_tokens': integer above maximum value. Expected a value <= 128000, but got 200000 instead.",
    "max_output_tokens",
    "integer_above_max_value",
  ],
  [
    "something to include that does not exist",
    { include: ["everything"] },
    /^Invalid value: 'everything'\. Supported values are: 'file_search_call\.results'/,
    "include[0]",
    "invalid_value",
  ],
  [
    "encrypted reasoning of a model that does not reason",
    { model: "gpt-4.1", include: ["reasoning.encrypted_content"] },
    "Encrypted content is not supported with this model.",
    "include",
    null,
  ],
  [
    "an effort on a model that does not reason",
    { model: "gpt-4.1", reasoning: { effort: "low" } },
    "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
    "reasoning.effort",
    "unsupported_parameter",
  ],
  [
    "an effort that the model does not have",
    { model: "gpt-6-astra", reasoning: { effort: "none" } },
    "Unsupported value: 'none' is not supported with the 'gpt-6-astra-2026-09-03' model. Supported values are: 'low', 'medium', 'high', 'xhigh', and 'max'.",
    "reasoning.effort",
    "unsupported_value",
  ],
  [
    "sampling on a reasoning model",
    { top_p: 0.5 },
    "Unsupported parameter: 'top_p' is not supported with this model.",
    "top_p",
    null,
  ],
  [
    "stream options without a stream",
    { stream_options: { include_obfuscation: false } },
    "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    "stream_options",
    null,
  ],
  [
    "a response before it that does not exist",
    { previous_response_id: "resp_nothing", input: [said()] },
    "Previous response with id 'resp_nothing' not found.",
    "previous_response_id",
    "previous_response_not_found",
  ],
];

const TOOLS: readonly Refusal[] = [
  [
    "a tool in the shape of chat completions",
    { tools: [{ type: "function", function: { name: "read" } }] },
    "Missing required parameter: 'tools[0].name'.",
    "tools[0].name",
    "missing_required_parameter",
  ],
  [
    "a tool that does not say whether it is strict",
    { tools: [{ type: "function", name: "read", parameters: PARAMETERS }] },
    "Missing required parameter: 'tools[0].strict'.",
    "tools[0].strict",
    "missing_required_parameter",
  ],
  [
    "a tool's name with a dot",
    { tools: [tool("a.b")] },
    "Invalid 'tools[0].name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    "tools[0].name",
    "invalid_value",
  ],
  [
    "parameters without properties",
    { tools: [tool("read", { type: "object" })] },
    "Invalid schema for function 'read': In context=(), object schema missing properties.",
    "tools[0].parameters",
    "invalid_function_parameters",
  ],
  [
    "a choice of a tool that is not there",
    { tools: [tool()], tool_choice: { type: "function", name: "write" } },
    "Tool choice 'function' not found in 'tools' parameter.",
    "tool_choice",
    null,
  ],
];

const ITEMS: readonly Refusal[] = [
  [
    "a result without its call",
    { input: [said(), answered("call_1")] },
    "No tool call found for function call output with call_id call_1.",
    "input",
    null,
  ],
  [
    "a call without its result",
    { input: [said(), called("call_1"), called("call_2"), answered("call_1")] },
    "No tool output found for function call call_2.",
    "input",
    null,
  ],
  [
    "a result of a custom tool without its call",
    { input: [said(), { type: "custom_tool_call_output", call_id: "call_1", output: "x" }] },
    "No tool call found for custom tool call output with call_id call_1.",
    "input",
    null,
  ],
  [
    "an id of a call that is too long",
    { input: [said(), called("c".repeat(65)), answered("c".repeat(65))] },
    /^Invalid 'input\[1\]\.call_id': string too long\. Expected a string with maximum length 64, but got a string with length 65/,
    "input[1].call_id",
    "string_above_max_length",
  ],
  [
    "an unknown type of item",
    { input: [said(), { type: "tool_result", call_id: "call_1" }] },
    /^Invalid value: 'tool_result'\. Supported values are: 'function_call'/,
    "input[1]",
    "invalid_value",
  ],
  [
    "an unknown field of an item",
    { input: [{ ...said(), cache_control: { type: "ephemeral" } }] },
    "Unknown parameter: 'input[0].cache_control'.",
    "input[0].cache_control",
    "unknown_parameter",
  ],
  [
    "a role that does not exist",
    { input: [{ type: "message", role: "tool", content: "x" }] },
    /^Invalid value: 'tool'\. Supported values are: 'user', 'assistant', 'system', and 'developer'\.$/,
    "input[0].role",
    "invalid_value",
  ],
  [
    "text of a user as output",
    { input: [said([{ type: "output_text", text: "x" }])] },
    /^Invalid value: 'output_text'\. Supported values are: 'input_text', 'input_image', and 'input_file'\.$/,
    "input[0].content[0]",
    "invalid_value",
  ],
  [
    "a picture that is no data URL",
    { input: [said([picture("nothing")])] },
    /^Invalid 'input\[0\]\.content\[0\]\.image_url'\. Expected a base64-encoded data URL with an image MIME type/,
    "input[0].content[0].image_url",
    "invalid_value",
  ],
  [
    "a broken picture in a result",
    { input: [said(), called("call_1"), answered("call_1", [picture("data:image/png;base64,")])] },
    /^Invalid 'input\[2\]\.output\[0\]\.image_url'\..*empty base64-encoded bytes/,
    "input[2].output[0].image_url",
    "invalid_value",
  ],
  [
    "an id of a call with another prefix",
    { input: [said(), { ...called("call_1"), id: "call_1" }, answered("call_1")] },
    "Invalid 'input[1].id': 'call_1'. Expected an ID that begins with 'fc'.",
    "input[1].id",
    "invalid_value",
  ],
  [
    "an id of a message with odd characters",
    { input: [{ ...said(), id: "msg 1" }] },
    /^Invalid 'input\[0\]\.id': 'msg 1'\. Expected an ID that contains letters, numbers, underscores, or dashes/,
    "input[0].id",
    "invalid_value",
  ],
  [
    "reasoning that something else encrypted",
    { input: [said(), reasoning({ encrypted_content: "gAAAAABforeign" }), called("call_1"), answered("call_1")] },
    "The encrypted content for item rs_1 could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
    null,
    "invalid_encrypted_content",
  ],
  [
    "a status on reasoning",
    { input: [said(), reasoning({ status: "completed" }), called("call_1"), answered("call_1")] },
    "Unknown parameter: 'input[1].status'.",
    "input[1].status",
    "unknown_parameter",
  ],
  [
    "text beside encrypted reasoning",
    { input: [said(), reasoning({ content: [{ type: "reasoning_text", text: "x" }] }), called("call_1")] },
    /^Invalid 'input\[1\]\.content': array too long\. Expected an array with maximum length 0/,
    "input[1].content",
    "array_above_max_length",
  ],
  [
    "an answer given back in parts without its id",
    { input: [said(), { type: "message", role: "assistant", content: [{ type: "output_text", text: "x" }] }] },
    /^Missing required parameter: 'input\[1\]\./,
    expect.stringMatching(/^input\[1\]/),
    "missing_required_parameter",
  ],
];

function reasoning(fields: Fields): Fields {
  return { type: "reasoning", id: "rs_1", summary: [], ...fields };
}

const SUITE = {
  kind: "openai",
  path: "/v1/responses",
  good: {
    model: "gpt-5.6",
    input: [
      said([{ type: "input_text", text: "look" }, picture(`data:image/png;base64,${PNG}`)]),
      called("call_1"),
      answered("call_1"),
      { role: "assistant", content: "so far" },
      { role: "user", content: "go on" },
    ],
    tools: [tool()],
    tool_choice: "auto",
  },
} as const;

testRefusals({ ...SUITE, title: "OpenAI's Responses, by the request," }, PARAMETERS_OF_THE_REQUEST);
testRefusals({ ...SUITE, title: "OpenAI's Responses, by the tools," }, TOOLS);
testRefusals({ ...SUITE, title: "OpenAI's Responses, by the items of the input," }, ITEMS);
