import { describe, expect, it } from "@jest/globals";
import { GatewayError, USAGE_COST_FIELD, USAGE_ESTIMATED_FIELD, type StreamEvent } from "@switchyard/wire";
import { newContext } from "./__fixtures__/answer-context.ts";
import { expectLegal, summarize } from "./__fixtures__/event-laws.ts";
import { delta, finish, runChunks, toolDelta } from "./__fixtures__/run-stream.ts";
import { createStreamTranslator } from "./create-stream-translator.ts";

const USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

function said(chunks: readonly unknown[], context = newContext()): string[] {
  const events = runChunks(chunks, context);
  expectLegal(events);
  return summarize(events);
}

function caught(work: () => unknown): GatewayError {
  try {
    work();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function lastDelta(events: readonly StreamEvent[]): Extract<StreamEvent, { type: "message_delta" }> {
  const found = events.find((event) => event.type === "message_delta");
  if (found === undefined) throw new Error("no message_delta");
  return found;
}

describe("text", () => {
  it("becomes one block, piece by piece", () => {
    const events = runChunks(
      [delta({ role: "assistant", content: "" }), delta({ content: "Hel" }), delta({ content: "lo" }), finish("stop")],
      newContext(),
    );
    expectLegal(events);
    expect(events.map((event) => event.type)).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
  });

  it("is sent on at once", () => {
    const translator = createStreamTranslator(newContext());
    expect(translator.push(delta({ role: "assistant", content: null }))).toEqual([]);
    expect(translator.push(delta({ content: "a" })).map((event) => event.type)).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
    ]);
    expect(translator.push(delta({ content: "b" }))).toEqual([
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "b" } },
    ]);
  });

  it("in parts is read, thinking parts as thinking", () => {
    const parts = [
      { type: "thinking", thinking: [{ type: "text", text: "Let me see." }] },
      { type: "text", text: "Yes." },
    ];
    expect(said([delta({ content: parts }), finish("stop")])).toEqual([
      "thinking Let me see.",
      "text Yes.",
      "end_turn",
    ]);
  });

  it("of other choices is left out", () => {
    const other = { choices: [{ index: 1, delta: { content: "other" } }] };
    expect(said([delta({ content: "mine" }), other, finish("stop")])).toEqual(["text mine", "end_turn"]);
  });

  it("that declines ends the turn as a refusal, with the words told", () => {
    const events = runChunks(
      [delta({ refusal: "I can't " }), delta({ refusal: "help." }), finish("stop")],
      newContext(),
    );
    expectLegal(events);
    expect(summarize(events)).toEqual(["text I can't help.", "refusal"]);
    expect(lastDelta(events).delta["stop_details"]).toEqual({
      type: "refusal",
      category: null,
      explanation: "I can't help.",
    });
  });
});

describe("the reason to stop", () => {
  it.each([
    ["stop", "end_turn"],
    ["length", "max_tokens"],
    ["content_filter", "refusal"],
    ["SAFETY", "refusal"],
    ["content_filter: PROHIBITED_CONTENT", "refusal"],
    ["model_length", "model_context_window_exceeded"],
    ["tool_calls", "end_turn"],
    ["function_call", "end_turn"],
    ["never_heard_of", "end_turn"],
  ])("%s with text alone is %s", (raw, unified) => {
    expect(said([delta({ content: "x" }), finish(raw)]).at(-1)).toBe(unified);
  });

  it("names the stop sequence where the upstream tells it", () => {
    const context = newContext({ stopSequences: ["END", "STOP"] });
    for (const more of [{ stop_reason: "END" }, { matched_stop: "END" }]) {
      const events = runChunks([delta({ content: "x" }), delta({}, { finish_reason: "stop", ...more })], context);
      expect(lastDelta(events).delta).toMatchObject({ stop_reason: "stop_sequence", stop_sequence: "END" });
    }
  });

  it("is end_turn where a stop token is told, not a sequence of the client's", () => {
    const events = runChunks(
      [delta({ content: "x" }), delta({}, { finish_reason: "stop", stop_reason: 128_009, matched_stop: "</s>" })],
      newContext({ stopSequences: ["END"] }),
    );
    expect(lastDelta(events).delta).toMatchObject({ stop_reason: "end_turn", stop_sequence: null });
  });

  it("that says that the model failed is an error", () => {
    const events = runChunks(
      [delta({ content: "x" }), finish("function_call_filter: MALFORMED_FUNCTION_CALL")],
      newContext(),
    );
    expectLegal(events);
    expect(summarize(events)).toEqual(["error api_error"]);
  });
});

