import { describe, expect, it } from "@jest/globals";
import { GatewayError } from "./errors.ts";
import { readRequestFacts, type RequestKind } from "./request-facts.ts";
import { THINKING_MARK } from "./thinking-mark.ts";
import { scanBody } from "./span-scanner.ts";

const MINIMAL = { model: "claude-opus-5-5", max_tokens: 10, messages: [{ role: "user", content: "hi" }] };

function facts(body: unknown, kind?: RequestKind, indent?: number) {
  return readRequestFacts(scanBody(Buffer.from(JSON.stringify(body, undefined, indent))), kind);
}

function refusal(body: unknown, kind?: RequestKind): string {
  try {
    facts(body, kind);
  } catch (error) {
    if (error instanceof GatewayError && error.status === 400) return error.message;
    throw error;
  }
  throw new Error("was accepted");
}

describe("readRequestFacts", () => {
  it("reads what routing wants to know", () => {
    const body = {
      ...MINIMAL,
      stream: true,
      thinking: { type: "adaptive" },
      output_config: { effort: "high" },
      metadata: { user_id: '{"device_id":"d","session_id":"5e55-10"}' },
      tools: [
        { name: "A", input_schema: {} },
        { type: "custom", name: "B" },
        { type: "web_search_20250305", name: "web_search" },
      ],
    };
    expect(facts(body)).toMatchObject({
      model: "claude-opus-5-5",
      maxTokens: 10,
      stream: true,
      messageCount: 1,
      thinkingType: "adaptive",
      effort: "high",
      toolCount: 3,
      typedTools: ["web_search_20250305"],
      images: false,
      documents: false,
      sessionId: "5e55-10",
    });
  });

  it("reads the session of older clients", () => {
    expect(facts({ ...MINIMAL, metadata: { user_id: "user_1_account__session_ab-12" } }).sessionId).toBe("ab-12");
  });

  it.each([
    ["model: Field required", { ...MINIMAL, model: undefined }],
    ["model: Input should be a valid string", { ...MINIMAL, model: 5 }],
    ["model: String should have at least 1 character", { ...MINIMAL, model: " " }],
    ["max_tokens: Field required", { ...MINIMAL, max_tokens: undefined }],
    ["max_tokens: Input should be a valid integer", { ...MINIMAL, max_tokens: "10" }],
    ["max_tokens: Input should be a valid integer", { ...MINIMAL, max_tokens: 1.5 }],
    ["max_tokens: Input should be greater than or equal to 1", { ...MINIMAL, max_tokens: 0 }],
    ["messages: Field required", { ...MINIMAL, messages: undefined }],
    ["messages: Input should be a valid list", { ...MINIMAL, messages: "hi" }],
    ["messages: at least one message is required", { ...MINIMAL, messages: [] }],
    ["messages.1: Input should be an object", { ...MINIMAL, messages: [...MINIMAL.messages, "x"] }],
    ["messages.0.role: Field required", { ...MINIMAL, messages: [{ content: "x" }] }],
    [
      "messages.1.role: Input should be 'user', 'assistant' or 'system'",
      { ...MINIMAL, messages: [...MINIMAL.messages, { role: "tool", content: "x" }] },
    ],
    ["messages.0.content: Field required", { ...MINIMAL, messages: [{ role: "user" }] }],
    [
      "messages.0.content: Input should be a valid string or list",
      { ...MINIMAL, messages: [{ role: "user", content: null }] },
    ],
    ["stream: Input should be a valid boolean", { ...MINIMAL, stream: "true" }],
    ["system: Input should be a valid string or list", { ...MINIMAL, system: 1 }],
    ["tools: Input should be a valid list", { ...MINIMAL, tools: {} }],
    ["tools.0: Input should be an object", { ...MINIMAL, tools: ["Bash"] }],
    ["thinking: Input should be a valid dictionary", { ...MINIMAL, thinking: true }],
  ])("refuses with %s", (message, body) => {
    expect(refusal(body)).toBe(message);
  });

  it("takes messages of role system in the middle", () => {
    expect(facts({ ...MINIMAL, messages: [...MINIMAL.messages, { role: "system", content: "x" }] }).messageCount).toBe(
      2,
    );
  });

  it("does without max_tokens where tokens are counted", () => {
    expect(facts({ ...MINIMAL, max_tokens: undefined }, "count_tokens").maxTokens).toBeUndefined();
  });

  it.each([0, 2])("finds images and documents among blocks and inside tool results, with indent %d", (indent) => {
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } };
    const inResult = {
      role: "user",
      content: [{ type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "x" }, image] }],
    };
    const document = {
      role: "user",
      content: [{ type: "document", source: { type: "text", media_type: "text/plain", data: "x" } }],
    };
    const filler = { role: "assistant", content: "x" };
    expect(facts({ ...MINIMAL, messages: [...MINIMAL.messages, filler, inResult] }, "messages", indent)).toMatchObject({
      images: true,
      imageCount: 1,
      ...(indent === 0 ? { imageBytes: JSON.stringify(image).length } : {}),
      documents: false,
    });
    expect(facts({ ...MINIMAL, messages: [filler, filler, document, filler] }, "messages", indent)).toMatchObject({
      images: false,
      documents: true,
    });
  });

  it.each([0, 2])("tell whether thinking bears the mark of this mesh, with indent %d", (indent) => {
    const withBlock = (block: object) =>
      facts({ ...MINIMAL, messages: [{ role: "assistant", content: [block] }] }, "messages", indent);
    const signature = `${THINKING_MARK}eyJ4Ijoxfq`;
    expect(withBlock({ type: "thinking", thinking: "", signature })).not.toHaveProperty("unmarked");
    expect(withBlock({ type: "redacted_thinking", data: signature })).not.toHaveProperty("unmarked");
    expect(withBlock({ type: "thinking", thinking: "", signature: "EqQB" })).toMatchObject({ unmarked: true });
    expect(withBlock({ type: "text", text: signature })).toMatchObject({ unmarked: true });
  });

  it("is not deceived by such words in texts, tool inputs and schemas", () => {
    const messages = [
      { role: "user", content: '{"type":"image"}' },
      {
        role: "assistant",
        content: [{ type: "tool_use", id: "t", name: "n", input: { type: "image", x: "document" } }],
      },
    ];
    const tools = [
      { name: "A", input_schema: { type: "object", properties: { type: { enum: ["image", "document"] } } } },
    ];
    expect(facts({ ...MINIMAL, messages, tools })).toMatchObject({ images: false, documents: false });
  });

  it("estimates tokens by length, but not the length of an image", () => {
    const data = "A".repeat(2_000_000);
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data } };
    expect(facts({ ...MINIMAL, messages: [{ role: "user", content: [image] }] }).estimatedInputTokens).toBeLessThan(
      2000,
    );
    expect(facts({ ...MINIMAL, messages: [{ role: "user", content: data }] }).estimatedInputTokens).toBeGreaterThan(
      400_000,
    );
  });
});
