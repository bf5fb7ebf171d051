import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Scenario } from "../../scenario.ts";
import { PARAMETERS, PNG } from "../__fixtures__/chat-bodies.ts";
import {
  at,
  closeSessions,
  errorOf,
  openSession,
  type Answer,
  type Fields,
  type Session,
} from "../__fixtures__/session.ts";

const TOOLS = [{ type: "function", name: "read", parameters: PARAMETERS, strict: false }];
const BODY = { model: "gpt-5.6", input: "hello", tools: TOOLS };
const STREAM = { ...BODY, stream: true };
const TEXT = "an answer that is long enough for several deltas: ✓ 🙂";
const TEXT_ALONE: Scenario = { blocks: [{ type: "text", text: TEXT }] };
const REASONED_CALLS: Scenario = {
  blocks: [
    { type: "reasoning", text: "thinking about it" },
    { type: "tool_call", name: "read", input: { path: "a" } },
    { type: "tool_call", name: "read", input: { path: "b" }, id: "call_b" },
  ],
};

let session: Session;
beforeEach(async () => {
  session = await openSession("openai", { path: "/v1/responses" });
});
afterEach(closeSessions);

function answerTo(body: Fields, scenario: Scenario): Promise<Answer> {
  session.simulator.script(scenario);
  return session.ask(body);
}

function joined(answer: Answer, type: string): string {
  return answer.events.map((event) => (event["type"] === type ? String(event["delta"]) : "")).join("");
}

describe("a response", () => {
  it("holds a message, and echoes what was asked", async () => {
    const { json } = await answerTo({ ...BODY, instructions: "be brief", max_output_tokens: 99 }, TEXT_ALONE);
    expect(json).toMatchObject({
      id: expect.stringMatching(/^resp_[0-9a-f]{48}$/),
      object: "response",
      status: "completed",
      error: null,
      incomplete_details: null,
      instructions: "be brief",
      max_output_tokens: 99,
      model: "gpt-5.6-2026-07-09",
      tools: [{ type: "function", name: "read", description: null }],
      output: [
        {
          id: expect.stringMatching(/^msg_/),
          type: "message",
          status: "completed",
          role: "assistant",
          content: [{ type: "output_text", text: TEXT, annotations: [], logprobs: [] }],
        },
      ],
    });
  });

  it("holds reasoning and calls as items of their own", async () => {
    const { json } = await answerTo(BODY, REASONED_CALLS);
    expect(at(json, "output")).toEqual([
      { id: expect.stringMatching(/^rs_/), type: "reasoning", summary: [] },
      {
        id: expect.stringMatching(/^fc_/),
        type: "function_call",
        status: "completed",
        call_id: expect.stringMatching(/^call_/),
        name: "read",
        arguments: '{"path":"a"}',
      },
      expect.objectContaining({ call_id: "call_b", arguments: '{"path":"b"}' }),
    ]);
  });

  it("shows a summary only when one was asked for", async () => {
    const { json } = await answerTo({ ...BODY, reasoning: { effort: "high", summary: "auto" } }, REASONED_CALLS);
    expect(at(json, "output", 0, "summary")).toEqual([{ type: "summary_text", text: "thinking about it" }]);
    expect(at(json, "reasoning")).toEqual({ effort: "high", summary: "auto" });
  });

  it("tells usage with its details, or none when told so", async () => {
    const usage = { input: 100, output: 30, cacheRead: 60, cacheWrite: 20, reasoning: 10 };
    const { json } = await answerTo(BODY, { ...TEXT_ALONE, usage });
    expect(at(json, "usage")).toEqual({
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 20 },
      output_tokens: 30,
      output_tokens_details: { reasoning_tokens: 10 },
      total_tokens: 130,
    });
    const silent = await answerTo(BODY, { ...TEXT_ALONE, usage: { when: "never" } });
    expect(at(silent.json, "usage")).toBeNull();
  });

  it.each([
    ["max_tokens", "max_output_tokens"],
    ["refusal", "content_filter"],
  ])("is incomplete after %s, because of %s", async (stopReason, reason) => {
    const scenario = { ...TEXT_ALONE, stopReason, times: 2 };
    const whole = await answerTo(BODY, scenario);
    expect(whole.json).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason },
      output: [{ status: "incomplete" }],
    });
    const streamed = await session.ask(STREAM);
    expect(streamed.names.at(-1)).toBe("response.incomplete");
    expect(streamed.events.at(-1)).toMatchObject({ response: { incomplete_details: { reason } } });
  });

  it("is chosen by the words of the last person and the results since", async () => {
    session.simulator.useBrain((view) => ({ blocks: [{ type: "text", text: JSON.stringify(view) }] }));
    const { json } = await session.ask({
      ...BODY,
      instructions: "be brief",
      input: [
        { role: "developer", content: "and kind" },
        { role: "user", content: "read it" },
        { type: "function_call", call_id: "call_1", name: "read", arguments: "{}" },
        {
          type: "function_call_output",
          call_id: "call_1",
          output: [
            { type: "input_text", text: "a picture" },
            { type: "input_image", image_url: `data:image/png;base64,${PNG}` },
          ],
        },
      ],
    });
    expect(JSON.parse(String(at(json, "output", 0, "content", 0, "text")))).toEqual({
      model: "gpt-5.6",
      stream: false,
      system: "be brief\nand kind",
      lastUserText: "read it",
      tools: ["read"],
      toolResults: [{ callId: "call_1", name: "read", text: "a picture", hasImage: true, isError: false }],
    });
  });
});

