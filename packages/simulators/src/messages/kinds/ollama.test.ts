import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessagesClient } from "../messages-client.fixture.ts";
import type { MessagesClient } from "../messages-client.fixture.ts";

const BASE = { model: "qwen3-coder", max_tokens: 1_000, messages: [{ role: "user", content: "hi" }] };

describe("Ollama's Messages endpoint", () => {
  let client: MessagesClient;
  beforeAll(async () => {
    client = await createMessagesClient("ollama", "/v1/messages");
  });
  afterEach(() => client.simulator.reset());
  afterAll(() => client.close());

  it("asks for no credential and counts only input and output", async () => {
    client.simulator.script({ blocks: [{ type: "text", text: "x" }], usage: { input: 9, cacheRead: 4, output: 3 } });
    const reply = await client.post(BASE, { headers: { authorization: undefined, "anthropic-version": undefined } });
    expect([reply.status, reply.json["usage"]]).toEqual([200, { input_tokens: 9, output_tokens: 3 }]);
  });

  it.each([
    ["no model", { ...BASE, model: undefined }, 400, "model is required"],
    ["no max_tokens", { ...BASE, max_tokens: undefined }, 400, "max_tokens is required and must be positive"],
    ["no messages", { ...BASE, messages: [] }, 400, "messages is required"],
    [
      "a call without id",
      { ...BASE, messages: [{ role: "assistant", content: [{ type: "tool_use", name: "a" }] }] },
      400,
      "tool_use block missing required 'id' field",
    ],
    [
      "a call without name",
      { ...BASE, messages: [{ role: "assistant", content: [{ type: "tool_use", id: "a" }] }] },
      400,
      "tool_use block missing required 'name' field",
    ],
    [
      "an image without source",
      { ...BASE, messages: [{ role: "user", content: [{ type: "image" }] }] },
      400,
      "invalid image source",
    ],
    [
      "an image from a file",
      { ...BASE, messages: [{ role: "user", content: [{ type: "image", source: { type: "file" } }] }] },
      400,
      "invalid image source type: file. Only base64 and url images are supported.",
    ],
    ["a model that was not pulled", { ...BASE, model: "missing-model" }, 404, "model 'missing-model' not found"],
  ])("refuses %s", async (_fact, body, status, message) => {
    const reply = await client.post(body);
    expect([reply.status, reply.json.error?.message]).toEqual([status, message]);
  });

  it("takes what the strict ones refuse", async () => {
    const messages = [
      { role: "system", content: "first" },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "nobody" }, { type: "unknown" }] },
    ];
    expect((await client.post({ ...BASE, messages, foo: 1, temperature: 1.5, top_p: 0.5 })).status).toBe(200);
  });

  it("is read by the official SDK, thinking without signature included", async () => {
    const sdk = new Anthropic({ apiKey: "ollama", baseURL: client.simulator.url, maxRetries: 0 });
    client.simulator.script({
      blocks: [
        { type: "reasoning", text: "why" },
        { type: "tool_call", name: "Look", input: { a: 1 } },
      ],
    });
    const message = await sdk.messages
      .stream({ model: "qwen3-coder", max_tokens: 100, messages: [{ role: "user", content: "hi" }] })
      .finalMessage();
    expect(message.content).toMatchObject([
      { type: "thinking", thinking: "why", signature: "" },
      { type: "tool_use", name: "Look", input: { a: 1 } },
    ]);
  });
});
