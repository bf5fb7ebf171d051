import { describe, expect, it } from "@jest/globals";
import { GatewayError, type StreamEvent } from "@switchyard/wire";
import { decodeThinkingSignature } from "../thinking-signature.ts";
import { expectLegal, summarize } from "./__fixtures__/event-laws.ts";
import {
  added,
  args,
  call,
  completed,
  context,
  done,
  message,
  said,
  summary,
  text,
  USAGE,
} from "./__fixtures__/responses-events.ts";
import { runChunks } from "./__fixtures__/run-stream.ts";
import { convertAnswer } from "./convert-answer.ts";
import { createStreamTranslator } from "./create-stream-translator.ts";

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
