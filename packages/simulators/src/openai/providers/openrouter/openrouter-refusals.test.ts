import { afterEach, describe, expect, it } from "@jest/globals";
import { calls, image, result, text, tool, user } from "../../__fixtures__/chat-bodies.ts";
import { at, closeSessions, errorOf, openSession, type Fields, type Session } from "../../__fixtures__/session.ts";

const PATH = "/api/v1/chat/completions";
const BODY = { model: "openai/gpt-4.1", messages: [user()] };

afterEach(closeSessions);

const open = (signatureSecret = "one secret"): Promise<Session> =>
  openSession("openrouter", { path: PATH, signatureSecret });

describe("OpenRouter itself", () => {
  it("asks for a key, and does not know every one", async () => {
    const { ask, get } = await openSession("openrouter", { path: PATH, credentials: ["good"] });
    for (const answer of [await ask(BODY, {}), await get("/api/v1/key", {})]) {
      expect(answer.status).toBe(401);
      expect(answer.json).toEqual({ error: { message: "No cookie auth credentials found", code: 401 } });
    }
    expect(errorOf(await ask(BODY))["message"]).toBe("User not found.");
    expect((await ask(BODY, { authorization: "Bearer good" })).status).toBe(200);
  });

  it.each([
    [{ model: "openai/gpt-9" }, "openai/gpt-9 is not a valid model ID"],
    [{ model: undefined }, "No models provided"],
    [
      { reasoning: { effort: "low", max_tokens: 100 } },
      'Only one of "reasoning.effort" and "reasoning.max_tokens" can be specified',
    ],
  ])("refuses %j", async (fields, message) => {
    const answer = await (await open()).ask({ ...BODY, ...fields });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ error: { message, code: 400 }, user_id: expect.stringMatching(/^user_/) });
  });

  it("tells what is wrong with a shape as its validator found it", async () => {
    const answer = await (await open()).ask({ ...BODY, messages: [{ role: "human", content: "hello" }] });
    expect(answer.status).toBe(400);
    const issues: unknown = JSON.parse(String(errorOf(answer)["message"]));
    expect(issues).toMatchObject([{ code: "invalid_union", path: ["messages", 0, "role"] }]);
  });

  it("ignores what it does not know", async () => {
    const { ask } = await open();
    const message = { ...user([{ ...text(), cache_control: { type: "ephemeral" } }]), foo: 1 };
    const fields = { foo: 1, top_k: 3, provider: { order: ["OpenAI"] }, usage: { include: true }, temperature: 0.2 };
    expect((await ask({ ...BODY, ...fields, messages: [message] })).status).toBe(200);
    expect((await ask({ ...BODY, ...fields, model: "openai/gpt-5.6-luna", max_tokens: 100 })).status).toBe(200);
  });

  it("has no host for pictures where the model has no eyes", async () => {
    const answer = await (await open()).ask({ ...BODY, model: "qwen/qwen3-coder", messages: [user([image()])] });
    expect(answer.status).toBe(404);
    expect(errorOf(answer)["message"]).toBe("No endpoints found that support image input");
  });

  it("refuses a prompt that is too long", async () => {
    const { ask } = await openSession("openrouter", { path: PATH, models: [{ id: "a/small", contextWindow: 50 }] });
    const answer = await ask({ model: "a/small", messages: [user("word ".repeat(200))] });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)["message"]).toMatch(
      /^This endpoint's maximum context length is 50 tokens\. However, you requested about \d+ tokens/,
    );
  });

  it("lets nobody ask for more output than is paid for", async () => {
    const { ask } = await openSession("openrouter", {
      path: PATH,
      limits: { outputTokens: 1000 },
      enforceLimits: true,
    });
    const refused = await ask({ ...BODY, max_tokens: 2000 });
    expect(refused.status).toBe(402);
    expect(errorOf(refused)).toMatchObject({
      code: 402,
      message: expect.stringMatching(
        /^This request requires more credits, or fewer max_tokens\. You requested up to 2000 tokens, but can only afford 1000\./,
      ),
    });
    expect((await ask({ ...BODY, max_tokens: 500 })).status).toBe(200);
  });

  it("limits requests", async () => {
    const { ask } = await openSession("openrouter", {
      path: PATH,
      limits: { requests: 1 },
      enforceLimits: true,
      now: () => 0,
    });
    expect((await ask({ ...BODY, max_tokens: 10 })).status).toBe(200);
    const refused = await ask({ ...BODY, max_tokens: 10 });
    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-ratelimit-limit")).toBe("1");
    expect(Number(refused.headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now());
  });
});

