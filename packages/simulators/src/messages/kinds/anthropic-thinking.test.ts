import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createMessagesClient } from "../messages-client.fixture.ts";
import type { MessagesClient } from "../messages-client.fixture.ts";

const BASE = { model: "claude-opus-5", max_tokens: 4_000, messages: [{ role: "user" as const, content: "hi" }] };
const THINKING = { type: "adaptive", display: "summarized" } as const;

describe("the thinking of the Anthropic simulator", () => {
  let client: MessagesClient;
  let sdk: Anthropic;
  beforeAll(async () => {
    client = await createMessagesClient("anthropic", "/v1/messages");
    sdk = new Anthropic({ apiKey: "key", baseURL: client.simulator.url, maxRetries: 0 });
  });
  afterEach(() => client.simulator.reset());
  afterAll(() => client.close());

  const think = async (
    thinking: Anthropic.ThinkingConfigParam | undefined,
    model = BASE.model,
  ): Promise<Anthropic.Message> => {
    client.simulator.script({
      blocks: [
        { type: "reasoning", text: "deep" },
        { type: "text", text: "so" },
      ],
    });
    return sdk.messages.create({ ...BASE, model, ...(thinking === undefined ? {} : { thinking }) });
  };

  it("shown, omitted or absent as the request asks", async () => {
    expect((await think(THINKING)).content[0]).toMatchObject({ type: "thinking", thinking: "deep" });
    expect((await think({ type: "adaptive", display: "omitted" })).content[0]).toMatchObject({
      type: "thinking",
      thinking: "",
    });
    expect((await think({ type: "adaptive" })).content[0]).toMatchObject({ type: "thinking", thinking: "" });
    expect((await think(undefined)).content[0]).toMatchObject({ type: "text" });
    expect((await think({ type: "disabled" })).content[0]).toMatchObject({ type: "text" });
  });

  const replay = async (content: unknown[], model = BASE.model): Promise<{ status: number; notes: string[] }> => {
    const messages = [...BASE.messages, { role: "assistant", content }, { role: "user", content: "go on" }];
    const { status } = await client.post({ ...BASE, model, messages });
    return { status, notes: client.simulator.requests.at(-1)?.notes ?? [] };
  };

  it("that comes back as it was given is taken", async () => {
    const { content } = await think(THINKING);
    expect(await replay(content)).toEqual({ status: 200, notes: [] });
  });

  it("that was altered by one character is refused", async () => {
    const { content } = await think(THINKING);
    const [block, ...rest] = content as Anthropic.ThinkingBlock[];
    expect((await replay([{ ...block, thinking: "deep " }, ...rest])).status).toBe(400);
    const signature = (block?.signature ?? "").replace(/^./, (first) => (first === "e" ? "f" : "e"));
    expect((await replay([{ ...block, signature }, ...rest])).status).toBe(400);
  });

  it("of another model line is dropped with a note, as the real API does", async () => {
    const { content } = await think(THINKING);
    expect(await replay(content, "claude-sonnet-5-5")).toEqual({
      status: 200,
      notes: ["messages.1.content.0 dropped: model_binding_mismatch"],
    });
  });

  it("of another organisation is dropped with a note, that of another secret is refused", async () => {
    const { content } = await think(THINKING);
    const messages = [...BASE.messages, { role: "assistant", content }, { role: "user", content: "go on" }];
    const path = "/v1/projects/p/locations/global/publishers/anthropic/models/claude-opus-5:rawPredict";
    const { model: _model, ...body } = { ...BASE, messages, anthropic_version: "vertex-2023-10-16" };
    const vertex = await createMessagesClient("vertex", path);
    expect((await vertex.post(body)).status).toBe(200);
    expect(vertex.simulator.requests[0]?.notes).toEqual([
      "messages.1.content.0 dropped: organization_binding_mismatch",
    ]);
    await vertex.close();
    const stranger = await createMessagesClient("anthropic", "/v1/messages", { signatureSecret: "other" });
    expect((await stranger.post({ ...BASE, messages })).status).toBe(400);
    await stranger.close();
  });

  it("of a redacted block round trips", async () => {
    client.simulator.script({
      blocks: [
        { type: "reasoning", text: "x", redacted: true },
        { type: "text", text: "so" },
      ],
    });
    const { content } = await sdk.messages.create({ ...BASE, thinking: THINKING });
    expect(content[0]?.type).toBe("redacted_thinking");
    expect(await replay(content)).toEqual({ status: 200, notes: [] });
  });
});
