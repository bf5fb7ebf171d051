import { OPENAI_CHAT_STYLE, wordCall, type AnswerFacts, type ChatStyle } from "../../chat/chat-style.ts";
import { callsOfPieces, textOfPieces, type AnsweredCall } from "../../chat/chat-content.ts";
import type { SealedText } from "../../sealed-text.ts";
import type { UsageFigures } from "../../usage-figures.ts";
import { thinkingConfigOf } from "./check-gemini.ts";
import { bareName, type GeminiModel } from "./gemini-models.ts";

type Fields = Record<string, unknown>;

export interface GeminiStyleDeps {
  models: readonly GeminiModel[];
  signatures: SealedText;
}

const THOUGHT = { extra_content: { google: { thought: true } } } as const;

/**
 * Google's words: calls whole and at once, thoughts in tags and only when asked for, a thought signature on the first
 * call of a step, or on the text of an answer without any. ai.google.dev/gemini-api/docs/openai and
 * …/thought-signatures, seen 2026-11.
 */
export function createGeminiStyle({ models, signatures }: GeminiStyleDeps): ChatStyle {
  const sign = ({ ids }: AnswerFacts): Fields => ({
    extra_content: { google: { thought_signature: signatures.seal(ids.hex("thought", 32)) } },
  });
  const isSigned = ({ request }: AnswerFacts): boolean =>
    models.find((model) => model.id === bareName(request.model))?.signatures === true;
  const callFields = (call: AnsweredCall, facts: AnswerFacts): Fields =>
    isSigned(facts) && call.index === 0 ? sign(facts) : {};
  const signText = (facts: AnswerFacts): Fields =>
    isSigned(facts) && callsOfPieces(facts.pieces).length === 0 ? sign(facts) : {};

  return {
    ...OPENAI_CHAT_STYLE,
    createId: (ids) => ids.alphanumeric("answer", 22),
    createCallId: (ids, index) => `function-call-${ids.hex(`call ${index}`, 16)}`,
    modelName: ({ request }) => bareName(request.model),
    answerFields: () => ({}),
    chunkFields: () => ({}),
    choiceFields: () => ({}),
    chunkChoiceFields: () => ({}),
    message: (facts) => wordMessage(facts, { callFields, signText }),
    firstDelta: () => undefined,
    deltaFields: { role: "assistant" },
    reasoningDelta: (text, facts, isFirst) =>
      showsThoughts(facts) ? { content: `${isFirst ? "<thought>" : ""}${text}`, ...THOUGHT } : undefined,
    reasoningEndDelta: (piece, facts) =>
      showsThoughts(facts) && piece.type === "reasoning" && piece.text !== "" ? { content: "</thought>" } : undefined,
    callFields,
    toolArguments: "whole",
    lastDelta: (facts) => ({ role: "assistant", content: "", ...signText(facts) }),
    usage: wordUsage,
    usageWhen: (request) => (request.stream_options?.include_usage === true ? "late" : "never"),
    usageInEveryChunk: () => false,
  };
}

function wordMessage(
  facts: AnswerFacts,
  { callFields, signText }: Pick<ChatStyle, "callFields"> & { signText: (facts: AnswerFacts) => Fields },
): Fields {
  const calls = callsOfPieces(facts.pieces);
  const thoughts = showsThoughts(facts) ? thoughtsOf(facts) : "";
  const content = thoughts + textOfPieces(facts.pieces);
  const google = {
    ...(thoughts === "" ? {} : THOUGHT.extra_content.google),
    ...(signText(facts)["extra_content"] as { google?: Fields } | undefined)?.google,
  };
  return {
    role: "assistant",
    ...(content === "" && calls.length > 0 ? {} : { content }),
    ...(Object.keys(google).length === 0 ? {} : { extra_content: { google } }),
    ...(calls.length === 0
      ? {}
      : { tool_calls: calls.map((call) => ({ ...wordCall(call), ...callFields(call, facts) })) }),
  };
}

function thoughtsOf({ pieces }: AnswerFacts): string {
  return pieces
    .map((piece) => (piece.type === "reasoning" && piece.text !== "" ? `<thought>${piece.text}</thought>` : ""))
    .join("");
}

function showsThoughts({ request }: AnswerFacts): boolean {
  return thinkingConfigOf(request)?.include_thoughts === true;
}

/** Thoughts count in the total alone. */
function wordUsage(usage: UsageFigures): Fields {
  const completion = usage.output - usage.reasoning;
  return {
    completion_tokens: completion,
    prompt_tokens: usage.input,
    total_tokens: usage.input + usage.output,
    ...(usage.cacheRead === 0 ? {} : { prompt_tokens_details: { cached_tokens: usage.cacheRead } }),
  };
}