/** A scripted answer with reasoning and two calls, as a message to give back. */
const answerOf = async (session: Session, model: string): Promise<Fields> => {
  session.simulator.script({
    blocks: [
      { type: "reasoning", text: "thinking about it" },
      { type: "tool_call", name: "read", input: { path: "a" }, id: "call_1" },
      { type: "tool_call", name: "read", input: { path: "b" }, id: "call_2" },
    ],
  });
  const { json } = await session.ask({ model, messages: [user()], tools: [tool()] });
  return at(json, "choices", 0, "message") as Fields;
};
const RESULTS = [result("call_1"), result("call_2")];
const goOn = (message: Fields, model: string): Fields => ({ model, messages: [user(), message, ...RESULTS] });

describe("OpenRouter's hosts", () => {
  it.each([
    ["anthropic/claude-opus-5.5", "Anthropic", "Invalid `signature` in `thinking` block"],
    ["openai/gpt-5.6-luna", "OpenAI", "could not be verified"],
    ["google/gemini-3.8-flash", "Google AI Studio", "Corrupted thought signature."],
  ])("take back the reasoning of %s, and refuse it altered or foreign", async (model, host, raw) => {
    const session = await open();
    const message = await answerOf(session, model);
    expect((await session.ask(goOn(message, model))).status).toBe(200);

    const foreign = await (await open("another secret")).ask(goOn(message, model));
    const altered = JSON.parse(
      JSON.stringify(message).replaceAll(
        /"(data|signature)":"Er(.)/g,
        (_whole, field: string, first: string) => `"${field}":"Er${first === "A" ? "B" : "A"}`,
      ),
    ) as Fields;
    for (const answer of [foreign, await session.ask(goOn(altered, model))]) {
      expect(answer.status).toBe(400);
      expect(errorOf(answer)).toMatchObject({
        message: "Provider returned error",
        code: 400,
        metadata: { provider_name: host, raw: expect.stringContaining(raw) },
      });
    }
  });

  it("refuse reasoning whose text was changed under its signature", async () => {
    const session = await open();
    const message = await answerOf(session, "anthropic/claude-opus-5.5");
    const changed = JSON.parse(
      JSON.stringify(message).replaceAll("thinking about it", "thinking about that"),
    ) as Fields;
    expect((await session.ask(goOn(changed, "anthropic/claude-opus-5.5"))).status).toBe(400);
  });

  it("refuse the reasoning of another vendor's model", async () => {
    const session = await open();
    const message = await answerOf(session, "anthropic/claude-opus-5.5");
    expect((await session.ask(goOn(message, "openai/gpt-5.6-luna"))).status).toBe(400);
  });

  it("want Google's signature for the calls of the current turn, or its stand-in", async () => {
    const session = await open();
    const model = "google/gemini-3.8-flash";
    const refused = await session.ask(goOn(calls("call_1", "call_2"), model));
    expect(refused.status).toBe(400);
    expect(at(errorOf(refused), "metadata", "raw")).toMatch(
      /^Gemini models require OpenRouter reasoning details to be preserved in each request\..*function call `default_api:read` , position 2\./s,
    );
    const detail = {
      type: "reasoning.encrypted",
      data: "skip_thought_signature_validator",
      id: "call_1",
      format: "google-gemini-v1",
      index: 0,
    };
    const stoodIn = { ...calls("call_1", "call_2"), reasoning_details: [detail] };
    expect((await session.ask(goOn(stoodIn, model))).status).toBe(200);
    const earlier = [user(), calls("call_1", "call_2"), ...RESULTS, user("go on")];
    expect((await session.ask({ model, messages: earlier })).status).toBe(200);
    expect((await session.ask(goOn(calls("call_1", "call_2"), "google/gemini-2.5-flash"))).status).toBe(200);
  });

  it("want DeepSeek's reasoning back, in any of its forms, unless it is switched off", async () => {
    const session = await open();
    const model = "deepseek/deepseek-v4-pro";
    const bare = calls("call_1", "call_2");
    const refused = await session.ask(goOn(bare, model));
    expect(at(errorOf(refused), "metadata", "raw")).toContain("must be passed back to the API.");
    const details = [{ type: "reasoning.text", text: "x", format: "unknown", index: 0 }];
    for (const fields of [{ reasoning: "x" }, { reasoning_content: "x" }, { reasoning_details: details }]) {
      expect((await session.ask(goOn({ ...bare, ...fields }, model))).status).toBe(200);
    }
    expect((await session.ask({ ...goOn(bare, model), reasoning: { enabled: false } })).status).toBe(200);
  });

  it.each([
    [{ messages: [user(), calls("call_1")] }, "did not have response messages: call_1"],
    [{ messages: [user(), result("call_1")] }, "messages with role 'tool' must be a response"],
    [{ tools: [tool("a.b")] }, "string does not match pattern"],
  ])("of OpenAI's models say what OpenAI says: %j", async (fields, raw) => {
    const answer = await (await open()).ask({ ...BODY, ...fields });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      message: "Provider returned error",
      metadata: { provider_name: "OpenAI", raw: expect.stringContaining(raw) },
    });
  });

  it("take pictures in results", async () => {
    const messages = [user(), calls("call_1"), result("call_1", [text(), image()])];
    expect((await (await open()).ask({ ...BODY, messages })).status).toBe(200);
  });
});

