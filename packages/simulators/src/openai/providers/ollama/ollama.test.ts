import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { PNG, call, image, result, text, tool, user } from "../../__fixtures__/chat-bodies.ts";
import {
  at,
  callsOf,
  closeSessions,
  deltasOf,
  errorOf,
  joinDeltas,
  openSession,
  type Fields,
  type Session,
} from "../../__fixtures__/session.ts";

const PATH = "/v1/chat/completions";
const BODY = { model: "gpt-oss:20b", messages: [user()], tools: [tool()] };
const calling = (argumentsText: string, content: unknown = null): Fields => ({
  role: "assistant",
  content,
  tool_calls: [call("a", "read", argumentsText)],
});

const REFUSALS: readonly (readonly [what: string, fields: Fields, message: string])[] = [
  ["no messages", { messages: undefined }, "[] is too short - 'messages'"],
  ["an empty list of messages", { messages: [] }, "[] is too short - 'messages'"],
  [
    "messages that are no list",
    { messages: "x" },
    "json: cannot unmarshal string into Go struct field ChatCompletionRequest.messages of type []openai.Message",
  ],
  [
    "a temperature in words",
    { temperature: "hot" },
    "json: cannot unmarshal string into Go struct field ChatCompletionRequest.temperature of type float64",
  ],
  [
    "half a token",
    { max_tokens: 1.5 },
    "json: cannot unmarshal number 1.5 into Go struct field ChatCompletionRequest.max_tokens of type int",
  ],
  ["a message without content", { messages: [{ role: "user", content: null }] }, "invalid message content type: <nil>"],
  ["an unknown kind of part", { messages: [user([{ type: "input_text", text: "x" }])] }, "invalid message format"],
  ["a picture by address", { messages: [user([image("https://example.com/a.png")])] }, "invalid image input"],
  [
    "a kind of picture that it does not read",
    { messages: [user([image(`data:image/gif;base64,${PNG}`)])] },
    "invalid image input",
  ],
  [
    "a picture that is not base64",
    { messages: [user([image("data:image/png;base64,n o")])] },
    "invalid message format",
  ],
  ["arguments that are no JSON", { messages: [user(), calling("{")] }, "invalid tool call arguments"],
  ["arguments that are empty, beside text", { messages: [user(), calling("", "text")] }, "invalid tool call arguments"],
  ["arguments that are no object", { messages: [user(), calling("[1]")] }, "invalid tool call arguments"],
  [
    "an effort that it does not know",
    { reasoning_effort: "minimal" },
    `invalid reasoning value: 'minimal' (must be "high", "medium", "low", "max", or "none")`,
  ],
  [
    "thinking of a model that does not",
    { model: "qwen3-coder", reasoning_effort: "low" },
    `"qwen3-coder" does not support thinking`,
  ],
];

describe("Ollama's chat completions", () => {
  let session: Session;
  beforeAll(async () => {
    session = await openSession("ollama", { path: PATH, models: [{ id: "mine" }] });
  });
  afterAll(closeSessions);

  it.each(REFUSALS)("refuse %s", async (_what, fields, message) => {
    const answer = await session.ask({ ...BODY, ...fields });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ error: { message, type: "invalid_request_error", param: null, code: null } });
  });

  it.each<[string, Fields]>([
    ["fields that it does not know", { foo: 1, user: "someone", tool_choice: "required" }],
    ["a result without its call", { messages: [user(), result("nothing")] }],
    ["calls without results", { messages: [user(), calling('{"path":"a"}')] }],
    ["a bare picture", { messages: [user([text(), image(`data:;base64,${PNG}`)])] }],
    ["a model without its tag", { model: "qwen3-coder" }],
    ["a model that it was told of", { model: "mine:latest" }],
    ["the effort none of a model that does not think", { model: "qwen3-coder", reasoning_effort: "none" }],
  ])("take %s", async (_what, fields) => {
    expect((await session.ask({ ...BODY, ...fields })).status).toBe(200);
  });

  it("ask for no key", async () => {
    expect((await session.ask(BODY, {})).status).toBe(200);
  });

  it("do not find a model that was not pulled", async () => {
    const answer = await session.ask({ ...BODY, model: "llama9" });
    expect(answer.status).toBe(404);
    expect(errorOf(answer)).toEqual({
      message: "model 'llama9' not found",
      type: "not_found_error",
      param: null,
      code: null,
    });
  });

  it("list what was pulled", async () => {
    const { json } = await session.get("/v1/models");
    expect((at(json, "data") as { id: string }[]).map(({ id }) => id)).toEqual(
      expect.arrayContaining(["mine:latest", "gpt-oss:120b"]),
    );
  });
});

describe("Ollama's answers", () => {
  afterEach(closeSessions);

  it("hold reasoning beside the text, and three figures of usage", async () => {
    const { ask, simulator } = await openSession("ollama", { path: PATH });
    simulator.script({
      blocks: [
        { type: "reasoning", text: "thinking" },
        { type: "text", text: "hello" },
      ],
    });
    const { json } = await ask(BODY);
    expect(json).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-\d{1,3}$/),
      system_fingerprint: "fp_ollama",
      choices: [
        { index: 0, message: { role: "assistant", content: "hello", reasoning: "thinking" }, finish_reason: "stop" },
      ],
    });
    expect(Object.keys(at(json, "usage") as Fields)).toEqual(["prompt_tokens", "completion_tokens", "total_tokens"]);
  });

  it("stream whole calls, with the role in every delta", async () => {
    const { ask, simulator } = await openSession("ollama", { path: PATH });
    simulator.script({
      blocks: [
        { type: "reasoning", text: "thinking" },
        { type: "tool_call", name: "read", input: { path: "a" } },
        { type: "tool_call", name: "read", input: { path: "b" } },
      ],
    });
    const streamed = await ask({ ...BODY, stream: true, stream_options: { include_usage: true } });
    expect(joinDeltas(streamed, "reasoning")).toBe("thinking");
    expect(callsOf(streamed)).toMatchObject([{ arguments: '{"path":"a"}' }, { arguments: '{"path":"b"}' }]);
    expect(deltasOf(streamed).every((delta) => delta["role"] === "assistant")).toBe(true);
    expect(deltasOf(streamed).filter((delta) => delta["tool_calls"] !== undefined)).toHaveLength(2);
    expect(streamed.events.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
    expect(streamed.done).toBe(true);
  });

  it("leave reasoning out when it is switched off", async () => {
    const { ask, simulator } = await openSession("ollama", { path: PATH });
    simulator.script({ blocks: [{ type: "reasoning", text: "thinking" }], times: 2 });
    expect((await ask({ ...BODY, reasoning_effort: "none" })).text).not.toContain("thinking");
    expect((await ask({ ...BODY, reasoning: { effort: "none" }, stream: true })).text).not.toContain("thinking");
  });

  it.each([
    [404, "not_found_error", "model 'unknown' not found"],
    [500, "api_error", /^model runner has unexpectedly stopped/],
    [503, "api_error", "server busy, please try again.  maximum pending requests exceeded"],
    [529, "api_error", "server busy, please try again.  maximum pending requests exceeded"],
  ])("word %d", async (status, type, message) => {
    const { ask, simulator } = await openSession("ollama", { path: PATH });
    simulator.script({ error: { status } });
    const answer = await ask(BODY);
    expect(answer.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({
      type,
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
  });
});
