import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessagesClient } from "../messages-client.fixture.ts";
import type { MessagesClient } from "../messages-client.fixture.ts";

const BASE = {
  model: "anthropic/claude-opus-4.8",
  max_tokens: 1_000,
  messages: [{ role: "user" as const, content: "hi" }],
};

describe("OpenRouter's Messages endpoint", () => {
  let client: MessagesClient;
  beforeAll(async () => {
    client = await createMessagesClient("openrouter", "/api/v1/messages");
  });
  afterEach(() => client.simulator.reset());
  afterAll(() => client.close());

  it("stands under the base URL that a service is given", () => {
    expect(client.simulator.baseUrl).toBe(`${client.simulator.url}/api/v1`);
  });

  it("reports what the answer cost, streamed and not", async () => {
    client.simulator.script({ times: 2, blocks: [{ type: "text", text: "x" }], usage: { input: 1_000, output: 100 } });
    const usage = { input_tokens: 1_000, output_tokens: 100, cost: 0.0075 };
    expect((await client.post(BASE)).json).toMatchObject({ provider: "Anthropic", usage });
    const streamed = await client.post({ ...BASE, stream: true });
    expect(streamed.text).toContain('"cost":0.0075');
  });

  it("keeps the line alive by its own comment", async () => {
    client.simulator.script({ blocks: [{ type: "text", text: "x" }], delivery: { comments: true } });
    expect((await client.post({ ...BASE, stream: true })).text).toMatch(/^: OPENROUTER PROCESSING\n\n/);
  });

  it("is read by the official SDK", async () => {
    const sdk = new Anthropic({
      authToken: "key",
      apiKey: null,
      baseURL: `${client.simulator.url}/api`,
      maxRetries: 0,
    });
    client.simulator.script({ blocks: [{ type: "text", text: "words" }] });
    expect((await sdk.messages.stream(BASE).finalMessage()).content).toMatchObject([{ text: "words" }]);
  });

  it.each([
    ["a name without vendor", { ...BASE, model: "claude-opus-4-8" }, 400, "claude-opus-4-8 is not a valid model ID"],
    ["a Claude model that there is not", { ...BASE, model: "anthropic/claude-2" }, 404, "Model not found"],
    ["a missing max_tokens", { ...BASE, max_tokens: undefined }, 400, "max_tokens: Field required"],
    [
      "a foreign signature on a Claude model",
      {
        ...BASE,
        messages: [
          ...BASE.messages,
          { role: "assistant", content: [{ type: "thinking", thinking: "t", signature: "sw1.x" }] },
          ...BASE.messages,
        ],
      },
      400,
      "messages.1.content.0: Invalid `signature` in `thinking` block",
    ],
  ])("refuses %s", async (_fact, body, status, message) => {
    const reply = await client.post(body);
    expect([reply.status, reply.json.error?.message, reply.json["request_id"]]).toEqual([status, message, null]);
  });

  it.each([
    ["no key", { authorization: undefined }, "No auth credentials found"],
    ["a wrong key", { authorization: "Bearer invalid" }, "User not found."],
  ])("refuses %s by 401", async (_fact, headers, message) => {
    const reply = await client.post(BASE, { headers });
    expect([reply.status, reply.json.error]).toEqual([401, { type: "authentication_error", message }]);
  });

  it("strips fields that it does not know and leaves betas to the upstream", async () => {
    const body = { ...BASE, transforms: ["middle-out"], context_management: { edits: [] } };
    expect((await client.post(body)).status).toBe(200);
  });

  it("takes models of other vendors, whose thinking nobody signs", async () => {
    const thinking = { type: "thinking", thinking: "t", signature: "anything" };
    const messages = [
      ...BASE.messages,
      { role: "assistant", content: [thinking, { type: "text", text: "x" }] },
      ...BASE.messages,
    ];
    expect((await client.post({ ...BASE, model: "openai/gpt-5.6", messages })).status).toBe(200);
    expect((await client.post({ ...BASE, model: "openai/gpt-5.6", messages: undefined })).status).toBe(400);
  });

  it.each([
    [402, "billing_error"],
    [429, "rate_limit_error"],
    [503, "overloaded_error"],
  ])("words a scripted %i as %s", async (status, type) => {
    client.simulator.script({ error: { status } });
    const reply = await client.post(BASE);
    expect([reply.status, reply.json.error?.type]).toEqual([status, type]);
  });

  it("has no endpoint that counts tokens", async () => {
    expect((await client.post(BASE, { path: "/api/v1/messages/count_tokens" })).status).toBe(404);
  });
});
