import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessagesClient, readEvents } from "../messages-client.fixture.ts";
import type { MessagesClient } from "../messages-client.fixture.ts";

const MODELS = "/v1/projects/p/locations/global/publishers/anthropic/models/";
const predict = (model = "claude-opus-5"): string => `${MODELS}${model}:rawPredict`;
const stream = (model = "claude-opus-5"): string => `${MODELS}${model}:streamRawPredict`;
const COUNT = `${MODELS}count-tokens:rawPredict`;
const BASE = { anthropic_version: "vertex-2023-10-16", max_tokens: 1_000, messages: [{ role: "user", content: "hi" }] };
const NO_VERSION = { "anthropic-version": undefined };

interface GoogleError {
  error: { code: number; message: string; status: string; details?: unknown[] };
}

describe("the Vertex simulator", () => {
  let client: MessagesClient;
  beforeAll(async () => {
    client = await createMessagesClient("vertex", predict());
  });
  afterEach(() => client.simulator.reset());
  afterAll(() => client.close());

  it("answers rawPredict with the model of the path", async () => {
    const reply = await client.post(BASE, { path: predict("claude-sonnet-4-5@20250929"), headers: NO_VERSION });
    expect([reply.status, reply.json["model"]]).toEqual([200, "claude-sonnet-4-5-20250929"]);
    expect(reply.json["id"]).toMatch(/^msg_vrtx_01/);
    expect(reply.headers.get("request-id")).toMatch(/^req_vrtx_011/);
  });

  it("streams streamRawPredict in the events of the Messages API", async () => {
    client.simulator.script({ blocks: [{ type: "tool_call", name: "Look", input: { a: 1 } }] });
    const reply = await client.post({ ...BASE, stream: true }, { path: stream() });
    const events = readEvents(reply.text);
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(["message_start", "message_stop"]);
    expect(JSON.stringify(events[1])).toContain("toolu_vrtx_01");
  });

  it("counts tokens with the model in the body and no version", async () => {
    const body = { model: "claude-opus-5", messages: BASE.messages };
    const reply = await client.post(body, { path: COUNT });
    expect([reply.status, Number(reply.json["input_tokens"]) > 0]).toEqual([200, true]);
  });

  it.each([
    [
      "a body without anthropic_version",
      { ...BASE, anthropic_version: undefined },
      predict(),
      "anthropic_version: Field required",
    ],
    [
      "another anthropic_version",
      { ...BASE, anthropic_version: "2023-06-01" },
      predict(),
      "anthropic_version: Input should be 'vertex-2023-10-16'",
    ],
    ["the model in the body", { ...BASE, model: "claude-opus-5" }, predict(), "model: Extra inputs are not permitted"],
    ["a stream from rawPredict", { ...BASE, stream: true }, predict(), "stream: Input should be false for rawPredict"],
    ["no stream from streamRawPredict", BASE, stream(), "stream: Input should be true for streamRawPredict"],
    ["an unknown field", { ...BASE, foo: 1 }, predict(), "foo: Extra inputs are not permitted"],
    [
      "an output format without its beta",
      { ...BASE, output_config: { format: { type: "json_schema", schema: {} } } },
      predict(),
      "output_config: Extra inputs are not permitted",
    ],
    [
      "an orphan result",
      { ...BASE, messages: [{ role: "user", content: [{ type: "tool_result", tool_use_id: "t" }] }] },
      predict(),
      /unexpected `tool_use_id` found/,
    ],
  ])("refuses %s as the Messages API words it", async (_fact, body, path, message) => {
    const reply = await client.post(body, { path });
    expect([reply.status, reply.json.error?.type]).toEqual([400, "invalid_request_error"]);
    if (typeof message === "string") expect(reply.json.error?.message).toBe(message);
    else expect(reply.json.error?.message).toMatch(message);
    expect(reply.json["request_id"]).toMatch(/^req_vrtx_/);
  });

  it.each([
    [
      "in the header",
      {
        headers: { "anthropic-beta": "effort-2025-11-24,prompt-caching-scope-2026-01-05,advanced-tool-use-2025-11-20" },
      },
      BASE,
    ],
    [
      "in the body",
      {},
      { ...BASE, anthropic_beta: ["prompt-caching-scope-2026-01-05", "advanced-tool-use-2025-11-20"] },
    ],
  ])("refuses betas that it does not know, %s", async (_where, options, body) => {
    const reply = await client.post(body, options);
    expect(reply.status).toBe(400);
    expect(reply.json.error?.message).toMatch(
      /^Unexpected value\(s\) `prompt-caching-scope-2026-01-05`, `advanced-tool-use-2025-11-20` for the `anthropic-beta` header\./,
    );
  });

  it("takes fewer betas for counting than for messages", async () => {
    const headers = { "anthropic-beta": "effort-2025-11-24,tool-search-tool-2025-10-19" };
    const counted = await client.post({ model: "claude-opus-5", messages: BASE.messages }, { path: COUNT, headers });
    expect(counted.json.error?.message).toMatch(/^Unexpected value\(s\) `tool-search-tool-2025-10-19` for/);
    expect((await client.post({ ...BASE, output_config: { effort: "low" } }, { headers })).status).toBe(200);
  });

  it("takes an effort without beta on a model for which it is none any more, and refuses it on others", async () => {
    const body = { ...BASE, output_config: { effort: "low" } };
    expect((await client.post(body)).status).toBe(200);
    const older = await client.post(body, { path: predict("claude-opus-4-5@20251101") });
    expect([older.status, older.json.error?.message]).toEqual([400, "output_config: Extra inputs are not permitted"]);
  });

  it("takes what Claude Code sends to it of its own accord", async () => {
    const headers = {
      "anthropic-beta":
        "claude-code-20250219,interleaved-thinking-2025-05-14,web-search-2025-03-05,thinking-token-count-2026-05-13,tool-search-tool-2025-10-19,effort-2025-11-24",
    };
    const body = {
      ...BASE,
      stream: true,
      thinking: { type: "adaptive", display: "omitted" },
      output_config: { effort: "medium" },
      messages: [...BASE.messages, { role: "system", content: "environment" }],
      tools: [
        { name: "ToolSearch", input_schema: { type: "object" } },
        { name: "DeferredToolPlaceholder", input_schema: { type: "object" }, defer_loading: true },
      ],
    };
    const reply = await client.post(body, { path: stream("claude-opus-5-5"), headers });
    expect([reply.status, reply.json.error]).toEqual([200, undefined]);
  });

  it.each([
    ["no token", { authorization: undefined }, /^Request is missing required authentication credential/],
    ["a key where a token belongs", { authorization: undefined, "x-api-key": "key" }, /^Request is missing/],
    ["a wrong token", { authorization: "Bearer invalid" }, /^Request had invalid authentication credentials/],
  ])("refuses %s in Google's words", async (_fact, headers, message) => {
    const { error } = (await client.post(BASE, { headers })).json as unknown as GoogleError;
    expect([error.code, error.status]).toEqual([401, "UNAUTHENTICATED"]);
    expect(error.message).toMatch(message);
  });

  it("does not find a model that there is not, in Google's words", async () => {
    const reply = await client.post(BASE, { path: predict("claude-2") });
    const { error } = reply.json as unknown as GoogleError;
    expect([reply.status, error.status]).toEqual([404, "NOT_FOUND"]);
    expect(error.message).toMatch(
      /^Publisher Model `projects\/p\/locations\/global\/publishers\/anthropic\/models\/claude-2` was not found/,
    );
  });

  it.each([
    [403, "PERMISSION_DENIED", /aiplatform\.endpoints\.predict/],
    [429, "RESOURCE_EXHAUSTED", /base model: anthropic-claude-opus\./],
    [500, "INTERNAL", /Internal error/],
    [503, "UNAVAILABLE", /currently unavailable/],
  ])("words a scripted %i as Google does", async (status, name, message) => {
    client.simulator.script({ error: { status } });
    const reply = await client.post(BASE);
    const { error } = reply.json as unknown as GoogleError;
    expect([reply.status, error.code, error.status]).toEqual([status, status, name]);
    expect(error.message).toMatch(message);
  });

  it("words an overload as the model's own server does", async () => {
    client.simulator.script({ error: { status: 529 } });
    expect((await client.post(BASE)).json.error).toEqual({ type: "overloaded_error", message: "Overloaded" });
  });

  it("shares its quota among the models of a lineage, per location", async () => {
    const limited = await createMessagesClient("vertex", predict(), {
      limits: { requests: 1 },
      enforceLimits: true,
      now: () => 0,
    });
    const statuses = [];
    for (const path of [
      predict("claude-opus-5"),
      predict("claude-opus-4-8"),
      predict("claude-sonnet-5"),
      predict("claude-opus-5").replace("global", "eu"),
    ]) {
      statuses.push((await limited.post(BASE, { path })).status);
    }
    expect(statuses).toEqual([200, 429, 200, 200]);
    await limited.close();
  });

  it("answers other paths with Google's page", async () => {
    const reply = await client.get("/v1/models");
    expect([reply.status, reply.text.startsWith("<!DOCTYPE html>")]).toEqual([404, true]);
  });

  it("is read by the official SDK's stream reader", async () => {
    client.simulator.script({ blocks: [{ type: "text", text: "through the SDK" }] });
    const sdk = new Anthropic({
      authToken: "token",
      apiKey: null,
      baseURL: client.simulator.url,
      maxRetries: 0,
      fetch: (_url, init) => {
        const { model: _model, ...body } = JSON.parse(init?.body as string) as Record<string, unknown>;
        return fetch(client.simulator.url + stream(), {
          ...init,
          body: JSON.stringify({ ...body, anthropic_version: BASE.anthropic_version }),
        });
      },
    });
    const message = await sdk.messages
      .stream({ model: "claude-opus-5", max_tokens: 100, messages: [{ role: "user", content: "hi" }] })
      .finalMessage();
    expect(message.content).toMatchObject([{ type: "text", text: "through the SDK" }]);
  });
});
