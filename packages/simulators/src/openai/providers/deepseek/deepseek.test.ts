import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { ScenarioBlock } from "../../../scenario.ts";
import { call, calls, image, result, text, tool, user } from "../../__fixtures__/chat-bodies.ts";
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

const PATH = "/chat/completions";
const BODY = { model: "deepseek-v4-pro", messages: [user()], tools: [tool()] };
const PLAIN = { ...BODY, thinking: { type: "disabled" } };
const BLOCKS: ScenarioBlock[] = [
  { type: "reasoning", text: "thinking about it" },
  { type: "text", text: "let me look" },
  { type: "tool_call", name: "read", input: { path: "a" } },
];
const thought = (message: Fields, reasoning: unknown = "thinking"): Fields => ({
  ...message,
  reasoning_content: reasoning,
});
const NO_REASONING = "The `reasoning_content` in the thinking mode must be passed back to the API.";

const REFUSALS: readonly (readonly [what: string, fields: Fields, message: string | RegExp, status?: number])[] = [
  [
    "a model that it does not have",
    { model: "gpt-4.1" },
    "The supported API model names are deepseek-flash, deepseek-v4-pro, but you passed gpt-4.1.",
  ],
  [
    "no model",
    { model: undefined },
    /^Failed to deserialize the JSON body into the target type: missing field `model` at line 1 column \d+$/,
  ],
  [
    "no messages",
    { messages: undefined },
    /^Failed to deserialize the JSON body into the target type: missing field `messages` at line 1 column \d+$/,
  ],
  [
    "a developer's message",
    { messages: [{ role: "developer", content: "be brief" }, user()] },
    /messages\[0\]\.role: unknown variant `developer`, expected one of `system`, `user`, `assistant`, `tool`, `latest_reminder` at line 1/,
  ],
  [
    "pictures on a model without eyes",
    { messages: [user(), user([text(), image()])] },
    /^Failed to deserialize the JSON body into the target type: messages\[1\]: unknown variant `image_url`, expected `text` at line 1 column \d+$/,
  ],
  [
    "a broken picture",
    { model: "deepseek-flash", messages: [user([image("data:image/png;base64,")])] },
    /^Invalid image URL: 'messages\[0\]/,
  ],
  [
    "more output than the model has",
    { max_tokens: 400_000 },
    "Invalid max_tokens value, the valid range of max_tokens is [1, 384000]",
  ],
  [
    "a tool's name with a dot",
    { tools: [tool("a.b")] },
    /^Invalid 'tools\[0\]\.function\.name': string does not match pattern\./,
  ],
  [
    "a tool's name of 65 characters",
    { tools: [tool("n".repeat(65))] },
    /^Invalid 'tools\[0\]\.function\.name': string too long\./,
  ],
  [
    "parameters without a type",
    { tools: [tool("read", {})] },
    `Invalid schema for function 'read': schema must be a JSON Schema of 'type: "object"', got 'type: null'.`,
  ],
  ["a forced call while thinking", { tool_choice: "required" }, "Thinking mode does not support this tool_choice"],
  [
    "a chosen tool while thinking",
    { tool_choice: { type: "function", function: { name: "read" } } },
    "Thinking mode does not support this tool_choice",
  ],
  [
    "a result without its call",
    { messages: [user(), result("a")] },
    "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'",
  ],
  [
    "an open call",
    { messages: [user(), thought(calls("a", "b")), result("a"), user()] },
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. (insufficient tool messages following tool_calls message)",
  ],
  ["a call without its reasoning", { messages: [user(), calls("a"), result("a")] }, NO_REASONING],
  ["a call with empty reasoning", { messages: [user(), thought(calls("a"), ""), result("a")] }, NO_REASONING],
  [
    "a call of an earlier turn without its reasoning",
    { messages: [user(), calls("a"), result("a"), user()] },
    NO_REASONING,
  ],
  [
    "the answer after calls without its reasoning",
    { messages: [user(), thought(calls("a")), result("a"), { role: "assistant", content: "so" }, user()] },
    NO_REASONING,
  ],
];

