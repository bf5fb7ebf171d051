import { afterEach, describe, expect, it } from "@jest/globals";
import { calls, tool, user } from "../../__fixtures__/chat-bodies.ts";
import { at, closeSessions, errorOf, joinDeltas, openSession } from "../../__fixtures__/session.ts";

const V1 = "/openai/v1/chat/completions";
const DEPLOYMENT = "/openai/deployments/gpt-4.1/chat/completions";
const BODY = { model: "gpt-4.1", messages: [user()] };
const KEY = { "api-key": "key" };
const NO_ACCESS = {
  code: "401",
  message:
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
};
const NO_DEPLOYMENT = {
  code: "DeploymentNotFound",
  message:
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
};

afterEach(closeSessions);

describe("Azure's access", () => {
  it.each([
    ["api-key", { "api-key": "good" }, 200],
    ["Bearer token", { authorization: "Bearer good" }, 200],
    ["wrong api-key", { "api-key": "bad" }, 401],
    ["wrong header", { "x-api-key": "good" }, 401],
    ["nothing", {}, 401],
  ])("is decided by the credential: %s", async (_what, headers, status) => {
    const { ask } = await openSession("azure", { path: V1, credentials: ["good"] });
    const answer = await ask(BODY, headers);
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.json).toEqual({ error: NO_ACCESS });
  });

  it.each([
    [V1, 200],
    [`${V1}?api-version=preview`, 200],
    [`${V1}?api-version=nonsense`, 404],
    [DEPLOYMENT, 404],
    [`${DEPLOYMENT}?api-version=preview`, 404],
    [`${DEPLOYMENT}?api-version=2024-10-21`, 200],
    [`${DEPLOYMENT}?api-version=2025-03-01-preview`, 200],
  ])("asks older paths for a version: %s", async (path, status) => {
    const { ask } = await openSession("azure", { path });
    const answer = await ask(BODY, KEY);
    expect(answer.status).toBe(status);
    if (status === 404) expect(answer.json).toEqual({ error: { code: "404", message: "Resource not found" } });
  });

  it("does not know other paths", async () => {
    const { get } = await openSession("azure", { path: V1 });
    expect((await get("/v1/models")).json).toEqual({ error: { code: "404", message: "Resource not found" } });
  });
});

describe("Azure's deployments", () => {
  it("are named by the path, whatever the body says", async () => {
    const { ask, simulator } = await openSession("azure", { path: `${DEPLOYMENT}?api-version=2024-10-21` });
    expect(at((await ask({ messages: [user()] }, KEY)).json, "model")).toBe("gpt-4.1-2025-04-14");
    expect(at((await ask({ ...BODY, model: "gpt-9" }, KEY)).json, "model")).toBe("gpt-4.1-2025-04-14");
    expect(simulator.requests[1]?.json).toMatchObject({ model: "gpt-9" });
  });

  it.each([
    [V1, { ...BODY, model: "nothing" }],
    ["/openai/deployments/nothing/chat/completions?api-version=2024-10-21", BODY],
    ["/openai/v1/responses", { model: "nothing", input: "hello" }],
    ["/openai/responses?api-version=2025-04-01-preview", { model: "nothing", input: "hello" }],
  ])("may not exist: %s", async (path, body) => {
    const { ask } = await openSession("azure", { path });
    const answer = await ask(body, KEY);
    expect(answer.status).toBe(404);
    expect(answer.json).toEqual({ error: NO_DEPLOYMENT });
  });

  it("are listed", async () => {
    const { get } = await openSession("azure", { path: V1, models: [{ id: "mine" }] });
    const { json } = await get("/openai/v1/models", KEY);
    expect((at(json, "data") as { id: string }[]).map(({ id }) => id)).toEqual(
      expect.arrayContaining(["gpt-4.1", "mine"]),
    );
    expect((await get("/openai/v1/models", {})).json).toEqual({ error: NO_ACCESS });
  });
});

