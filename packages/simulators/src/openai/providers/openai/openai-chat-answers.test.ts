import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Scenario } from "../../../scenario.ts";
import { calls, result, tool, user } from "../../__fixtures__/chat-bodies.ts";
import {
  at,
  callsOf,
  closeSessions,
  deltasOf,
  errorOf,
  joinDeltas,
  openSession,
  type Answer,
  type Fields,
  type Session,
} from "../../__fixtures__/session.ts";

const BODY = { model: "gpt-4.1", messages: [user()], tools: [tool()] };
const STREAM = { ...BODY, stream: true, stream_options: { include_usage: true } };
const TEXT = "an answer that is long enough for several deltas: ✓ 🙂";
const TWO_CALLS: Scenario["blocks"] = [
  { type: "tool_call", name: "read", input: { path: "a/long/path/to/a/file.txt" }, id: "call_a" },
  { type: "tool_call", name: "read", input: { path: "b" }, id: "call_b" },
];

describe("an answer of OpenAI's chat completions", () => {
  let session: Session;
  beforeEach(async () => {
    session = await openSession("openai", { path: "/v1/chat/completions" });
  });
  afterEach(closeSessions);

  const answerTo = (body: Fields, scenario: Scenario): Promise<Answer> => {
    session.simulator.script(scenario);
    return session.ask(body);
  };

  it("holds text, and tells the dated model and a finish", async () => {
    const { json } = await answerTo(BODY, { blocks: [{ type: "text", text: TEXT }] });
    expect(json).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-\w{29}$/),
      object: "chat.completion",
      model: "gpt-4.1-2025-04-14",
      choices: [{ index: 0, message: { role: "assistant", content: TEXT }, finish_reason: "stop" }],
    });
  });

  it("streams the same text in deltas, with one id throughout and the finish in the last", async () => {
    const { events, done } = await answerTo(STREAM, { blocks: [{ type: "text", text: TEXT }] });
    const answer = { events } as unknown as Answer;
    expect(joinDeltas(answer, "content")).toBe(TEXT);
    expect(deltasOf(answer)[0]).toEqual({ role: "assistant", content: "", refusal: null });
    expect(new Set(events.map((event) => event["id"])).size).toBe(1);
    const finishes = events.flatMap((event) => (event["choices"] as Fields[]).map((choice) => choice["finish_reason"]));
    expect(finishes.filter((finish) => finish !== null)).toEqual(["stop"]);
    expect(finishes.at(-1)).toBe("stop");
    expect(done).toBe(true);
  });

  it("never shows its reasoning, but counts it", async () => {
    const { json, text } = await answerTo(BODY, {
      blocks: [
        { type: "reasoning", text: "a secret thought of some length" },
        { type: "text", text: "ok" },
      ],
      usage: { reasoning: 7 },
    });
    expect(text).not.toContain("secret");
    expect(at(json, "usage", "completion_tokens_details", "reasoning_tokens")).toBe(7);
  });

  it("holds parallel calls with their arguments as text", async () => {
    const { json } = await answerTo(BODY, { blocks: TWO_CALLS ?? [] });
    expect(at(json, "choices", 0, "finish_reason")).toBe("tool_calls");
    expect(at(json, "choices", 0, "message")).toMatchObject({
      content: null,
      tool_calls: [
        {
          id: "call_a",
          type: "function",
          function: { name: "read", arguments: '{"path":"a/long/path/to/a/file.txt"}' },
        },
        { id: "call_b", type: "function", function: { name: "read", arguments: '{"path":"b"}' } },
      ],
    });
  });

  it.each([["incremental"], ["whole"]] as const)("streams calls %s", async (toolArguments) => {
    const answer = await answerTo(STREAM, { blocks: TWO_CALLS ?? [], delivery: { toolArguments } });
    expect(callsOf(answer)).toEqual([
      { id: "call_a", name: "read", arguments: '{"path":"a/long/path/to/a/file.txt"}' },
      { id: "call_b", name: "read", arguments: '{"path":"b"}' },
    ]);
    const pieces = deltasOf(answer).filter((delta) => delta["tool_calls"] !== undefined);
    expect(pieces.length > 2).toBe(toolArguments === "incremental");
  });

  it("streams the arguments of calls in turn when they are to interleave", async () => {
    const answer = await answerTo(STREAM, {
      blocks: TWO_CALLS ?? [],
      delivery: { interleave: true, deltaCharacters: 5 },
    });
    const indexes = deltasOf(answer).flatMap((delta) =>
      ((delta["tool_calls"] ?? []) as { index: number }[]).map(({ index }) => index),
    );
    expect(indexes.slice(0, 6)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(callsOf(answer).map((streamed) => streamed.arguments)).toEqual([
      '{"path":"a/long/path/to/a/file.txt"}',
      '{"path":"b"}',
    ]);
  });

  it("repeats what came before in cumulative arguments", async () => {
    const answer = await answerTo(STREAM, {
      blocks: [{ type: "tool_call", name: "read", input: { path: "abc" } }],
      delivery: { toolArguments: "cumulative", deltaCharacters: 6 },
    });
    const texts = deltasOf(answer).flatMap((delta) =>
      ((delta["tool_calls"] ?? []) as { function: { arguments: string } }[]).map((piece) => piece.function.arguments),
    );
    expect(texts).toEqual(["", '{"path', '{"path":"abc', '{"path":"abc"}']);
  });

  it("leaves arguments empty when told so", async () => {
    const answer = await answerTo(STREAM, {
      blocks: [{ type: "tool_call", name: "read", input: {} }],
      delivery: { toolArguments: "empty" },
    });
    expect(callsOf(answer)).toMatchObject([{ name: "read", arguments: "" }]);
  });

  it.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["refusal", "content_filter"],
    ["tool_use", "tool_calls"],
  ])("words the ending %s as %s", async (stopReason, finish) => {
    const { json } = await answerTo(BODY, { blocks: [{ type: "text", text: "x" }], stopReason });
    expect(at(json, "choices", 0, "finish_reason")).toBe(finish);
  });

  it("tells the scenario's usage, cached tokens as a part of the prompt", async () => {
    const { json } = await answerTo(BODY, {
      blocks: [{ type: "text", text: "x" }],
      usage: { input: 100, output: 20, cacheRead: 60, cacheWrite: 30 },
    });
    expect(at(json, "usage")).toMatchObject({
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
    });
  });

  it("reports usage in a chunk of its own, after the finish, and only when it was asked for", async () => {
    const asked = await answerTo(STREAM, { blocks: [{ type: "text", text: "x" }] });
    expect(asked.events.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 1 } });
    expect(asked.events.slice(0, -1).every((event) => event["usage"] === null)).toBe(true);
    const unasked = await answerTo({ ...BODY, stream: true }, { blocks: [{ type: "text", text: "x" }] });
    expect(unasked.events.some((event) => "usage" in event)).toBe(false);
  });

  it.each([
    ["early", [0]],
    ["late", [2]],
    ["never", []],
  ] as const)("reports usage %s when told so", async (when, places) => {
    const { events } = await answerTo(STREAM, { blocks: [{ type: "text", text: "x" }], usage: { when } });
    const found = events.flatMap((event, index) =>
      typeof event["usage"] === "object" && event["usage"] !== null ? [index] : [],
    );
    expect(found).toEqual(places);
    expect(events).toHaveLength(3);
  });

  it("has as many events as it is told", async () => {
    const { events } = await answerTo(STREAM, { blocks: [{ type: "text", text: "abc" }], delivery: { events: 50 } });
    expect(events.length).toBe(50);
  });

  it("leaves the terminator out when told so", async () => {
    const { done } = await answerTo(STREAM, { blocks: [{ type: "text", text: "x" }], delivery: { noDone: true } });
    expect(done).toBe(false);
  });

  it("tells the limits and a request id in headers", async () => {
    const { headers } = await session.ask(BODY);
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-request-id": expect.stringMatching(/^req_/),
      "openai-version": "2020-10-01",
      "x-ratelimit-limit-requests": "1000000",
      "x-ratelimit-remaining-requests": "999999",
      "x-ratelimit-reset-requests": expect.stringMatching(/^\d+m?s$/),
      "x-ratelimit-limit-tokens": "1000000000",
      "x-ratelimit-remaining-tokens": expect.stringMatching(/^9999\d{5}$/),
    });
  });

  it("leaves the padding out when told so", async () => {
    const plain = await session.ask({ ...STREAM, stream_options: { include_obfuscation: false } });
    expect(plain.events.some((event) => "obfuscation" in event)).toBe(false);
    expect((await session.ask(STREAM)).events.some((event) => "obfuscation" in event)).toBe(true);
  });

  it("is chosen by the words of the last person and the results since", async () => {
    session.simulator.useBrain((view) => ({ blocks: [{ type: "text", text: JSON.stringify(view) }] }));
    const { json } = await session.ask({
      model: "gpt-4.1",
      tools: [tool()],
      messages: [
        { role: "system", content: "be brief" },
        user("first"),
        user([{ type: "text", text: "<system-reminder>x</system-reminder>read it" }]),
        calls("call_1"),
        result("call_1", "Error: no file"),
      ],
    });
    expect(JSON.parse(String(at(json, "choices", 0, "message", "content")))).toEqual({
      model: "gpt-4.1",
      stream: false,
      system: "be brief",
      lastUserText: "read it",
      tools: ["read"],
      toolResults: [{ callId: "call_1", name: "read", text: "Error: no file", hasImage: false, isError: true }],
    });
  });
});

