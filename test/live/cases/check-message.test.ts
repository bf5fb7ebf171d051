import { describe, expect, it } from "@jest/globals";
import type { RawAnswer } from "../live-case.ts";
import { checkMessage, checkRefusal } from "./check-message.ts";

const MESSAGE = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "some-model",
  content: [{ type: "text", text: "pong" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
};

function answer(body: unknown, changes: Partial<RawAnswer> = {}): RawAnswer {
  return { status: 200, headers: { "request-id": "req_1" }, text: JSON.stringify(body), ...changes };
}

const call = (id: string, input: unknown) => ({ type: "tool_use", id, name: "get_weather", input });

describe("checkMessage", () => {
  it("finds nothing wrong with a message, nor with one whose endpoint has no cache", () => {
    expect(checkMessage(answer(MESSAGE))).toEqual([]);
    expect(checkMessage(answer({ ...MESSAGE, usage: { input_tokens: 3, output_tokens: 1 } }))).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ["no id", { id: "" }, /no id/],
    ["another role", { role: "user" }, /role/],
    ["an unknown stop reason", { stop_reason: "stop" }, /stop reason is "stop"/],
    ["no stop sequence field", { stop_sequence: undefined }, /stop_sequence is missing/],
    ["no model", { model: "" }, /names no model/],
    ["no usage", { usage: {} }, /usage.input_tokens is undefined/],
    ["usage of zero", { usage: { input_tokens: 3, output_tokens: 0 } }, /no output tokens/],
    [
      "a broken cache figure",
      { usage: { input_tokens: 3, output_tokens: 1, cache_read_input_tokens: "0" } },
      /cache_read/,
    ],
    ["two calls with one id", { content: [call("a", {}), call("a", {})] }, /share an id/],
    ["an id that no client may send back", { content: [call("a b", {})] }, /id is not as the API allows/],
    ["arguments that are a text", { content: [call("a", "{}")] }, /input of get_weather is no JSON object/],
    ["no content", { content: "pong" }, /is no message/],
  ])("names %s", (_what, changes, problem) => {
    expect(checkMessage(answer({ ...MESSAGE, ...changes })).join("; ")).toMatch(problem);
  });

  it("tells a refusal's status and words", () => {
    const refused = answer({ type: "error", error: { message: "no such model" } }, { status: 404 });
    expect(checkMessage(refused)).toEqual(["answered 404: no such model"]);
  });

  it("holds a stream to its grammar and to its content", () => {
    const { content: _content, ...message } = MESSAGE;
    const events = [
      { type: "message_start", message: { ...message, content: [], stop_reason: null } },
      { type: "content_block_start", index: 0, content_block: call("a", {}) },
      { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: '{"city":' } },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 5 } },
    ].map((event) => JSON.stringify(event));
    expect(checkMessage(answer("", { events }))).toEqual([
      "the stream has no message_stop",
      "the input of get_weather is no JSON object",
    ]);
  });
});

describe("checkRefusal", () => {
  const refused = (changes: object = {}, head: Partial<RawAnswer> = {}) =>
    answer(
      { type: "error", error: { type: "invalid_request_error", message: "no", ...changes } },
      { status: 400, ...head },
    );

  it("finds nothing wrong with the API's envelope", () => {
    expect(checkRefusal(refused(), 400, "invalid_request_error")).toEqual([]);
  });

  it.each<[string, RawAnswer, RegExp]>([
    ["another status", refused({}, { status: 502 }), /502 instead of 400: no/],
    ["another type", refused({ type: "api_error" }), /"api_error" instead of invalid_request_error/],
    ["no message", refused({ message: "" }), /no message/],
    ["no request id", refused({}, { headers: {} }), /request-id/],
    ["another envelope", answer({ error: { message: "no" } }, { status: 400 }), /envelope/],
    ["a page", { status: 400, headers: {}, text: "<html>" }, /envelope/],
  ])("names %s", (_what, given, problem) => {
    expect(checkRefusal(given, 400, "invalid_request_error").join("; ")).toMatch(problem);
  });
});
