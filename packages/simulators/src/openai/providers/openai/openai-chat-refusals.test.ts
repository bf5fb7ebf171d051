import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { PNG, calls, image, result, text, tool, user } from "../../__fixtures__/chat-bodies.ts";
import { closeSessions, errorOf, openSession, type Fields, type Session } from "../../__fixtures__/session.ts";

const REASONING = { model: "gpt-5.6" };

describe("OpenAI's chat completions", () => {
  let session: Session;
  beforeAll(async () => {
    session = await openSession("openai", {
      path: "/v1/chat/completions",
      credentials: ["key-1234567890abcdef"],
      models: [
        { id: "small", contextWindow: 50 },
        { id: "small-reasoning", contextWindow: 130_050, maxOutputTokens: 130_000, reasoning: true },
      ],
    });
  });
  afterAll(closeSessions);

  it("refuse a model that does not exist", async () => {
    const answer = await session.ask({ model: "gpt-9", messages: [user()] });
    expect(answer.status).toBe(404);
    expect(errorOf(answer)).toEqual({
      message: "The model `gpt-9` does not exist or you do not have access to it.",
      type: "invalid_request_error",
      param: null,
      code: "model_not_found",
    });
  });

  it("refuse a request without a key", async () => {
    const answer = await session.ask({ model: "gpt-4.1", messages: [user()] }, {});
    expect(answer.status).toBe(401);
    expect(errorOf(answer)["message"]).toMatch(/^You didn't provide an API key\./);
  });

  it("refuse a wrong key, of which only the ends are shown", async () => {
    const answer = await session.ask({ model: "gpt-4.1" }, { authorization: "Bearer sk-proj-0123456789wxyz" });
    expect(answer.status).toBe(401);
    expect(errorOf(answer)).toMatchObject({
      message: expect.stringMatching(/^Incorrect API key provided: sk-proj-\*+wxyz\./),
      code: "invalid_api_key",
    });
  });

  it.each([["{"], ["[]"], ['"text"'], [""]])("refuse the body %j", async (body) => {
    const answer = await session.ask(body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)["message"]).toMatch(/^We could not parse the JSON body of your request\./);
  });

  it.each([
    ["small", /^This model's maximum context length is 50 tokens\. However, your messages resulted in \d+ tokens\./],
    [
      "small-reasoning",
      /^Input tokens exceed the configured limit of 50 tokens\. Your messages resulted in \d+ tokens\./,
    ],
  ])("refuse a prompt that is too long for %s", async (model, message) => {
    const answer = await session.ask({ model, messages: [user("word ".repeat(200))] });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      message: expect.stringMatching(message),
      param: "messages",
      code: "context_length_exceeded",
    });
  });

  it("take a picture for a flat number of tokens", async () => {
    const bytes = Buffer.concat([Buffer.from(PNG, "base64"), Buffer.alloc(600_000)]);
    const big = `data:image/png;base64,${bytes.toString("base64")}`;
    const answer = await session.ask({ model: "gpt-4o", messages: [user([text(), image(big)])] });
    expect(answer.status).toBe(200);
  });

  it("tell what is wrong with a path", async () => {
    const answer = await session.get("/v1/nothing");
    expect(answer.status).toBe(404);
    expect(errorOf(answer)["message"]).toBe("Invalid URL (GET /v1/nothing)");
  });

  it("note in the record of the request why it was refused", async () => {
    await session.ask({ model: "gpt-4.1", messages: [user()], foo: 1 });
    expect(session.simulator.requests.at(-1)).toMatchObject({
      status: 400,
      dialect: "chat",
      refused: expect.stringContaining("Unrecognized request argument supplied: foo"),
    });
  });

  it.each<[string, Fields]>([
    [
      "sampling on a reasoning model whose effort is none",
      { ...REASONING, reasoning_effort: "none", temperature: 0.2 },
    ],
    ["tools beside the effort none", { ...REASONING, reasoning_effort: "none", tools: [tool()] }],
    ["tools on 5.4 without an effort", { model: "gpt-5.4", tools: [tool()] }],
    ["the default temperature on a reasoning model", { ...REASONING, temperature: 1 }],
    ["a dated name of a model", { model: "gpt-4.1-2025-04-14" }],
    ["a tool without parameters", { tools: [{ type: "function", function: { name: "now" } }] }],
    ["text of a tool in parts", { messages: [user(), calls("call_1"), result("call_1", [text()])] }],
    ["a picture by address", { messages: [user([image("https://example.com/a.png")])] }],
    [
      "results in another order than the calls",
      {
        messages: [user(), calls("call_1", "call_2"), result("call_2"), result("call_1"), user()],
      },
    ],
  ])("take %s", async (_what, fields) => {
    const answer = await session.ask({ model: "gpt-4.1", messages: [user()], ...fields });
    expect({ status: answer.status, text: answer.status === 200 ? "" : answer.text }).toEqual({
      status: 200,
      text: "",
    });
  });
});
