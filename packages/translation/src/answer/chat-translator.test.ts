import { describe, expect, it } from "@jest/globals";
import { GatewayError, type StreamEvent } from "@switchyard/wire";
import { newContext } from "./__fixtures__/answer-context.ts";
import { expectLegal, summarize } from "./__fixtures__/event-laws.ts";
import { delta, finish, runChunks, toolDelta } from "./__fixtures__/run-stream.ts";
import { COST_FIELD, ESTIMATED_FIELD } from "./answer-envelope.ts";
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

describe("tool calls", () => {
  it("stream their arguments as they come", () => {
    const translator = createStreamTranslator(newContext());
    translator.push(toolDelta(0, { id: "call_1", name: "Bash", arguments: "" }));
    expect(translator.push(toolDelta(0, { arguments: '{"com' }))).toEqual([
      { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: '{"com' } },
    ]);
    expect(translator.push(toolDelta(0, { arguments: 'mand":"ls"}' }))).toHaveLength(1);
  });

  it("with no arguments at all get an empty object", () => {
    expect(said([toolDelta(0, { id: "a", name: "List", arguments: "" }), finish("tool_calls")])).toEqual([
      "tool_use List {}",
      "tool_use",
    ]);
  });

  it("keep arguments that come with the first delta", () => {
    expect(said([toolDelta(0, { id: "a", name: "Read", arguments: '{"f":1}' }), finish("tool_calls")])).toEqual([
      'tool_use Read {"f":1}',
      "tool_use",
    ]);
  });

  it("whose deltas interleave come out one after the other, the first one streaming", () => {
    const chunks = [
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":' }),
      toolDelta(1, { id: "b", name: "Two", arguments: '{"y":' }),
      toolDelta(0, { arguments: "1" }),
      toolDelta(1, { arguments: "2" }),
      toolDelta(0, { arguments: "}" }),
      toolDelta(1, { arguments: "}" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', 'tool_use Two {"y":2}', "tool_use"]);
    const translator = createStreamTranslator(newContext());
    const perChunk = chunks.map(
      (chunk) => translator.push(chunk).filter((event) => event.type === "content_block_delta").length,
    );
    expect(perChunk).toEqual([1, 0, 1, 0, 2, 1, 0]);
  });

  it("that all have index 0 are told apart by their ids", () => {
    const chunks = [
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":1}' }),
      toolDelta(0, { id: "b", name: "Two", arguments: '{"y":' }),
      toolDelta(0, { arguments: "2}" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', 'tool_use Two {"y":2}', "tool_use"]);
  });

  it("that repeat id and name with every delta are one call", () => {
    const chunks = [
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":' }),
      toolDelta(0, { id: "a", name: "One", arguments: "1}" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', "tool_use"]);
  });

  it("whose id changes with every delta are one call while no new name comes", () => {
    const chunks = [
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":' }),
      toolDelta(0, { id: "b", arguments: "1}" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', "tool_use"]);
  });

  it("without index and whole in one chunk, as Gemini sends them, are as many calls as there are ids", () => {
    const chunk = delta({
      tool_calls: [
        { id: "a", type: "function", function: { name: "One", arguments: '{"x":1}' } },
        { id: "b", type: "function", function: { name: "Two", arguments: '{"y":2}' } },
      ],
    });
    expect(said([chunk, finish("stop")])).toEqual(['tool_use One {"x":1}', 'tool_use Two {"y":2}', "tool_use"]);
  });

  it("without index or id are told apart by their names", () => {
    const chunks = [
      toolDelta(undefined, { name: "One", arguments: "{}" }),
      toolDelta(undefined, { name: "Two", arguments: "{}" }),
      finish("stop"),
    ];
    const events = runChunks(chunks, newContext());
    expectLegal(events);
    expect(summarize(events)).toEqual(["tool_use One {}", "tool_use Two {}", "tool_use"]);
    const ids = events.flatMap((event) =>
      event.type === "content_block_start" && "id" in event.content_block ? [event.content_block.id] : [],
    );
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/u);
  });

  it("with one id for two calls get two", () => {
    const events = runChunks(
      [
        toolDelta(0, { id: "same", name: "A", arguments: "{}" }),
        toolDelta(1, { id: "same", name: "B", arguments: "{}" }),
        finish("tool_calls"),
      ],
      newContext(),
    );
    const ids = events.flatMap((event) =>
      event.type === "content_block_start" && "id" in event.content_block ? [event.content_block.id] : [],
    );
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toBe("same");
  });

  it("wait for their name", () => {
    const translator = createStreamTranslator(newContext());
    expect(translator.push(toolDelta(0, { id: "a", arguments: '{"x":' }))).toEqual([]);
    const events = translator.push(toolDelta(0, { name: "One", arguments: "1}" }));
    expect(summarize([...events, ...translator.push(finish("tool_calls")), ...translator.end()])).toEqual([
      'tool_use One {"x":1}',
      "tool_use",
    ]);
  });

  it("with ids that the Messages API would refuse get legal ones, with names the client's own", () => {
    const context = newContext({
      toolNames: {
        toUpstream: (name) => name,
        toClient: (name) => (name === "mcp_short" ? "mcp__server__long" : name),
      },
    });
    const events = runChunks(
      [toolDelta(0, { id: "functions.Bash:0", name: "mcp_short", arguments: "{}" }), finish("tool_calls")],
      context,
    );
    const start = events.find((event) => event.type === "content_block_start");
    expect(start).toMatchObject({
      content_block: { name: "mcp__server__long", id: expect.stringMatching(/^[a-zA-Z0-9_-]+$/u) },
    });
  });

  it("in the form of function_call are calls", () => {
    const chunks = [
      delta({ function_call: { name: "One", arguments: '{"x"' } }),
      delta({ function_call: { arguments: ":1}" } }),
      finish("function_call"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', "tool_use"]);
  });

  it("whose arguments are an object are calls like any other", () => {
    const chunk = delta({ tool_calls: [{ index: 0, id: "a", function: { name: "One", arguments: { x: 1 } } }] });
    expect(said([chunk, finish("tool_calls")])).toEqual(['tool_use One {"x":1}', "tool_use"]);
  });

  it("are followed by text in a block of its own", () => {
    const chunks = [
      delta({ content: "before" }),
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":1}' }),
      delta({ content: "after" }),
      delta({ reasoning_content: "hm" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(["text before", 'tool_use One {"x":1}', "text after", "thinking hm", "tool_use"]);
  });

  it("are not torn apart by text that comes between their deltas", () => {
    const chunks = [
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":' }),
      delta({ content: "note" }),
      toolDelta(0, { arguments: "1}" }),
      delta({ content: " more" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', "text note more", "tool_use"]);
  });

  it("inside a wrapper that the model made up are taken out of it", () => {
    const uses = {
      tool_uses: [
        { recipient_name: "functions.A", parameters: { x: 1 } },
        { recipient_name: "functions.B", parameters: {} },
      ],
    };
    const chunks = [
      toolDelta(0, { id: "w", name: "multi_tool_use.parallel", arguments: JSON.stringify(uses) }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use A {"x":1}', "tool_use B {}", "tool_use"]);
  });

  it("of a tool that happens to be called like the wrapper stay what they are", () => {
    expect(said([toolDelta(0, { id: "w", name: "parallel", arguments: '{"jobs":2}' }), finish("tool_calls")])).toEqual([
      'tool_use parallel {"jobs":2}',
      "tool_use",
    ]);
  });

  it("that lack only closing brackets are completed when the upstream says that it was done", () => {
    const translator = createStreamTranslator(newContext());
    const events = [
      translator.push(toolDelta(0, { id: "a", name: "One", arguments: '{"x":["y"' })),
      translator.push(finish("tool_calls")),
      translator.end(),
    ].flat();
    expectLegal(events);
    expect(summarize(events)).toEqual(['tool_use One {"x":["y"]}', "tool_use"]);
    expect(translator.warnings?.().map((warning) => warning.code)).toEqual(["tool-arguments-repaired"]);
  });

  it("that break off inside a value end in an error, inside the open block", () => {
    const events = runChunks(
      [toolDelta(0, { id: "a", name: "Bash", arguments: '{"command":"rm -rf /tmp/a' }), finish("tool_calls")],
      newContext(),
    );
    expectLegal(events);
    expect(events.at(-1)).toMatchObject({ type: "error", error: { type: "api_error" } });
    expect(events.some((event) => event.type === "content_block_stop")).toBe(false);
  });

  it("that the limit cuts off end with max_tokens, so that no client runs them", () => {
    expect(
      said([toolDelta(0, { id: "a", name: "Bash", arguments: '{"command":"rm -rf /tmp/a' }), finish("length")]),
    ).toEqual(['tool_use Bash {"command":"rm -rf /tmp/a', "max_tokens"]);
  });

  it("that are whole are to be run, whatever word the upstream ends with", () => {
    for (const reason of ["stop", "length", "tool_calls", "something_new"]) {
      expect(said([toolDelta(0, { id: "a", name: "One", arguments: '{"x":1}' }), finish(reason)]).at(-1)).toBe(
        "tool_use",
      );
    }
  });

  it("without a name and without arguments are no calls", () => {
    expect(said([delta({ content: "hi" }), toolDelta(0, {}), finish("stop")])).toEqual(["text hi", "end_turn"]);
  });
});

describe("tool calls between markers in the reasoning", () => {
  const marked = '<|FunctionCallBegin|>[{"name":"Read","parameters":{"path":"a"}},{"name":"List"}]<|FunctionCallEnd|>';

  it("become tool_use blocks, wherever the markers are cut", () => {
    const text = `I will read. ${marked}`;
    for (let cut = 1; cut < text.length; cut += 1) {
      const chunks = [
        delta({ reasoning_content: text.slice(0, cut) }),
        delta({ reasoning_content: text.slice(cut) }),
        finish("stop"),
      ];
      expect(said(chunks)).toEqual([
        "thinking I will read. ",
        'tool_use Read {"path":"a"}',
        "tool_use List {}",
        "tool_use",
      ]);
    }
  });

  it("are found without the end marker, and left as text when they are no calls", () => {
    expect(said([delta({ reasoning: '<|FunctionCallBegin|>{"name":"A","parameters":{}}' }), finish("stop")])).toEqual([
      "tool_use A {}",
      "tool_use",
    ]);
    expect(said([delta({ reasoning: "<|FunctionCallBegin|>nothing<|FunctionCallEnd|>" }), finish("stop")])).toEqual([
      "thinking <|FunctionCallBegin|>nothing<|FunctionCallEnd|>",
      "end_turn",
    ]);
  });

  it("leave other angle brackets alone", () => {
    expect(
      said([
        delta({ reasoning: "a < b <| c" }),
        delta({ reasoning: " <|Function" }),
        delta({ content: "ok" }),
        finish("stop"),
      ]),
    ).toEqual(["thinking a < b <| c <|Function", "text ok", "end_turn"]);
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
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 777, [ESTIMATED_FIELD]: true } } });
    expect(lastDelta(events).usage).toMatchObject({ input_tokens: 100, output_tokens: 20 });
    expect(lastDelta(events).usage).not.toHaveProperty(ESTIMATED_FIELD);
  });

  it("that never comes is an estimate, and says so", () => {
    const events = runChunks(
      [delta({ content: "x".repeat(400) }), finish("stop")],
      newContext({ estimatedInputTokens: 777 }),
    );
    expect(lastDelta(events).usage).toMatchObject({ input_tokens: 777, output_tokens: 100, [ESTIMATED_FIELD]: true });
  });

  it("of Groq's own field and of a choice is read", () => {
    const groq = { ...finish("stop"), x_groq: { usage: USAGE } };
    expect(lastDelta(runChunks([delta({ content: "x" }), groq], newContext())).usage.input_tokens).toBe(100);
    const moonshot = delta({}, { finish_reason: "stop", usage: USAGE });
    expect(lastDelta(runChunks([delta({ content: "x" }), moonshot], newContext())).usage.input_tokens).toBe(100);
  });

  it("carries the cost that a router reports", () => {
    const events = runChunks([delta({ content: "x" }), finish("stop", { ...USAGE, cost: 0.00123 })], newContext());
    expect(lastDelta(events).usage[COST_FIELD]).toBe(1_230_000);
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
