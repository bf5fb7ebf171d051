import { afterEach, describe, expect, it } from "@jest/globals";
import { calls, tool, user } from "../../__fixtures__/chat-bodies.ts";
import { at, closeSessions, errorOf, joinDeltas, openSession } from "../../__fixtures__/session.ts";

const PATH = "/inference/chat/completions";
const BODY = { model: "openai/gpt-4.1", messages: [user()] };

afterEach(closeSessions);

describe("GitHub Models", () => {
  it.each([[PATH], ["/orgs/someone/inference/chat/completions"]])("answers at %s", async (path) => {
    const { ask, simulator } = await openSession("github-models", { path });
    simulator.script({ blocks: [{ type: "text", text: "hello" }] });
    const { json, headers } = await ask({ ...BODY, tools: [tool()], max_tokens: 100 });
    expect(json).toMatchObject({
      model: "gpt-4.1-2025-04-14",
      choices: [{ message: { content: "hello" }, finish_reason: "stop" }],
    });
    expect(json).not.toHaveProperty("service_tier");
    expect(headers.get("x-github-request-id")).toMatch(/./);
    expect(headers.get("x-ratelimit-remaining-requests")).toBe("999999");
    expect(headers.get("x-ratelimit-remaining-tokens")).toMatch(/^\d+$/);
  });

  it("streams", async () => {
    const { ask, simulator } = await openSession("github-models", { path: PATH });
    simulator.script({ blocks: [{ type: "text", text: "hello there, you" }] });
    const answer = await ask({ ...BODY, stream: true });
    expect(joinDeltas(answer, "content")).toBe("hello there, you");
    expect(answer.done).toBe(true);
  });

  it("lists its catalogue, with limits, tiers and abilities", async () => {
    const { get } = await openSession("github-models", {
      path: PATH,
      models: [{ id: "acme/coder", contextWindow: 9000 }],
    });
    const { json } = await get("/catalog/models");
    expect(Array.isArray(json)).toBe(true);
    expect(json).toContainEqual({
      id: "openai/gpt-4.1",
      name: "OpenAI GPT-4.1",
      publisher: "OpenAI",
      summary: expect.stringMatching(/./),
      rate_limit_tier: "high",
      supported_input_modalities: ["text", "image"],
      supported_output_modalities: ["text"],
      tags: ["multipurpose"],
      registry: "azure-openai",
      version: "1",
      capabilities: ["streaming", "tool-calling"],
      limits: { max_input_tokens: 1_047_576, max_output_tokens: 32_768 },
      html_url: "https://github.com/marketplace/models/openai-gpt-4.1",
    });
    expect(json).toContainEqual(
      expect.objectContaining({ id: "acme/coder", limits: expect.objectContaining({ max_input_tokens: 9000 }) }),
    );
    expect(json).toContainEqual(
      expect.objectContaining({ rate_limit_tier: "embeddings", supported_output_modalities: ["embeddings"] }),
    );
    expect(json).toContainEqual(
      expect.objectContaining({ id: "openai/gpt-5", rate_limit_tier: "custom", tags: ["reasoning"] }),
    );
  });

  it.each([
    [undefined, 200],
    ["2022-11-28", 200],
    ["2026-03-10", 200],
    ["2021-01-01", 410],
  ])("serves version %s of its API with %d", async (version, status) => {
    const { ask, get } = await openSession("github-models", { path: PATH });
    const headers = {
      authorization: "Bearer t",
      ...(version === undefined ? {} : { "x-github-api-version": version }),
    };
    const answers = [await ask(BODY, headers), await get("/catalog/models", headers)];
    expect(answers.map((answer) => answer.status)).toEqual([status, status]);
    if (status === 410)
      expect(answers[0]?.json).toMatchObject({ message: expect.stringContaining("API version"), status: "410" });
  });

  it("is retired when a script says so, catalogue and all", async () => {
    const { ask, get, simulator } = await openSession("github-models", { path: PATH });
    simulator.script({ error: { status: 410 } }, { match: { path: "/catalog" }, error: { status: 410 } });
    for (const answer of [await ask(BODY), await get("/catalog/models")]) {
      expect(answer.status).toBe(410);
      expect(errorOf(answer)).toMatchObject({ code: "gone", message: expect.stringContaining("was retired") });
      expect(answer.text).not.toMatch(/version/);
    }
  });
});

