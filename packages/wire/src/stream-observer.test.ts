import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { createStreamObserver, isCompleteAnswer } from "./stream-observer.ts";

function frame(data: Record<string, unknown>): Buffer {
  return Buffer.from(`event: ${String(data["type"])}\ndata: ${JSON.stringify(data)}\n\n`);
}

function observe(...events: Record<string, unknown>[]) {
  const observer = createStreamObserver();
  for (const event of events) observer.observe(frame(event));
  return observer;
}

const START = {
  type: "message_start",
  message: { model: "claude-x", usage: { input_tokens: 10, cache_read_input_tokens: 3000, output_tokens: 1 } },
};

describe("createStreamObserver: commit", () => {
  it.each([
    ["text", { type: "text_delta", text: "a" }],
    ["thinking", { type: "thinking_delta", thinking: "a" }],
    ["a signature", { type: "signature_delta", signature: "a" }],
    ["tool arguments", { type: "input_json_delta", partial_json: "{" }],
    ["a kind of delta that is new", { type: "hologram_delta", light: 1 }],
  ])("is at a delta with %s", (_name, delta) => {
    expect(observe(START, { type: "content_block_delta", index: 0, delta }).committed).toBe(true);
  });

  it.each([
    ["tool_use", { type: "tool_use", id: "t", name: "n", input: {} }],
    ["server_tool_use", { type: "server_tool_use", id: "t", name: "n", input: {} }],
    ["redacted_thinking", { type: "redacted_thinking", data: "x" }],
    ["a text that starts with content", { type: "text", text: "a" }],
    ["a type that is new", { type: "hologram" }],
  ])("is at the start of %s", (_name, block) => {
    expect(observe(START, { type: "content_block_start", index: 0, content_block: block }).committed).toBe(true);
  });

  it("is not at message_start, pings, comments, empty blocks and empty deltas", () => {
    const observer = observe(
      START,
      { type: "ping" },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "" } },
      { type: "content_block_stop", index: 0 },
      { type: "content_block_start", index: 1, content_block: { type: "thinking", thinking: "", signature: "" } },
    );
    expect(observer.observe(Buffer.from(": keep-alive\n\n"))).toBe("");
    expect(observer.committed).toBe(false);
    expect(observer.openBlock).toBe(1);
  });

  it.each(["refusal", "max_tokens", "model_context_window_exceeded", "pause_turn", "stop_sequence"])(
    "is at an end by %s, which is legal without content",
    (stop_reason) => {
      expect(observe(START, { type: "message_delta", delta: { stop_reason }, usage: {} }).committed).toBe(true);
    },
  );

  it.each(["end_turn", "tool_use"])("is not at an end by %s without content", (stop_reason) => {
    const observer = observe(START, { type: "message_delta", delta: { stop_reason } }, { type: "message_stop" });
    expect(observer).toMatchObject({ committed: false, finished: true, stopReason: stop_reason });
  });
});

describe("createStreamObserver: frames", () => {
  it("reads the name from the data where there is no event line, and with any line end", () => {
    const observer = createStreamObserver();
    expect(observer.observe(Buffer.from('data: {"type":"message_stop"}\n\n'))).toBe("message_stop");
    expect(observer.observe(Buffer.from('id: 7\r\nevent:ping\r\ndata: {"type": "ping"}\r\n\r\n'))).toBe("ping");
    expect(observer.observe(Buffer.from("data: [DONE]\n\n"))).toBe("");
    expect(observer.finished).toBe(true);
  });

  it("reads frames in the middle of a larger buffer", () => {
    const one = frame({ type: "ping" });
    const two = frame({ type: "content_block_start", index: 12, content_block: { type: "text", text: "" } });
    const observer = createStreamObserver();
    expect(observer.observe(Buffer.concat([one, two]), one.length, one.length + two.length)).toBe(
      "content_block_start",
    );
    expect(observer.openBlock).toBe(12);
  });

  it("survives data that is no JSON", () => {
    const observer = createStreamObserver();
    expect(observer.observe(Buffer.from("event: message_start\ndata: {broken\n\n"))).toBe("message_start");
    expect(observer.observe(Buffer.from("event: error\ndata: oops\n\n"))).toBe("error");
    expect(observer.error).toMatchObject({ type: "api_error", failure: "overloaded" });
  });

  it("names the failure of an error event", () => {
    const error = { type: "rate_limit_error", message: "slow down" };
    expect(observe({ type: "error", error }).error).toEqual({ ...error, failure: "throttled-without-window" });
    expect(
      observe({ type: "error", error: { type: "invalid_request_error", message: "prompt is too long: 9 tokens > 8" } })
        .error,
    ).toMatchObject({ failure: "context-too-long" });
  });

  it("counts the starts of a stream that begins twice", () => {
    expect(observe(START, START).starts).toBe(2);
  });
});

