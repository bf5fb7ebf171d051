import { expect } from "@jest/globals";
import { text, user } from "../../__fixtures__/chat-bodies.ts";
import { testRefusals, type Refusal } from "../../__fixtures__/refusals.ts";

const SHAPE: readonly Refusal[] = [
  ["an unknown field", { foo: 1 }, "Unrecognized request argument supplied: foo", null, null],
  ["several unknown fields", { foo: 1, bar: 2 }, "Unrecognized request arguments supplied: foo, bar", null, null],
  ["no model", { model: undefined }, "you must provide a model parameter", null, null],
  [
    "no messages",
    { messages: undefined },
    "Missing required parameter: 'messages'.",
    "messages",
    "missing_required_parameter",
  ],
  [
    "an empty list of messages",
    { messages: [] },
    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    "messages",
    "empty_array",
  ],
  [
    "messages that are no list",
    { messages: "hello" },
    "Invalid type for 'messages': expected an array of objects, but got a string instead.",
    "messages",
    "invalid_type",
  ],
  [
    "a role that does not exist",
    { messages: [{ role: "human", content: "hello" }] },
    "Invalid value: 'human'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
    "messages[0].role",
    "invalid_value",
  ],
  [
    "a user message without content",
    { messages: [{ role: "user" }] },
    "Missing required parameter: 'messages[0].content'.",
    "messages[0].content",
    "missing_required_parameter",
  ],
  [
    "an unknown field of a message",
    { messages: [{ role: "user", content: "hello", cache_control: { type: "ephemeral" } }] },
    "Unknown parameter: 'messages[0].cache_control'.",
    "messages[0].cache_control",
    "unknown_parameter",
  ],
  [
    "an unknown field of a part",
    { messages: [user([{ ...text(), cache_control: { type: "ephemeral" } }])] },
    "Unknown parameter: 'messages[0].content[0].cache_control'.",
    "messages[0].content[0].cache_control",
    "unknown_parameter",
  ],
  [
    "an unknown kind of part",
    { messages: [user([{ type: "input_text", text: "x" }])] },
    /^Invalid value: 'input_text'\. Supported values are: 'text', 'image_url'/,
    "messages[0].content[0]",
    "invalid_value",
  ],
  [
    "reasoning of another vendor in the history",
    { messages: [user(), { role: "assistant", content: "a", reasoning_content: "b" }, user()] },
    "Unknown parameter: 'messages[1].reasoning_content'.",
    "messages[1].reasoning_content",
    "unknown_parameter",
  ],
  [
    "content null beside no calls",
    { messages: [user(), { role: "assistant", content: null }, user()] },
    "Invalid value for 'content': expected a string, got null.",
    "messages.[1].content",
    null,
  ],
  [
    "an empty list of calls",
    { messages: [user(), { role: "assistant", content: "a", tool_calls: [] }, user()] },
    /^Invalid 'messages\[1\]\.tool_calls': empty array/,
    "messages[1].tool_calls",
    "empty_array",
  ],
  [
    "a number as text",
    { stream: "yes" },
    "Invalid type for 'stream': expected a boolean, but got a string instead.",
    "stream",
    "invalid_type",
  ],
  [
    "a temperature beyond the scale",
    { temperature: 3 },
    /^Invalid 'temperature': (integer|decimal) above maximum value\. Expected a value <= 2, but got 3 instead\.$/,
    "temperature",
    expect.stringMatching(/_above_max_value$/),
  ],
  [
    "no room for an answer",
    { max_tokens: 0 },
    "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    "max_tokens",
    "integer_below_min_value",
  ],
  [
    "five stop sequences",
    { stop: ["a", "b", "c", "d", "e"] },
    "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.",
    "stop",
    "array_above_max_length",
  ],
  [
    "a cache key that is too long",
    { prompt_cache_key: "x".repeat(65) },
    /^Invalid 'prompt_cache_key': string too long\. Expected a string with maximum length 64, but got a string with length 65/,
    "prompt_cache_key",
    "string_above_max_length",
  ],
];

testRefusals(
  {
    title: "OpenAI's chat completions, by their shape,",
    kind: "openai",
    path: "/v1/chat/completions",
    good: { model: "gpt-4.1", messages: [user()] },
  },
  SHAPE,
);