describe("Azure's refusals", () => {
  it("are OpenAI's where the model is concerned", async () => {
    const { ask } = await openSession("azure", { path: V1 });
    const answer = await ask({ ...BODY, messages: [user(), calls("call_1")] }, KEY);
    expect(errorOf(answer)).toMatchObject({
      type: "invalid_request_error",
      message: expect.stringContaining("did not have response messages: call_1"),
    });
    expect(errorOf(await ask({ ...BODY, foo: 1 }, KEY))["message"]).toBe("Unrecognized request argument supplied: foo");
  });

  it("tell of a filtered prompt and what was found in it", async () => {
    const { ask, simulator } = await openSession("azure", { path: V1 });
    simulator.script({ error: { status: 400, type: "content_filter" } });
    expect(errorOf(await ask(BODY, KEY))).toMatchObject({
      code: "content_filter",
      type: null,
      param: "prompt",
      innererror: {
        code: "ResponsibleAIPolicyViolation",
        content_filter_result: { violence: { filtered: true, severity: "medium" }, hate: { filtered: false } },
      },
    });
  });

  it.each([
    [401, "401"],
    [404, "DeploymentNotFound"],
    [408, "408"],
    [429, "RateLimitReached"],
  ])("of the gateway have a code and a message: %d", async (status, code) => {
    const { ask, simulator } = await openSession("azure", { path: V1 });
    simulator.script({ error: { status } });
    const answer = await ask(BODY, KEY);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ error: { code, message: expect.stringMatching(/./) } });
    expect(answer.headers.get("retry-after-ms")).toBe(status === 429 ? "6000" : null);
  });

  it("say how long to wait when the limit is reached", async () => {
    const { ask } = await openSession("azure", {
      path: V1,
      limits: { requests: 1 },
      enforceLimits: true,
      now: () => 0,
    });
    const first = await ask(BODY, KEY);
    expect(first.headers.get("x-ratelimit-remaining-requests")).toBe("0");
    const second = await ask(BODY, KEY);
    expect(second.status).toBe(429);
    expect(errorOf(second)).toMatchObject({
      code: "RateLimitReached",
      message: expect.stringContaining("have exceeded the call rate limit"),
    });
    expect(second.headers.get("retry-after")).toBe("60");
  });
});

describe("Azure's answers", () => {
  it("carry the filter's findings, a request id and a region", async () => {
    const { ask, simulator } = await openSession("azure", { path: V1 });
    simulator.script({ blocks: [{ type: "text", text: "hello there" }] });
    const { json, headers } = await ask({ ...BODY, tools: [tool()] }, KEY);
    expect(json).toMatchObject({
      prompt_filter_results: [{ prompt_index: 0 }],
      choices: [{ content_filter_results: { hate: { filtered: false, severity: "safe" } } }],
    });
    expect(headers.get("apim-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("x-ms-region")).toBe("East US 2");
  });

  it("stream the filter's findings first, in a chunk without a model", async () => {
    const { ask, simulator } = await openSession("azure", { path: V1 });
    simulator.script({ blocks: [{ type: "text", text: "hello there, you" }] });
    const answer = await ask({ ...BODY, stream: true }, KEY);
    expect(answer.events[0]).toMatchObject({ choices: [], id: "", model: "", prompt_filter_results: [{}] });
    expect(joinDeltas(answer, "content")).toBe("hello there, you");
  });

  it("of Responses carry them once they are whole", async () => {
    const { ask, simulator } = await openSession("azure", { path: "/openai/v1/responses" });
    simulator.script({ blocks: [{ type: "text", text: "hello" }] });
    const { events } = await ask({ model: "gpt-5.1", input: "hello", stream: true }, KEY);
    expect(at(events[0], "response", "content_filters")).toBeNull();
    expect(at(events.at(-1), "response", "content_filters")).toMatchObject([
      { source_type: "prompt" },
      { source_type: "completion" },
    ]);
  });
});
