import { describe, expect, it } from "@jest/globals";
import type { ContentBlock, MessagesRequest } from "@switchyard/wire";
import type { TranslationTarget } from "../contract.ts";
import { convertRequest } from "../request/index.ts";
import type { MarkedThinking } from "../thinking-signature.ts";
import { newContext, newTarget } from "./__fixtures__/answer-context.ts";
import { call, completed, done } from "./__fixtures__/responses-events.ts";
import { delta, finish, runChunks } from "./__fixtures__/run-stream.ts";
import { createStreamTranslator } from "./create-stream-translator.ts";
import { buildMessage } from "./message-builder.ts";

interface Turn {
  target: Partial<TranslationTarget>;
  /** The upstream's answer, ending in a call with the id "functions.Read:0". */
  chunks: unknown[];
}

const ID = "functions.Read:0";

function calls(extra: Record<string, unknown> = {}): unknown {
  return delta({
    tool_calls: [
      { index: 0, id: ID, type: "function", function: { name: "Read", arguments: '{"path":"a"}' }, ...extra },
    ],
  });
}

const ITEM = {
  type: "reasoning",
  id: "rs_1",
  summary: [{ type: "summary_text", text: "Plan." }],
  encrypted_content: "gAAA",
};
const DETAILS = [
  { type: "reasoning.text", text: "Plan.", signature: "sig==", format: "anthropic-claude-v1", index: 0 },
];

const TURNS: Record<string, Turn> = {
  reasoning_content: {
    target: { reasoningHistory: "reasoning_content", reasoningControl: "thinking_type" },
    chunks: [delta({ reasoning_content: "Plan." }), delta({ content: "I read." }), calls(), finish("tool_calls")],
  },
  reasoning_details: {
    target: { reasoningHistory: "reasoning_details", reasoningControl: "openrouter" },
    chunks: [
      delta({ reasoning: "Plan.", reasoning_details: DETAILS }),
      delta({ content: "I read." }),
      calls(),
      finish("tool_calls"),
    ],
  },
  thought_signature: {
    target: { reasoningHistory: "thought_signature", reasoningControl: "gemini_effort" },
    chunks: [
      delta({ content: "I read." }),
      calls({ extra_content: { google: { thought_signature: "sigA" } } }),
      finish("stop"),
    ],
  },
  encrypted: {
    target: { reasoningHistory: "encrypted", dialect: "responses" },
    chunks: [done(0, ITEM), done(1, call(ID, "Read", '{"path":"a"}')), completed()],
  },
};

/** The request that follows: the answer as the client gives it back, and the call's result. */
function followUp(content: ContentBlock[], isThinking: boolean): MessagesRequest {
  const used = content.find((block) => block.type === "tool_use");
  return {
    model: "claude-test",
    max_tokens: 1000,
    ...(isThinking ? { thinking: { type: "enabled" as const, budget_tokens: 2000 } } : {}),
    tools: [{ name: "Read", input_schema: { type: "object", properties: { path: { type: "string" } } } }],
    messages: [
      { role: "user", content: "Read a." },
      { role: "assistant", content },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: used?.type === "tool_use" ? used.id : "", content: "A" }],
      },
    ],
  };
}

function replay(
  turn: Turn,
  answer: ContentBlock[],
  options: { isThinking: boolean; recallThinking?: (id: string) => MarkedThinking | undefined },
): string {
  const { isThinking, recallThinking } = options;
  const context = { messageId: "msg_2", model: "claude-test", estimatedInputTokens: 10, apiVersion: "2023-06-01" };
  const converted = convertRequest(followUp(answer, isThinking), newTarget(turn.target), {
    ...context,
    ...(recallThinking === undefined ? {} : { recallThinking }),
  });
  return JSON.stringify(converted.body);
}

const EXPECTED: Record<string, string> = {
  reasoning_content: '"reasoning_content":"Plan."',
  reasoning_details: `"reasoning_details":${JSON.stringify(DETAILS)}`,
  thought_signature: '"thought_signature":"sigA"',
  encrypted: '"encrypted_content":"gAAA"',
};

describe("what an upstream reasoned comes back to it with the next request", () => {
  it.each(Object.keys(TURNS))("as %s, in the thinking block", (history) => {
    const turn = TURNS[history];
    if (turn === undefined) throw new Error("unknown");
    const message = buildMessage(runChunks(turn.chunks, newContext({ target: turn.target })));
    const body = replay(turn, (message?.content ?? []) as ContentBlock[], { isThinking: true });
    expect(body).toContain(EXPECTED[history]);
    expect(body).toContain('\\"path\\":\\"a\\"');
  });

  it.each(Object.keys(TURNS))("as %s, with the thinking text omitted", (history) => {
    const turn = TURNS[history];
    if (turn === undefined) throw new Error("unknown");
    const message = buildMessage(runChunks(turn.chunks, newContext({ target: turn.target, omitsThinkingText: true })));
    const content = (message?.content ?? []) as ContentBlock[];
    expect(content.every((block) => block.type !== "thinking" || block.thinking === "")).toBe(true);
    expect(replay(turn, content, { isThinking: true })).toContain(EXPECTED[history]);
  });

  // reasoning_content is not asked for by an upstream whose reasoning is off.
  it.each(["reasoning_details", "thought_signature", "encrypted"])(
    "as %s, kept beside the call while the client has thinking off",
    (history) => {
      const turn = TURNS[history];
      if (turn === undefined) throw new Error("unknown");
      const translator = createStreamTranslator(newContext({ target: turn.target, wantsThinking: false }));
      const events = turn.chunks.flatMap((chunk) => translator.push(chunk));
      const content = (buildMessage([...events, ...translator.end()])?.content ?? []) as ContentBlock[];
      expect(content.some((block) => block.type === "thinking")).toBe(false);
      const kept = translator.sidecar();
      const recallThinking = (id: string): MarkedThinking | undefined => {
        const payload = kept[id];
        return payload && { issuer: newTarget().issuer, payload };
      };
      expect(replay(turn, content, { isThinking: false, recallThinking })).toContain(EXPECTED[history]);
    },
  );

  it.each(Object.keys(TURNS))("as %s never to another account of the same provider", (history) => {
    const turn = TURNS[history];
    if (turn === undefined) throw new Error("unknown");
    const message = buildMessage(runChunks(turn.chunks, newContext({ target: turn.target })));
    const other = { ...turn, target: { ...turn.target, issuer: { ...newTarget().issuer, account: "another" } } };
    expect(replay(other, (message?.content ?? []) as ContentBlock[], { isThinking: true })).not.toContain(
      EXPECTED[history],
    );
  });
});