describe("a streamed response", () => {
  it("numbers its events from 0 on, names them by their type, and has no terminator", async () => {
    const { events, names, text } = await answerTo(STREAM, TEXT_ALONE);
    expect(events.map((event) => event["sequence_number"])).toEqual(events.map((_, index) => index));
    expect(names).toEqual(events.map((event) => event["type"]));
    expect(text).not.toContain("[DONE]");
  });

  it("opens and closes every item and part in order", async () => {
    const { events } = await answerTo(
      { ...STREAM, reasoning: { summary: "auto" } },
      {
        blocks: [
          { type: "reasoning", text: "short" },
          { type: "text", text: "short" },
          { type: "tool_call", name: "read", input: {} },
        ],
      },
    );
    expect(events.map((event) => [event["type"], event["output_index"]])).toEqual([
      ["response.created", undefined],
      ["response.in_progress", undefined],
      ["response.output_item.added", 0],
      ["response.reasoning_summary_part.added", 0],
      ["response.reasoning_summary_text.delta", 0],
      ["response.reasoning_summary_text.done", 0],
      ["response.reasoning_summary_part.done", 0],
      ["response.output_item.done", 0],
      ["response.output_item.added", 1],
      ["response.content_part.added", 1],
      ["response.output_text.delta", 1],
      ["response.output_text.done", 1],
      ["response.content_part.done", 1],
      ["response.output_item.done", 1],
      ["response.output_item.added", 2],
      ["response.function_call_arguments.delta", 2],
      ["response.function_call_arguments.done", 2],
      ["response.output_item.done", 2],
      ["response.completed", undefined],
    ]);
  });

  it("says in deltas, in its ends and in the whole response the same", async () => {
    const streamed = await answerTo(STREAM, {
      blocks: [...(TEXT_ALONE.blocks ?? []), ...(REASONED_CALLS.blocks ?? [])],
    });
    expect(joined(streamed, "response.output_text.delta")).toBe(TEXT);
    const items = streamed.events.filter((event) => event["type"] === "response.output_item.done");
    expect(at(streamed.events.at(-1), "response", "output")).toEqual(items.map((event) => event["item"]));
    expect(joined(streamed, "response.function_call_arguments.delta")).toBe('{"path":"a"}{"path":"b"}');
  });

  it("interleaves parallel calls when told so", async () => {
    const { events } = await answerTo(STREAM, {
      ...REASONED_CALLS,
      delivery: { interleave: true, deltaCharacters: 4 },
    });
    const deltas = events.filter((event) => event["type"] === "response.function_call_arguments.delta");
    expect(deltas.slice(0, 4).map((event) => event["output_index"])).toEqual([1, 2, 1, 2]);
  });

  it.each([
    ["whole", ['{"path":"abc"}']],
    ["cumulative", ['{"path', '{"path":"abc', '{"path":"abc"}']],
    ["empty", []],
  ] as const)("sends arguments %s when told so", async (toolArguments, deltas) => {
    const { events } = await answerTo(STREAM, {
      blocks: [{ type: "tool_call", name: "read", input: { path: "abc" } }],
      delivery: { toolArguments, deltaCharacters: 6 },
    });
    const found = events.filter((event) => event["type"] === "response.function_call_arguments.delta");
    expect(found.map((event) => event["delta"])).toEqual(deltas);
  });

  it("has as many events as it is told", async () => {
    const { events } = await answerTo(STREAM, { ...TEXT_ALONE, delivery: { events: 60 } });
    expect(events).toHaveLength(60);
  });

  it("pads its deltas unless told not to", async () => {
    const padded = await answerTo(STREAM, TEXT_ALONE);
    expect(padded.events.some((event) => "obfuscation" in event)).toBe(true);
    const plain = await answerTo({ ...STREAM, stream_options: { include_obfuscation: false } }, TEXT_ALONE);
    expect(plain.events.some((event) => "obfuscation" in event)).toBe(false);
  });

  it("ends in an error event and a failed response, numbered on", async () => {
    const { events, names } = await answerTo(STREAM, {
      ...TEXT_ALONE,
      fault: { type: "error_in_200", afterEvents: 5, status: 500, message: "it broke" },
    });
    expect(names.slice(-2)).toEqual(["error", "response.failed"]);
    expect(events.slice(-2)).toMatchObject([
      { type: "error", sequence_number: 5, error: { type: "server_error", message: "it broke" } },
      { sequence_number: 6, response: { status: "failed", error: { code: "server_error", message: "it broke" } } },
    ]);
  });
});

describe("errors of Responses", () => {
  it("name a model that does not exist otherwise than chat completions do", async () => {
    const answer = await session.ask({ ...BODY, model: "gpt-9" });
    expect(answer.status).toBe(404);
    expect(errorOf(answer)).toEqual({
      message: "The requested model 'gpt-9' does not exist.",
      type: "invalid_request_error",
      param: "model",
      code: "model_not_found",
    });
  });

  it("refuse a prompt that is too long", async () => {
    const small = await openSession("openai", { path: "/v1/responses", models: [{ id: "small", contextWindow: 50 }] });
    const answer = await small.ask({ model: "small", input: "word ".repeat(200) });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      message: "Your input exceeds the context window of this model. Please adjust your input and try again.",
      code: "context_length_exceeded",
    });
  });

  it("are scripted by status", async () => {
    const answer = await answerTo(BODY, { error: { status: 429 } });
    expect(answer.status).toBe(429);
    expect(errorOf(answer)).toMatchObject({ code: "rate_limit_exceeded" });
  });

  it("ask for a key before they look at the body", async () => {
    expect((await session.ask("{", {})).status).toBe(401);
    expect((await session.ask("{")).status).toBe(400);
  });
});