describe("OpenRouter's errors", () => {
  it.each([
    [400, undefined, "Invalid request"],
    [401, undefined, "No cookie auth credentials found"],
    [402, undefined, /^This request requires more credits/],
    [403, undefined, /^Input was flagged/],
    [404, undefined, /^No endpoints found/],
    [408, undefined, "Your request timed out"],
    [429, undefined, /^Rate limit exceeded/],
    [429, "provider_rate_limit", "Provider returned error"],
    [500, undefined, "Internal Server Error"],
    [502, undefined, "Provider returned error"],
    [503, undefined, "No instances available"],
    [529, undefined, "Provider returned error"],
  ])("of status %d (%s) carry it as their code", async (status, type, message) => {
    const { ask, simulator } = await open();
    simulator.script({ error: { status, ...(type === undefined ? {} : { type }) } });
    const answer = await ask(BODY);
    expect(answer.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({
      code: status,
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
  });

  it("tell money that comes back from money that is gone", async () => {
    const { ask, simulator } = await open();
    simulator.script({ error: { status: 402, type: "in_flight_budget" } }, { error: { status: 402 } });
    const soon = await ask(BODY);
    expect(at(errorOf(soon), "metadata", "limit_source")).toBe("openrouter_in_flight_budget");
    expect(soon.headers.get("retry-after")).toBe("2");
    const gone = await ask(BODY);
    expect(errorOf(gone)["metadata"]).toEqual({ provider_name: null });
    expect(gone.headers.get("retry-after")).toBeNull();
  });

  it("of the platform's own limit tell when it ends", async () => {
    const { ask, simulator } = await open();
    simulator.script({ error: { status: 429 } });
    const { headers } = await ask(BODY);
    expect(headers.get("retry-after")).toBe("12");
    expect(headers.get("x-ratelimit-remaining")).toBe("0");
    expect(Number(headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now());
  });

  it("come inside a 200: as a body, and as the last chunk of a stream", async () => {
    const { ask, simulator } = await open();
    simulator.script({
      times: 2,
      blocks: [{ type: "text", text: "hello" }],
      fault: { type: "error_in_200", afterEvents: 2, status: 502 },
    });
    const whole = await ask(BODY);
    expect(whole.status).toBe(200);
    expect(errorOf(whole)).toMatchObject({ code: 502, message: "Provider returned error" });
    const { events } = await ask({ ...BODY, stream: true });
    expect(events.at(-1)).toMatchObject({
      id: events[0]?.["id"],
      object: "chat.completion.chunk",
      provider: "OpenAI",
      error: { code: 502, message: "Provider returned error" },
      choices: [{ delta: { content: "" }, finish_reason: "error" }],
    });
  });
});