describe("OpenAI's errors", () => {
  afterEach(closeSessions);

  it.each([
    [400, undefined, { type: "invalid_request_error", code: null }],
    [401, undefined, { type: "invalid_request_error", code: "invalid_api_key" }],
    [403, undefined, { type: "request_forbidden", code: "unsupported_country_region_territory" }],
    [404, undefined, { type: "invalid_request_error", code: "model_not_found" }],
    [429, undefined, { type: "requests", code: "rate_limit_exceeded" }],
    [429, "tokens", { type: "tokens", code: "rate_limit_exceeded" }],
    [429, "insufficient_quota", { type: "insufficient_quota", code: "insufficient_quota" }],
    [400, "context_length_exceeded", { type: "invalid_request_error", code: "context_length_exceeded" }],
    [500, undefined, { type: "server_error", code: null }],
    [502, undefined, { type: "server_error", code: null }],
    [503, undefined, { type: "service_unavailable_error", code: "server_is_overloaded" }],
  ])("word %d %s", async (status, type, error) => {
    const { ask, simulator } = await openSession("openai", { path: "/v1/chat/completions" });
    simulator.script({ error: { status, ...(type === undefined ? {} : { type }), headers: { "x-extra": "1" } } });
    const answer = await ask(BODY);
    expect(answer.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({ ...error, message: expect.stringMatching(/./) });
    expect(answer.headers.get("x-extra")).toBe("1");
    expect(answer.headers.get("retry-after")).toBe(status === 429 ? "1" : null);
  });

  it("come inside a 200, in the body and in the stream", async () => {
    const { ask, simulator } = await openSession("openai", { path: "/v1/chat/completions" });
    const fault = { type: "error_in_200", status: 500, message: "it broke", afterEvents: 2 } as const;
    simulator.script({ blocks: [{ type: "text", text: TEXT }], fault, times: 2 });
    const whole = await ask(BODY);
    expect(whole.status).toBe(200);
    expect(errorOf(whole)).toMatchObject({ message: "it broke", type: "server_error" });
    const streamed = await ask(STREAM);
    expect(streamed.events).toHaveLength(3);
    expect(streamed.events.at(-1)).toMatchObject({ error: { message: "it broke" } });
  });

  it("answer a request beyond the limits, and none after the wait", async () => {
    let now = 1_000_000;
    const { ask } = await openSession("openai", {
      path: "/v1/chat/completions",
      limits: { requests: 2 },
      enforceLimits: true,
      now: () => now,
    });
    expect((await ask(BODY)).headers.get("x-ratelimit-remaining-requests")).toBe("1");
    expect((await ask(BODY)).headers.get("x-ratelimit-remaining-requests")).toBe("0");
    const refused = await ask(BODY);
    expect(refused.status).toBe(429);
    expect(errorOf(refused)).toMatchObject({
      type: "requests",
      code: "rate_limit_exceeded",
      message: expect.stringMatching(
        /on requests per min \(RPM\): Limit 2, Used 2, Requested 1\. Please try again in 30s\./,
      ),
    });
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(refused.headers.get("x-ratelimit-reset-requests")).toBe("1m0s");
    now += 30_000;
    expect((await ask(BODY)).status).toBe(200);
  });

  it("count the output that was asked for against the tokens", async () => {
    const { ask } = await openSession("openai", {
      path: "/v1/chat/completions",
      limits: { inputTokens: 1000 },
      enforceLimits: true,
      now: () => 0,
    });
    expect((await ask({ ...BODY, max_tokens: 900 })).status).toBe(200);
    const refused = await ask({ ...BODY, max_tokens: 900 });
    expect(refused.status).toBe(429);
    expect(errorOf(refused)).toMatchObject({ type: "tokens", message: expect.stringContaining("(TPM): Limit 1000") });
  });
});
