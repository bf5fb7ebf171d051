import { describe, expect, it } from "@jest/globals";
import { CHAT_DIALECT } from "../dialects/chat.ts";
import { MESSAGES_DIALECT } from "../dialects/messages.ts";
import type { RawDialect } from "../dialects/raw-dialect.ts";
import type { RawAnswer } from "../live-case.ts";
import { shapeOf } from "./answer-shape.ts";
import { compareShapes } from "./compare-shapes.ts";

const JSON_TYPE = { "content-type": "application/json" };

function json(body: unknown, changes: Partial<RawAnswer> = {}): RawAnswer {
  return { status: 200, headers: JSON_TYPE, text: typeof body === "string" ? body : JSON.stringify(body), ...changes };
}

function stream(events: readonly unknown[]): RawAnswer {
  return {
    status: 200,
    headers: { "content-type": "text/event-stream" },
    text: "",
    events: events.map((event) => (typeof event === "string" ? event : JSON.stringify(event))),
  };
}

const compare = (real: RawAnswer, simulated: RawAnswer, dialect: RawDialect = MESSAGES_DIALECT) =>
  compareShapes(shapeOf(real, dialect), shapeOf(simulated, dialect));

const refusal = (message: string, type = "invalid_request_error") =>
  json({ type: "error", error: { type, message }, request_id: "req_011CSHoEeqs5C35K2UUqR7Fy" }, { status: 400 });

const answer = (id: string, text: string, tokens: number) =>
  json({ id, type: "message", content: [{ type: "text", text }], usage: { output_tokens: tokens } });
const chunk = (fields: object) => ({ choices: [{ index: 0, delta: { content: "a" }, ...fields }] });

describe("compareShapes", () => {
  it("finds nothing where only texts, ids and figures differ", () => {
    expect(compare(answer("msg_1", "Hello", 3), answer("msg_2", "Good day to you", 9))).toEqual([]);
  });

  it("tells a key that only one side has, and nothing of what stands below it", () => {
    const real = json({ usage: { input_tokens: 1, cache_creation: { ephemeral_5m_input_tokens: 0 } } });
    const simulated = json({ usage: { input_tokens: 1, tokens: 2 } });
    expect(compare(real, simulated)).toEqual([
      { about: "keys of body that only one side has", real: "usage.cache_creation", simulated: "usage.tokens" },
    ]);
  });

  it("tells another type of the same key", () => {
    expect(compare(json({ code: 404 }), json({ code: "not_found" }))).toEqual([
      { about: "type of code in body", real: "number", simulated: "string" },
    ]);
  });

  it("takes a key for the same when its type only varies", () => {
    const real = stream([
      { type: "x", usage: null },
      { type: "x", usage: { n: 1 } },
    ]);
    expect(compare(real, stream([{ type: "x", usage: { n: 2 } }]))).toEqual([]);
  });

  it("tells another status, and leaves it at that", () => {
    expect(compare(refusal("x: Extra inputs are not permitted"), json({ type: "message" }))).toEqual([
      { about: "status", real: "400 x: Extra inputs are not permitted", simulated: "200" },
    ]);
  });

  it("tells another type or wording of a refusal", () => {
    expect(compare(refusal("no such field"), refusal("unknown field", "api_error"))).toEqual([
      { about: "error.type", real: "invalid_request_error", simulated: "api_error" },
      { about: "error.message", real: "no such field", simulated: "unknown field" },
    ]);
  });

  it("does not take other figures and ids for another wording", () => {
    expect(
      compare(
        refusal("max_tokens: 64000 > 8192, item rs_0123456789abcdef0123 of org-AbCdEf123456"),
        refusal("max_tokens: 999 > 1,000, item rs_fedcba98765432100000 of org-ZyXwVu654321"),
      ),
    ).toEqual([]);
  });

  it("compares refusals that are no JSON by their text", () => {
    const real = json("<h1>Not Found</h1>", { status: 404, headers: { "content-type": "text/html" } });
    const simulated = json("Not Found", { status: 404, headers: { "content-type": "text/plain" } });
    expect(compare(real, simulated)).toEqual([
      { about: "content type", real: "text/html", simulated: "text/plain" },
      { about: "body", real: "<h#>Not Found</h#>", simulated: "Not Found" },
    ]);
  });

  it("tells headers of limits that only one side has, and no others", () => {
    const real = json(
      {},
      { headers: { ...JSON_TYPE, "x-ratelimit-reset-tokens": "1s", "retry-after": "1", server: "a" } },
    );
    const simulated = json({}, { headers: { ...JSON_TYPE, "retry-after": "5", "x-ratelimit-type": "b" } });
    expect(compare(real, simulated)).toEqual([
      {
        about: "rate limit headers that only one side has",
        real: "x-ratelimit-reset-tokens",
        simulated: "x-ratelimit-type",
      },
    ]);
  });

  it("tells another order of events, and takes repetitions together and pings for nothing", () => {
    const start = { type: "content_block_start", content_block: { type: "text" } };
    const delta = { type: "content_block_delta", delta: { type: "text_delta", text: "a" } };
    expect(compare(stream([start, { type: "ping" }, delta, delta]), stream([start, delta]))).toEqual([]);
    expect(compare(stream([start, delta]), stream([delta, start]))).toEqual([
      {
        about: "order of events",
        real: "content_block_start(text) → content_block_delta(text_delta)",
        simulated: "content_block_delta(text_delta) → content_block_start(text)",
      },
    ]);
  });

  it("tells keys that a kind of event lacks", () => {
    expect(compare(stream([chunk({ logprobs: null }), "[DONE]"]), stream([chunk({}), "[DONE]"]), CHAT_DIALECT)).toEqual(
      [{ about: "keys of chunk(content) that only one side has", real: "choices[].logprobs", simulated: "(none)" }],
    );
  });

  it("tells a missing terminator", () => {
    expect(compare(stream([chunk({}), "[DONE]"]), stream([chunk({})]), CHAT_DIALECT)).toMatchObject([
      { about: "order of events", real: "chunk(content) → [DONE]", simulated: "chunk(content)" },
    ]);
  });
});