describe("createStreamObserver: usage", () => {
  it("takes nothing away when a later report lacks a figure or says less", () => {
    const observer = observe(START, {
      type: "message_delta",
      delta: { stop_reason: "end_turn" },
      usage: { input_tokens: 0, output_tokens: 50, output_tokens_details: { thinking_tokens: 20 } },
    });
    expect(observer.usage).toEqual({
      uncachedInput: 10,
      cacheRead: 3000,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 50,
      reasoning: 20,
      estimated: false,
    });
  });

  it("splits cache writes by lifetime, five minutes where it is not said", () => {
    const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 7 };
    const split = { ...usage, cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 } };
    expect(observe({ type: "message_start", message: { usage } }).usage).toMatchObject({
      cacheWrite5m: 7,
      cacheWrite1h: 0,
    });
    expect(observe({ type: "message_start", message: { usage: split } }).usage).toMatchObject({
      cacheWrite5m: 3,
      cacheWrite1h: 4,
    });
  });

  it("replaces an estimate of the input by the first true report of it", () => {
    const observer = createStreamObserver({ startIsEstimate: true });
    observer.observe(frame({ type: "message_start", message: { usage: { input_tokens: 9000, output_tokens: 0 } } }));
    expect(observer.usage.uncachedInput).toBe(9000);
    observer.observe(
      frame({
        type: "message_delta",
        delta: {},
        usage: { input_tokens: 0, cache_read_input_tokens: 8000, output_tokens: 5 },
      }),
    );
    expect(observer.usage).toMatchObject({ uncachedInput: 0, cacheRead: 8000, output: 5 });
  });

  it("says that nothing is known while nothing was reported", () => {
    expect(observe({ type: "ping" }).usage.estimated).toBe(true);
  });
});

describe("isCompleteAnswer", () => {
  it("wants content, or an end that is legal without", () => {
    expect(isCompleteAnswer(false, "end_turn")).toBe(true);
    expect(isCompleteAnswer(true, "refusal")).toBe(true);
    expect(isCompleteAnswer(true, "end_turn")).toBe(false);
    expect(isCompleteAnswer(true, undefined)).toBe(false);
  });
});

const fixtures =
  process.env["SWITCHYARD_FIXTURES"] ?? fileURLToPath(new URL("../../../../shared/fixtures", import.meta.url));
const recorded = join(fixtures, "recorded", "anthropic");
const streams = existsSync(recorded) ? readdirSync(recorded).filter((name) => name.endsWith(".chunks.txt")) : [];

(streams.length > 0 ? describe : describe.skip)(
  `recorded streams${streams.length > 0 ? "" : " (skipped: no recorded fixtures here)"}`,
  () => {
    it.each(streams)("%s is committed, and its usage is what its last report says", (name) => {
      const events = readFileSync(join(recorded, name), "utf8").split("\n").filter(Boolean);
      const observer = createStreamObserver();
      for (const event of events) observer.observe(Buffer.from(`data: ${event}\n\n`));
      expect(observer.committed).toBe(true);
      const reported = events
        .map((event) => JSON.parse(event) as { type: string; usage?: { output_tokens: number } })
        .findLast(({ type }) => type === "message_delta");
      if (reported?.usage !== undefined)
        expect(observer.usage.output).toBeGreaterThanOrEqual(reported.usage.output_tokens);
    });
  },
);

const textDelta = (text: string) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } });

describe("createStreamObserver: the usage of a stream that ends before its time", () => {
  const start = {
    type: "message_start",
    message: { type: "message", model: "m", usage: { input_tokens: 40, output_tokens: 1 } },
  };
  const block = { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } };

  it("is the input that was told, and the output that was seen, as an estimate", () => {
    const usage = observe(start, block, ...Array.from({ length: 50 }, () => textDelta("some words "))).usageSoFar();
    expect(usage).toMatchObject({ uncachedInput: 40, estimated: true });
    expect(usage.output).toBeGreaterThan(100);
    expect(usage.output).toBeLessThan(200);
  });

  it("is at least what the upstream had counted by then", () => {
    expect(observe(start).usageSoFar()).toMatchObject({ uncachedInput: 40, output: 1, estimated: true });
    expect(observe(start, block, textDelta("a")).usageSoFar()).toMatchObject({ output: 1, estimated: true });
  });

  it("is nothing where nothing was said", () => {
    expect(observe().usageSoFar()).toMatchObject({ uncachedInput: 0, output: 0, estimated: true });
  });

  it("is the upstream's own once it has told why it stopped", () => {
    const end = { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } };
    expect(observe(start, block, textDelta("x".repeat(400)), end).usageSoFar()).toMatchObject({
      uncachedInput: 40,
      output: 9,
      estimated: false,
    });
  });
});