describe("usage", () => {
  it("that comes in a chunk of its own, after the end, is waited for", () => {
    const translator = createStreamTranslator(newContext());
    translator.push(delta({ content: "x" }));
    expect(translator.push(finish("stop")).map((event) => event.type)).toEqual(["content_block_stop"]);
    const last = translator.push({ choices: [], usage: USAGE });
    expect(last).toMatchObject([
      { type: "message_delta", usage: { input_tokens: 100, output_tokens: 20 } },
      { type: "message_stop" },
    ]);
    expect(translator.end()).toEqual([]);
  });

  it("that comes early stands in message_start, and later reports replace it without adding", () => {
    const events = runChunks(
      [
        { ...delta({ content: "x" }), usage: { prompt_tokens: 100, completion_tokens: 1, total_tokens: 101 } },
        { ...delta({ content: "y" }), usage: { prompt_tokens: 100, completion_tokens: 2, total_tokens: 102 } },
        finish("stop", { prompt_tokens: 100, completion_tokens: 3, total_tokens: 103 }),
      ],
      newContext(),
    );
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 100, output_tokens: 1 } } });
    expect(lastDelta(events).usage).toMatchObject({ input_tokens: 100, output_tokens: 3 });
  });

  it("that goes backwards is not believed", () => {
    const events = runChunks(
      [{ ...delta({ content: "x" }), usage: USAGE }, finish("stop", { prompt_tokens: 0, completion_tokens: 0 })],
      newContext(),
    );
    expect(lastDelta(events).usage).toMatchObject({ input_tokens: 100, output_tokens: 20 });
  });

  it("is estimated in message_start until the upstream reports it, and true in message_delta", () => {
    const events = runChunks(
      [delta({ content: "x" }), finish("stop", USAGE)],
      newContext({ estimatedInputTokens: 777 }),
    );
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 777, [USAGE_ESTIMATED_FIELD]: true } } });
    expect(lastDelta(events).usage).toMatchObject({ input_tokens: 100, output_tokens: 20 });
    expect(lastDelta(events).usage).not.toHaveProperty(USAGE_ESTIMATED_FIELD);
  });

  it("that never comes is an estimate, and says so", () => {
    const events = runChunks(
      [delta({ content: "x".repeat(400) }), finish("stop")],
      newContext({ estimatedInputTokens: 777 }),
    );
    expect(lastDelta(events).usage).toMatchObject({
      input_tokens: 777,
      output_tokens: 100,
      [USAGE_ESTIMATED_FIELD]: true,
    });
  });

  it("of Groq's own field and of a choice is read", () => {
    const groq = { ...finish("stop"), x_groq: { usage: USAGE } };
    expect(lastDelta(runChunks([delta({ content: "x" }), groq], newContext())).usage.input_tokens).toBe(100);
    const moonshot = delta({}, { finish_reason: "stop", usage: USAGE });
    expect(lastDelta(runChunks([delta({ content: "x" }), moonshot], newContext())).usage.input_tokens).toBe(100);
  });

  it("carries the cost that a router reports", () => {
    const events = runChunks([delta({ content: "x" }), finish("stop", { ...USAGE, cost: 0.00123 })], newContext());
    expect(lastDelta(events).usage[USAGE_COST_FIELD]).toBe(1_230_000);
  });
});