describe("DeepSeek's chat completions", () => {
  let session: Session;
  beforeAll(async () => {
    session = await openSession("deepseek", { path: PATH, models: [{ id: "small", contextWindow: 50 }] });
  });
  afterAll(closeSessions);

  it.each(REFUSALS)("refuse %s", async (_what, fields, message) => {
    const answer = await session.ask({ ...BODY, ...fields });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toEqual({
      message: typeof message === "string" ? message : expect.stringMatching(message),
      type: "invalid_request_error",
      param: null,
      code: "invalid_request_error",
    });
  });

  it.each<[string, Fields]>([
    ["fields that it does not know", { foo: 1, user: "someone" }],
    ["sampling beside thinking, which it ignores", { temperature: 0.2, top_p: 0.5 }],
    ["sixteen stop sequences", { stop: Array.from({ length: 16 }, String) }],
    ["efforts of others", { reasoning_effort: "minimal" }],
    ["pictures on a model with eyes", { model: "deepseek-flash", messages: [user([text(), image()])] }],
    ["a forced call without thinking", { ...PLAIN, tool_choice: "required" }],
    ["calls with their reasoning", { messages: [user(), thought(calls("a")), result("a")] }],
    [
      "answers of turns without calls without theirs",
      { messages: [user(), { role: "assistant", content: "so" }, user()] },
    ],
    ["calls without reasoning when it is not to think", { ...PLAIN, messages: [user(), calls("a"), result("a")] }],
    ["a long id of a call", { messages: [user(), thought(calls("c".repeat(60))), result("c".repeat(60))] }],
  ])("take %s", async (_what, fields) => {
    const answer = await session.ask({ ...BODY, ...fields });
    expect({ status: answer.status, text: answer.status === 200 ? "" : answer.text }).toEqual({
      status: 200,
      text: "",
    });
  });

  it("refuse a prompt that is too long", async () => {
    const answer = await session.ask({ model: "small", messages: [user("word ".repeat(200))] });
    expect(errorOf(answer)["message"]).toMatch(
      /^This model's maximum context length is 50 tokens\. However, you requested \d+ tokens/,
    );
  });

  it("ask for a key", async () => {
    const strict = await openSession("deepseek", { path: PATH, credentials: ["good"] });
    const missing = await strict.ask(BODY, {});
    expect(missing.status).toBe(401);
    expect(errorOf(missing)["message"]).toBe("Authentication Fails (auth header format should be Bearer sk-...)");
    expect(errorOf(await strict.ask(BODY, { authorization: "Bearer sk-12345wxyz" }))).toEqual({
      message: "Authentication Fails, Your api key: ****wxyz is invalid",
      type: "authentication_error",
      param: null,
      code: "invalid_request_error",
    });
  });

  it("are the same below /v1, where the models are listed too", async () => {
    const v1 = await openSession("deepseek", { path: "/v1/chat/completions" });
    expect((await v1.ask(BODY)).status).toBe(200);
    for (const path of ["/models", "/v1/models"]) {
      expect(at((await v1.get(path)).json, "data", 0)).toEqual({
        id: "deepseek-v4-pro",
        object: "model",
        owned_by: "deepseek",
      });
    }
  });
});

describe("DeepSeek's answers", () => {
  afterEach(closeSessions);

  it("hold reasoning, text and calls beside each other", async () => {
    const { ask, simulator } = await openSession("deepseek", { path: PATH });
    simulator.script({ blocks: BLOCKS });
    const { json, headers } = await ask(BODY);
    expect(at(json, "choices", 0, "message")).toEqual({
      role: "assistant",
      content: "let me look",
      reasoning_content: "thinking about it",
      tool_calls: [{ index: 0, ...call(String(at(json, "choices", 0, "message", "tool_calls", 0, "id"))) }],
    });
    expect(at(json, "choices", 0, "message", "tool_calls", 0, "id")).toMatch(/^call_00_\w{24}$/);
    expect([...headers.keys()].filter((name) => name.includes("ratelimit"))).toEqual([]);
  });

  it("hold no reasoning when it is switched off", async () => {
    const { ask, simulator } = await openSession("deepseek", { path: PATH });
    simulator.script({ blocks: BLOCKS, times: 2 });
    expect(at((await ask(PLAIN)).json, "choices", 0, "message")).not.toHaveProperty("reasoning_content");
    expect((await ask({ ...PLAIN, stream: true })).text).not.toContain("reasoning_content");
  });

  it("stream reasoning, then text, then calls", async () => {
    const { ask, simulator } = await openSession("deepseek", { path: PATH });
    simulator.script({ blocks: BLOCKS });
    const streamed = await ask({ ...BODY, stream: true });
    expect(joinDeltas(streamed, "reasoning_content")).toBe("thinking about it");
    expect(joinDeltas(streamed, "content")).toBe("let me look");
    expect(callsOf(streamed)).toMatchObject([{ name: "read", arguments: '{"path":"a"}' }]);
    const deltas = deltasOf(streamed);
    expect(deltas[0]).toEqual({ role: "assistant", content: null, reasoning_content: "" });
    expect(deltas.at(-1)).toEqual({ content: "", reasoning_content: null });
  });

  it("report usage with the last chunk, asked for or not, hits of the cache included", async () => {
    const { ask, simulator } = await openSession("deepseek", { path: PATH });
    simulator.script({ blocks: BLOCKS, usage: { input: 100, cacheRead: 70, reasoning: 5 } });
    const { events } = await ask({ ...BODY, stream: true });
    expect(events.slice(0, -1).every((event) => event["usage"] === null)).toBe(true);
    expect(events.at(-1)?.["usage"]).toMatchObject({
      prompt_tokens: 100,
      prompt_cache_hit_tokens: 70,
      prompt_cache_miss_tokens: 30,
      completion_tokens_details: { reasoning_tokens: 5 },
    });
  });

  it("are kept alive by comments", async () => {
    const { ask, simulator } = await openSession("deepseek", { path: PATH });
    simulator.script({ blocks: BLOCKS, delivery: { comments: true } });
    const streamed = await ask({ ...BODY, stream: true });
    expect(streamed.text).toMatch(/^: keep-alive\n\ndata: /);
    expect(joinDeltas(streamed, "content")).toBe("let me look");
  });

  it.each([
    [400, "invalid_request_error", "Invalid request."],
    [401, "authentication_error", "Authentication Fails, Your api key: ****ated is invalid"],
    [402, "unknown_error", "Insufficient Balance"],
    [422, "invalid_request_error", "Invalid parameters."],
    [429, "rate_limit_error", "Rate limit reached. Please pace your requests reasonably."],
    [500, "server_error", "Internal Server Error"],
    [503, "service_unavailable_error", /^Service is too busy\./],
    [529, "service_unavailable_error", /^Service is too busy\./],
  ])("word %d", async (status, type, message) => {
    const { ask, simulator } = await openSession("deepseek", { path: PATH });
    simulator.script({ error: { status } });
    const answer = await ask(BODY);
    expect(answer.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({
      type,
      param: null,
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
  });
});
