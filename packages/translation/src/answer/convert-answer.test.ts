import { describe, expect, it } from "@jest/globals";
import { GatewayError } from "@switchyard/wire";
import { newContext } from "./__fixtures__/answer-context.ts";
import { convertAnswer, translateAnswer } from "./convert-answer.ts";

const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

function answer(
  message: Record<string, unknown>,
  reason: string | null = "stop",
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    id: "x",
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: reason }],
    usage: USAGE,
    ...more,
  };
}

function caught(value: unknown): GatewayError {
  try {
    convertAnswer(value, newContext());
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("an answer that was not streamed", () => {
  it("becomes a message with reasoning, text and calls in their order", () => {
    const message = convertAnswer(
      answer(
        {
          reasoning_content: "Think.",
          content: "Text.",
          tool_calls: [
            { id: "a", type: "function", function: { name: "One", arguments: '{"x":1}' } },
            { id: "b", type: "function", function: { name: "Two", arguments: "" } },
          ],
        },
        "tool_calls",
      ),
      newContext(),
    );
    expect(message).toMatchObject({
      id: "msg_test",
      type: "message",
      role: "assistant",
      model: "claude-test",
      content: [
        { type: "thinking", thinking: "Think.", signature: expect.stringMatching(/^sw1\./u) },
        { type: "text", text: "Text." },
        { type: "tool_use", id: "a", name: "One", input: { x: 1 } },
        { type: "tool_use", id: "b", name: "Two", input: {} },
      ],
      stop_reason: "tool_use",
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 5 },
    });
  });

  it("needs no reason to stop, since it arrived whole", () => {
    expect(convertAnswer(answer({ content: "x" }, null), newContext()).stop_reason).toBe("end_turn");
  });

  it("keeps what an argument's object holds beyond JavaScript's own keys", () => {
    const text = '{"__proto__":{"a":1},"constructor":2}';
    const message = convertAnswer(
      answer({ tool_calls: [{ id: "a", function: { name: "One", arguments: text } }] }),
      newContext(),
    );
    expect(JSON.stringify(message.content[0])).toContain(text);
  });

  it("that the limit cut off inside a call keeps the half arguments out", () => {
    const message = convertAnswer(
      answer(
        { tool_calls: [{ id: "a", function: { name: "Bash", arguments: '{"command":"rm -rf /tmp/x' } }] },
        "length",
      ),
      newContext(),
    );
    expect(message).toMatchObject({ stop_reason: "max_tokens", content: [{ type: "tool_use", input: {} }] });
  });

  it("tells what must come back with its calls while the client has thinking off", () => {
    const context = newContext({ wantsThinking: false, target: { reasoningHistory: "reasoning_content" } });
    const { message, sidecar } = translateAnswer(
      answer({ reasoning_content: "plan", tool_calls: [{ id: "a", function: { name: "One", arguments: "{}" } }] }),
      context,
    );
    expect(message.content.map((block) => block.type)).toEqual(["tool_use"]);
    expect(sidecar).toEqual({ a: { kind: "reasoning_content", text: "plan" } });
  });

  it("parts Gemini's thoughts from its text", () => {
    const message = convertAnswer(
      answer({ content: "<thought>Hm.</thought>Yes.", extra_content: { google: { thought: true } } }),
      newContext(),
    );
    expect(message.content).toMatchObject([{ thinking: "Hm." }, { text: "Yes." }]);
  });
});

describe("a body that is no answer", () => {
  it.each([
    ["an error inside a 200", { error: { message: "Rate limit exceeded", code: 429 } }, "throttled-without-window"],
    ["an error inside an array", [{ error: { message: "boom", status: "INTERNAL", code: 500 } }], "overloaded"],
    [
      "an error beside choices",
      { error: { message: "Provider returned error", code: 502 }, choices: [] },
      "overloaded",
    ],
    [
      "an error inside a choice",
      { choices: [{ index: 0, error: { code: 403, message: "flagged by moderation" }, message: { content: "" } }] },
      "content-policy",
    ],
    ["no choices", { choices: [] }, "truncated"],
    ["a choice without content", answer({ content: null }), "truncated"],
    ["a choice with empty text", answer({ content: "" }), "truncated"],
    [
      "calls that are broken",
      answer({ tool_calls: [{ id: "a", function: { name: "One", arguments: '{"a' } }] }),
      "truncated",
    ],
    ["an object of another kind", { hello: "world" }, "truncated"],
    ["text", "text", "truncated"],
    ["null", null, "truncated"],
    ["an empty array", [], "truncated"],
  ])("%s is thrown", (_name, value, failure) => {
    expect(caught(value).failure).toBe(failure);
  });
});