describe("failures", () => {
  it("before the first output are thrown, with their name and status", () => {
    const translator = createStreamTranslator(newContext());
    translator.push(delta({ role: "assistant", content: "" }));
    const error = caught(() =>
      translator.push({ error: { code: 429, message: "Rate limit exceeded, please try again in 20s" } }),
    );
    expect(error).toMatchObject({ failure: "throttled", status: 429, type: "rate_limit_error" });
    expect(error.headers["retry-after"]).toBe("20");
    expect(translator.push(delta({ content: "x" }))).toEqual([]);
    expect(translator.end()).toEqual([]);
  });

  it("after it are one error event, and nothing follows", () => {
    const translator = createStreamTranslator(newContext());
    const events = translator.push(delta({ content: "x" }));
    events.push(
      ...translator.push({
        error: { code: 502, message: "Provider disconnected" },
        choices: [{ index: 0, delta: {}, finish_reason: "error" }],
      }),
    );
    events.push(...translator.push(delta({ content: "y" })), ...translator.end());
    expectLegal(events);
    expect(events.at(-1)).toEqual({ type: "error", error: { type: "api_error", message: "Provider disconnected" } });
  });

  it.each([
    [
      "an array, as Gemini sends it",
      [{ error: { code: 503, message: "overloaded", status: "UNAVAILABLE" } }],
      "overloaded",
    ],
    [
      "flat, as vLLM sends it",
      { object: "error", message: "boom", type: "InternalServerError", code: 500 },
      "overloaded",
    ],
    ["inside a choice", delta({}, { error: { code: 401, message: "No auth" } }), "auth"],
    ["a string", { error: "model is loading" }, "overloaded"],
  ])("are read when the error is %s", (_shape, chunk, failure) => {
    expect(caught(() => createStreamTranslator(newContext()).push(chunk)).failure).toBe(failure);
  });

  it("after the reason to stop do not undo the answer", () => {
    expect(said([delta({ content: "x" }), finish("stop"), { error: { message: "late" } }])).toEqual([
      "text x",
      "end_turn",
    ]);
  });

  it("of a stream that ends without a reason to stop are an error event, never an end", () => {
    const events = runChunks([delta({ content: "half an ans" })], newContext());
    expectLegal(events);
    expect(events.at(-1)).toMatchObject({
      type: "error",
      error: { type: "api_error", message: expect.stringContaining("cut off") },
    });
  });

  it("of a stream without anything are thrown", () => {
    expect(caught(() => runChunks([], newContext())).failure).toBe("truncated");
    expect(caught(() => runChunks([delta({ role: "assistant" })], newContext())).failure).toBe("truncated");
  });

  it("of an answer without content are thrown, unless the limit or a filter left none", () => {
    expect(caught(() => runChunks([delta({ content: "" }), finish("stop", USAGE)], newContext()))).toMatchObject({
      failure: "truncated",
      status: 502,
    });
    expect(said([finish("length", USAGE)])).toEqual(["max_tokens"]);
    expect(said([finish("content_filter", USAGE)])).toEqual(["refusal"]);
  });

  it("of chunks that are no objects are told", () => {
    expect(caught(() => createStreamTranslator(newContext()).push("text")).failure).toBe("truncated");
    const events = runChunks([delta({ content: "x" }), 42], newContext());
    expect(events.at(-1)).toMatchObject({ type: "error" });
  });
});

describe("versions of the Messages API", () => {
  it("answers 2026-10-21 with every field, null where there is nothing to tell", () => {
    const events = runChunks(
      [delta({ content: "x" }), toolDelta(0, { id: "a", name: "One", arguments: "{}" }), finish("tool_calls", USAGE)],
      newContext({ apiVersion: "2026-10-21" }),
    );
    expect(events[0]).toMatchObject({
      message: {
        stop_details: null,
        container: null,
        diagnostics: null,
        usage: { server_tool_use: null, inference_geo: null, speed: null, service_tier: null },
      },
    });
    expect(events[1]).toMatchObject({ content_block: { type: "text", text: "", citations: null } });
    expect(events.find((event) => event.type === "content_block_start" && event.index === 1)).toMatchObject({
      content_block: { caller: { type: "direct" } },
    });
    expect(lastDelta(events)).toMatchObject({
      delta: { stop_details: null, container: null },
      usage: {
        cache_read_input_tokens: 0,
        cache_creation_input_tokens: 0,
        output_tokens_details: { thinking_tokens: 0 },
        server_tool_use: null,
      },
    });
  });

  it("answers 2023-06-01 without the fields that came later", () => {
    const events = runChunks([delta({ content: "x" }), finish("stop", USAGE)], newContext());
    expect(events[0]).toHaveProperty("message");
    expect(JSON.stringify(events)).not.toMatch(/stop_details|container|diagnostics|caller|citations/u);
  });
});