describe("GitHub Models' refusals", () => {
  it("name a model that it does not have", async () => {
    const { ask } = await openSession("github-models", { path: PATH });
    const answer = await ask({ ...BODY, model: "openai/gpt-9" });
    expect(answer.status).toBe(404);
    expect(errorOf(answer)).toEqual({
      code: "unknown_model",
      message: "Unknown model: openai/gpt-9",
      details: "Unknown model: openai/gpt-9",
    });
  });

  it("ask for a token", async () => {
    const { ask, get } = await openSession("github-models", { path: PATH, credentials: ["good"] });
    for (const answer of [await ask(BODY, {}), await ask(BODY), await get("/catalog/models", {})]) {
      expect(answer.status).toBe(401);
      expect(errorOf(answer)["code"]).toBe("unauthorized");
    }
  });

  it("say how large a request may be", async () => {
    const { ask } = await openSession("github-models", {
      path: PATH,
      models: [{ id: "openai/gpt-4.1", contextWindow: 80 }],
    });
    const answer = await ask({ ...BODY, messages: [user("word ".repeat(200))] });
    expect(answer.status).toBe(413);
    expect(errorOf(answer)).toMatchObject({
      code: "tokens_limit_reached",
      message: "Request body too large for gpt-4.1 model. Max size: 80 tokens.",
    });
  });

  it.each([
    [{ messages: [user(), calls("call_1")] }, /did not have response messages: call_1/],
    [{ foo: 1 }, /^Unrecognized request argument supplied: foo$/],
    [
      { model: "openai/gpt-5", max_tokens: 10 },
      /^Unsupported parameter: 'max_tokens' is not supported with this model/,
    ],
  ])("are those of the models' host otherwise: %j", async (fields, message) => {
    const { ask } = await openSession("github-models", { path: PATH });
    const answer = await ask({ ...BODY, ...fields });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ type: "invalid_request_error", message: expect.stringMatching(message) });
  });

  it.each([
    [undefined, "UserByModelByMinute", "24"],
    ["UserByModelByDay", "UserByModelByDay", "24367"],
    ["UserConcurrentRequests", "UserConcurrentRequests", "24"],
  ])("by limit name the limit: %s", async (type, name, seconds) => {
    const { ask, simulator } = await openSession("github-models", { path: PATH });
    simulator.script({ error: { status: 429, ...(type === undefined ? {} : { type }) } });
    const answer = await ask(BODY);
    expect(answer.headers.get("x-ratelimit-type")).toBe(name);
    expect(answer.headers.get("retry-after")).toBe(seconds);
    expect(errorOf(answer)).toMatchObject({
      code: "RateLimitReached",
      message: expect.stringContaining(`exceeded for ${name}. Please wait ${seconds} seconds before retrying.`),
    });
  });

  it("come beyond the limits", async () => {
    const { ask } = await openSession("github-models", {
      path: PATH,
      limits: { requests: 1 },
      enforceLimits: true,
      now: () => 0,
    });
    expect((await ask(BODY)).status).toBe(200);
    const refused = await ask(BODY);
    expect(refused.status).toBe(429);
    expect(errorOf(refused)["message"]).toBe(
      "Rate limit of 1 per 60s exceeded for UserByModelByMinute. Please wait 60 seconds before retrying.",
    );
    expect(refused.headers.get("x-ratelimit-remaining-requests")).toBe("0");
  });

  it("may carry words of a script", async () => {
    const { ask, simulator } = await openSession("github-models", { path: PATH });
    simulator.script(
      { error: { status: 429, message: "slow down" } },
      { error: { status: 413, message: "too big" } },
      { error: { status: 500 } },
    );
    expect(errorOf(await ask(BODY))["message"]).toBe("slow down");
    expect(errorOf(await ask(BODY))["message"]).toBe("too big");
    expect(at((await ask(BODY)).json, "error", "type")).toBe("server_error");
  });
});
