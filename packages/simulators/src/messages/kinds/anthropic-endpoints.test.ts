import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessagesClient } from "../messages-client.fixture.ts";
import type { MessagesClient } from "../messages-client.fixture.ts";

const BASE = { model: "claude-opus-5", max_tokens: 4_000, messages: [{ role: "user" as const, content: "hi" }] };
const TOOLS = [{ name: "Look", input_schema: { type: "object" as const } }];

describe("the other endpoints of the Anthropic simulator", () => {
  let client: MessagesClient;
  let sdk: Anthropic;
  beforeAll(async () => {
    client = await createMessagesClient("anthropic", "/v1/messages");
    sdk = new Anthropic({ apiKey: "key", baseURL: client.simulator.url, maxRetries: 0 });
  });
  afterEach(() => client.simulator.reset());
  afterAll(() => client.close());

  it("count tokens of everything, without max_tokens", async () => {
    const { max_tokens: _limit, ...prompt } = BASE;
    const small = await sdk.messages.countTokens(prompt);
    const large = await sdk.messages.countTokens({ ...prompt, system: "s".repeat(400), tools: TOOLS });
    expect(large.input_tokens).toBeGreaterThan(small.input_tokens + 100);
    expect((await client.post(BASE, { path: "/v1/messages/count_tokens" })).json.error?.message).toBe(
      "max_tokens: Extra inputs are not permitted",
    );
  });

  it("count an over-long prompt instead of refusing it", async () => {
    const body = { model: "claude-haiku-4-5", messages: [{ role: "user", content: "x".repeat(900_000) }] };
    const reply = await client.post(body, { path: "/v1/messages/count_tokens" });
    expect([reply.status, Number(reply.json["input_tokens"]) > 200_000]).toEqual([200, true]);
  });

  it("list models by pages", async () => {
    const ids: string[] = [];
    for await (const model of sdk.models.list({ limit: 4 })) ids.push(model.id);
    expect(ids.length).toBeGreaterThan(10);
    expect(new Set(ids).size).toBe(ids.length);
    expect((await client.get("/v1/models?limit=1000")).json).toMatchObject({ has_more: false, first_id: ids[0] });
  });

  it("tell of one model, and 404 of one that there is not", async () => {
    expect(await sdk.models.retrieve("claude-sonnet-4-5")).toMatchObject({
      id: "claude-sonnet-4-5-20250929",
      type: "model",
    });
    expect((await client.get("/v1/models/gpt-5")).status).toBe(404);
  });

  it("are failed by a scenario that names their path only", async () => {
    client.simulator.script({ error: { status: 500 }, times: "always" });
    expect((await client.get("/v1/models")).status).toBe(200);
    client.simulator.script({ match: { path: "/v1/models" }, error: { status: 500 } });
    expect((await client.get("/v1/models")).status).toBe(500);
  });
});
