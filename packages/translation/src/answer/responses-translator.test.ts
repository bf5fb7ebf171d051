import { describe, expect, it } from "@jest/globals";
import { GatewayError, type StreamEvent } from "@switchyard/wire";
import { decodeThinkingSignature } from "../thinking-signature.ts";
import { newContext } from "./__fixtures__/answer-context.ts";
import { expectLegal, summarize } from "./__fixtures__/event-laws.ts";
import { runChunks } from "./__fixtures__/run-stream.ts";
import { convertAnswer } from "./convert-answer.ts";
import { createStreamTranslator } from "./create-stream-translator.ts";

const context = newContext({ target: { dialect: "responses", reasoningHistory: "encrypted" } });
const USAGE = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
  output_tokens: 30,
  output_tokens_details: { reasoning_tokens: 12 },
  total_tokens: 130,
};

type Fields = Record<string, unknown>;

function added(place: number, item: Fields): Fields {
  return { type: "response.output_item.added", output_index: place, item };
}

function done(place: number, item: Fields): Fields {
  return { type: "response.output_item.done", output_index: place, item };
}

function text(place: number, piece: string, part = 0): Fields {
  return { type: "response.output_text.delta", output_index: place, content_index: part, delta: piece };
}

function args(place: number, piece: string): Fields {
  return { type: "response.function_call_arguments.delta", output_index: place, delta: piece };
}

function summary(place: number, part: number, piece: string): Fields {
  return { type: "response.reasoning_summary_text.delta", output_index: place, summary_index: part, delta: piece };
}

function completed(output: Fields[] = [], more: Fields = {}): Fields {
  return {
    type: "response.completed",
    response: { object: "response", status: "completed", output, usage: USAGE, ...more },
  };
}

function message(...texts: string[]): Fields {
  return {
    type: "message",
    role: "assistant",
    content: texts.map((piece) => ({ type: "output_text", text: piece, annotations: [{ type: "url_citation" }] })),
  };
}

function call(id: string, name: string, argumentsText = ""): Fields {
  return { type: "function_call", id: `fc_${id}`, call_id: id, name, arguments: argumentsText };
}

