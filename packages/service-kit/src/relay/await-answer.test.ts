import { PassThrough } from "node:stream";

import { describe, expect, it } from "@jest/globals";

import { type AnswerResult, awaitAnswer } from "./await-answer.ts";

import { failure } from "./testing/relay-fixtures.ts";

const MESSAGE = {
  type: "message",
  model: "m",
  content: [{ type: "text", text: "hi" }],
  stop_reason: "end_turn",
  usage: { input_tokens: 3, output_tokens: 4 },
};

function answer(body: string, options: { totalMs?: number; idleMs?: number } = {}): Promise<AnswerResult> {
  const source = new PassThrough({ highWaterMark: 1e6 });
  source.end(body);
  return awaitAnswer({ source, timeouts: { totalMs: 5000, idleMs: 5000, ...options } });
}

describe("awaitAnswer", () => {
  it("gives the body byte for byte, with its usage", async () => {
    const body = JSON.stringify(MESSAGE, undefined, 3);
    expect(await answer(body)).toMatchObject({
      kind: "committed",
      answer: { body: Buffer.from(body), usage: { uncachedInput: 3, output: 4 }, stopReason: "end_turn", model: "m" },
    });
  });

  it.each([
    ["is empty", ""],
    ["is not JSON", "<html>504</html>"],
    ["is cut", JSON.stringify(MESSAGE).slice(0, -1)],
    ["is no message", "{}"],
    ["has no content", JSON.stringify({ ...MESSAGE, content: [] })],
    ["has an empty text only", JSON.stringify({ ...MESSAGE, content: [{ type: "text", text: "" }] })],
  ])("fails when a 200 %s", async (_name, body) => {
    expect(await failure(answer(body))).toMatchObject({ failure: "truncated", status: 502, type: "api_error" });
  });

  it("takes a refusal without content", async () => {
    expect(await answer(JSON.stringify({ ...MESSAGE, content: [], stop_reason: "refusal" }))).toMatchObject({
      kind: "committed",
    });
  });

  it("fails by the type of an error inside a 200", async () => {
    const body = { type: "error", error: { type: "rate_limit_error", message: "later" } };
    expect(await failure(answer(JSON.stringify(body)))).toEqual({
      type: "rate_limit_error",
      status: 429,
      failure: "throttled-without-window",
      message: "later",
    });
  });

  it("waits for the first byte as long as the whole may take, then no longer than idle", async () => {
    const silent = new PassThrough();
    const begun = new PassThrough();
    begun.write("{");
    const first = failure(awaitAnswer({ source: silent, timeouts: { totalMs: 150, idleMs: 20 } }));
    // Were it the whole time that ends it, the test would take too long.
    const second = failure(awaitAnswer({ source: begun, timeouts: { totalMs: 300_000, idleMs: 20 } }));
    expect((await second).message).toContain("stopped for 0.02 s");
    expect(await first).toMatchObject({ failure: "timeout", message: expect.stringContaining("within 0.15 s") });
  });

  it("ends the source when the caller aborts", async () => {
    const controller = new AbortController();
    const source = new PassThrough();
    const result = awaitAnswer({ source, timeouts: { totalMs: 5000, idleMs: 5000 }, signal: controller.signal });
    controller.abort();
    expect(await result).toMatchObject({ kind: "aborted", usage: { estimated: true } });
    expect(source.destroyed).toBe(true);
  });
});