function said(events: readonly Fields[]): string[] {
  const all = runChunks(
    [{ type: "response.created", response: {} }, { type: "response.in_progress", response: {} }, ...events],
    context,
  );
  expectLegal(all);
  return summarize(all);
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

function payloads(events: readonly StreamEvent[]): unknown[] {
  return events.flatMap((event) =>
    event.type === "content_block_delta" && event.delta.type === "signature_delta"
      ? [decodeThinkingSignature(event.delta.signature)?.payload]
      : [],
  );
}

describe("items", () => {
  it("of text and calls stream and keep their order", () => {
    const events = [
      added(0, { type: "message", content: [] }),
      text(0, "Hel"),
      text(0, "lo"),
      done(0, message("Hello")),
      added(1, call("call_1", "Bash")),
      args(1, '{"a"'),
      args(1, ":1}"),
      { type: "response.function_call_arguments.done", output_index: 1, arguments: '{"a":1}' },
      done(1, call("call_1", "Bash", '{"a":1}')),
      completed(),
    ];
    expect(said(events)).toEqual(["text Hello", 'tool_use Bash {"a":1}', "tool_use"]);
    const translator = createStreamTranslator(context);
    const perEvent = events.map((event) => translator.push(event).length);
    expect(perEvent.slice(0, 8)).toEqual([0, 3, 1, 1, 1, 1, 1, 0]);
  });

  it("that interleave come out one after the other", () => {
    const events = [
      added(0, call("a", "One")),
      added(1, call("b", "Two")),
      args(1, '{"y":'),
      args(0, '{"x":'),
      args(1, "2}"),
      args(0, "1}"),
      done(1, call("b", "Two", '{"y":2}')),
      done(0, call("a", "One", '{"x":1}')),
      completed(),
    ];
    expect(said(events)).toEqual(['tool_use One {"x":1}', 'tool_use Two {"y":2}', "tool_use"]);
  });

  it("that are told only at their end lose nothing", () => {
    expect(said([done(0, message("Hello")), done(1, call("a", "One", '{"x":1}')), completed()])).toEqual([
      "text Hello",
      'tool_use One {"x":1}',
      "tool_use",
    ]);
  });

  it("that are told only with the whole response lose nothing", () => {
    expect(said([completed([message("Hello"), call("a", "One", '{"x":1}')])])).toEqual([
      "text Hello",
      'tool_use One {"x":1}',
      "tool_use",
    ]);
  });

  it("are not told twice where the response repeats them, ids and places changed", () => {
    const events = [
      added(0, { ...message(), id: "m1" }),
      text(0, "Hello"),
      done(0, { ...message("Hello"), id: "m2" }),
      completed([{ ...message("Hello"), id: "m3" }]),
    ];
    expect(said(events)).toEqual(["text Hello", "end_turn"]);
    const skipped = [done(0, message("A")), done(2, message("B")), completed([message("A"), message("B")])];
    expect(said(skipped)).toEqual(["text A", "text B", "end_turn"]);
  });

  it("whose last pieces are missing are completed from their end", () => {
    expect(said([added(0, message()), text(0, "Hel"), done(0, message("Hello")), completed()])).toEqual([
      "text Hello",
      "end_turn",
    ]);
  });

  it("that never end are ended by the response", () => {
    expect(
      said([added(0, message()), text(0, "Hi"), added(1, call("a", "One")), args(1, '{"x":1}'), completed()]),
    ).toEqual(["text Hi", 'tool_use One {"x":1}', "tool_use"]);
  });

  it("with several parts get a block for each", () => {
    expect(
      said([added(0, message()), text(0, "A", 0), text(0, "B", 1), done(0, message("A", "B")), completed()]),
    ).toEqual(["text A", "text B", "end_turn"]);
  });

  it("of custom tools carry their text as input", () => {
    const custom = { type: "custom_tool_call", call_id: "c", name: "sql", input: "" };
    const piece = (delta: string): Fields => ({
      type: "response.custom_tool_call_input.delta",
      output_index: 0,
      delta,
    });
    expect(
      said([
        added(0, custom),
        piece('SELECT "'),
        piece("ä\n"),
        done(0, { ...custom, input: 'SELECT "ä\n' }),
        completed(),
      ]),
    ).toEqual([`tool_use sql ${JSON.stringify({ input: 'SELECT "ä\n' })}`, "tool_use"]);
  });

  it("that the upstream executes leave only their text", () => {
    const events = [
      added(0, { type: "web_search_call" }),
      done(0, { type: "web_search_call", status: "completed" }),
      done(1, message("Found.")),
      completed(),
    ];
    expect(said(events)).toEqual(["text Found.", "end_turn"]);
  });

  it("that no one offered are shown as text, with a warning", () => {
    const translator = createStreamTranslator(context);
    const events = [
      ...translator.push(done(0, { type: "shell_call", id: "x", action: { commands: ["ls"] } })),
      ...translator.push(completed()),
    ];
    expect(summarize(events)).toEqual(['text [shell_call] {"action":{"commands":["ls"]}}', "end_turn"]);
    expect(translator.warnings?.().map((warning) => warning.code)).toEqual(["output-item-as-text"]);
  });

  it("that decline end the turn as a refusal", () => {
    const refusal = { type: "response.refusal.delta", output_index: 0, content_index: 0, delta: "No." };
    expect(
      said([
        added(0, message()),
        refusal,
        done(0, { type: "message", content: [{ type: "refusal", refusal: "No." }] }),
        completed(),
      ]),
    ).toEqual(["text No.", "refusal"]);
    expect(said([done(0, { type: "message", content: [{ type: "refusal", refusal: "No." }] }), completed()])).toEqual([
      "text No.",
      "refusal",
    ]);
  });

  it("of calls without arguments let the text behind them stream", () => {
    const translator = createStreamTranslator(context);
    translator.push(added(0, call("a", "One")));
    translator.push(args(0, "{}"));
    translator.push(done(0, call("a", "One", "{}")));
    translator.push(added(1, message()));
    expect(translator.push(text(1, "x")).map((event) => event.type)).toContain("content_block_delta");
  });
});

describe("reasoning", () => {
  const item = {
    type: "reasoning",
    id: "rs_1",
    encrypted_content: "gAAA",
    summary: [
      { type: "summary_text", text: "One." },
      { type: "summary_text", text: "Two." },
    ],
  };
  const streamed = [
    added(0, { type: "reasoning", id: "rs_1", summary: [] }),
    summary(0, 0, "One"),
    summary(0, 0, "."),
    summary(0, 1, "Two."),
    done(0, item),
  ];

  it("shows its summaries, set apart, and carries the item as it came", () => {
    const events = runChunks([...streamed, done(1, message("Hi")), completed()], context);
    expectLegal(events);
    expect(summarize(events)).toEqual(["thinking One.\n\nTwo.", "text Hi", "end_turn"]);
    expect(payloads(events)).toEqual([{ kind: "encrypted", items: [item] }]);
  });

  it("that is encrypted alone is an empty thinking block", () => {
    const silent = { type: "reasoning", id: "rs_1", encrypted_content: "gAAA", summary: [] };
    const events = runChunks(
      [added(0, { type: "reasoning" }), done(0, silent), done(1, call("a", "One", "{}")), completed()],
      context,
    );
    expectLegal(events);
    expect(summarize(events)).toEqual(["thinking ", "tool_use One {}", "tool_use"]);
    expect(payloads(events)).toEqual([{ kind: "encrypted", items: [silent] }]);
  });

  it("without anything to give back is signed with its issuer alone", () => {
    const events = runChunks(
      [...streamed.slice(0, 4), done(0, { ...item, encrypted_content: null }), done(1, message("Hi")), completed()],
      context,
    );
    expect(payloads(events)).toEqual([{ kind: "reasoning_content" }]);
  });

  it("in plain text is shown", () => {
    const raw = { type: "response.reasoning_text.delta", output_index: 0, content_index: 0, delta: "Plain." };
    expect(
      said([
        added(0, { type: "reasoning" }),
        raw,
        done(0, { type: "reasoning", content: [{ type: "reasoning_text", text: "Plain." }] }),
        done(1, message("x")),
        completed(),
      ]),
    ).toEqual(["thinking Plain.", "text x", "end_turn"]);
  });

  it("is told beside the call when the client has thinking off", () => {
    const translator = createStreamTranslator({ ...context, wantsThinking: false });
    const events = [...streamed, done(1, call("call_1", "One", "{}")), completed()].flatMap((event) =>
      translator.push(event),
    );
    expectLegal(events);
    expect(summarize(events)).toEqual(["tool_use One {}", "tool_use"]);
    expect(translator.sidecar?.()).toEqual({ call_1: { kind: "encrypted", items: [item] } });
  });
});

describe("the end of a response", () => {
  it("tells usage in disjoint buckets", () => {
    const events = runChunks([done(0, message("x")), completed()], context);
    expect(events.at(-2)).toMatchObject({
      usage: {
        input_tokens: 30,
        cache_read_input_tokens: 60,
        cache_creation_input_tokens: 10,
        output_tokens: 30,
        output_tokens_details: { thinking_tokens: 12 },
      },
    });
  });

  it.each([
    ["max_output_tokens", "max_tokens"],
    ["content_filter", "refusal"],
    ["something_new", "end_turn"],
  ])("incomplete by %s is %s", (reason, unified) => {
    const incomplete = {
      type: "response.incomplete",
      response: { status: "incomplete", incomplete_details: { reason }, output: [], usage: USAGE },
    };
    expect(said([added(0, message()), text(0, "x"), incomplete])).toEqual(["text x", unified]);
  });

  it("that cuts a call off is max_tokens", () => {
    const cut = { ...call("a", "One", '{"x":"y'), status: "incomplete" };
    const incomplete = {
      type: "response.incomplete",
      response: { status: "incomplete", incomplete_details: { reason: "max_output_tokens" }, output: [cut] },
    };
    expect(said([added(0, call("a", "One")), args(0, '{"x":"y'), done(0, cut), incomplete])).toEqual([
      'tool_use One {"x":"y',
      "max_tokens",
    ]);
  });

  it("by failure is thrown before the first output, with its name", () => {
    const failed = {
      type: "response.failed",
      response: {
        status: "failed",
        error: { code: "rate_limit_exceeded", message: "Rate limit reached. Please try again in 6m0s." },
      },
    };
    expect(caught(() => runChunks([{ type: "response.created", response: {} }, failed], context))).toMatchObject({
      failure: "throttled",
      status: 429,
      headers: { "retry-after": "360" },
    });
    const flat = { type: "error", code: "server_error", message: "The server had an error", param: null };
    expect(caught(() => runChunks([flat], context))).toMatchObject({
      failure: "overloaded",
      type: "api_error",
      message: "The server had an error",
    });
  });

  it("by failure after output is an error event", () => {
    const failed = {
      type: "response.failed",
      response: { status: "failed", error: { code: "server_error", message: "boom" } },
    };
    const events = runChunks([added(0, message()), text(0, "x"), failed, completed()], context);
    expectLegal(events);
    expect(events.at(-1)).toEqual({ type: "error", error: { type: "api_error", message: "boom" } });
  });

  it("that never comes is an error event", () => {
    const events = runChunks([added(0, message()), text(0, "x"), done(0, message("x"))], context);
    expectLegal(events);
    expect(summarize(events).at(-1)).toBe("error api_error");
  });

  it("without content is thrown", () => {
    expect(caught(() => runChunks([completed()], context)).failure).toBe("truncated");
    expect(caught(() => runChunks([{ type: "response.completed" }], context)).failure).toBe("truncated");
  });

  it("with events that are unknown or no objects", () => {
    expect(said([{ type: "response.brand_new.delta", delta: "?" }, {}, done(0, message("x")), completed()])).toEqual([
      "text x",
      "end_turn",
    ]);
    expect(caught(() => createStreamTranslator(context).push(null)).failure).toBe("truncated");
  });
});

describe("an answer that was not streamed", () => {
  it("means what the streamed one does", () => {
    const response = {
      object: "response",
      status: "completed",
      output: [message("Hi"), call("call_1", "One", '{"x":1}')],
      usage: USAGE,
    };
    expect(convertAnswer(response, context)).toMatchObject({
      content: [
        { type: "text", text: "Hi" },
        { type: "tool_use", id: "call_1", name: "One", input: { x: 1 } },
      ],
      stop_reason: "tool_use",
      usage: { input_tokens: 30, output_tokens: 30 },
    });
  });

  it("that failed is thrown", () => {
    const failed = {
      object: "response",
      status: "failed",
      error: { code: "server_error", message: "boom" },
      output: [],
    };
    expect(caught(() => convertAnswer(failed, context))).toMatchObject({ failure: "overloaded", message: "boom" });
  });
});
