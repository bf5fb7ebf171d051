import type { ChatPiece } from "../../chat/chat-content.ts";
import { callsOfPieces, textOfPieces } from "../../chat/chat-content.ts";
import { OPENAI_CHAT_STYLE, wordCall, type AnswerFacts, type ChatStyle } from "../../chat/chat-style.ts";
import type { UsageFigures } from "../../usage-figures.ts";
import { hostOf, vendorOf, type OpenRouterModel } from "./openrouter-models.ts";
import { callsDetail, closeDetail, openDetail, type DetailFacts, type ReasoningVoice } from "./reasoning-details.ts";
import { isReasoningOn, isReasoningShown } from "./reasoning-wish.ts";

type Fields = Record<string, unknown>;

export interface OpenRouterStyleDeps {
  models: ReadonlyMap<string, OpenRouterModel>;
  reasoning: ReasoningVoice;
}

/**
 * OpenRouter's words: openrouter.ai/docs/api-reference/overview (answers),
 * …/docs/guides/administration/usage-accounting, …/docs/guides/best-practices/reasoning-tokens, seen 2026-11.
 */
export function createOpenRouterStyle({ models, reasoning }: OpenRouterStyleDeps): ChatStyle {
  const factsOf = ({ request, ids }: AnswerFacts): DetailFacts => ({
    model: request.model,
    sealed: reasoning.sealedFor(request.model),
    id: ids.hex("reasoning", 48),
  });

  return {
    ...OPENAI_CHAT_STYLE,
    createId: (ids) => `gen-1790000000-${ids.alphanumeric("answer", 20)}`,
    answerFields: host,
    chunkFields: host,
    choiceFields,
    chunkChoiceFields: (_delta, finishReason, facts) => choiceFields(finishReason, facts),
    message: (facts) => wordMessage(facts, factsOf(facts)),
    firstDelta: () => ({ role: "assistant", content: "" }),
    deltaFields: { role: "assistant", content: "" },
    reasoningDelta: (text, facts) =>
      isReasoningShown(facts.request)
        ? { reasoning: text, reasoning_details: [openDetail(text, factsOf(facts))] }
        : undefined,
    reasoningEndDelta: (piece, facts) => wordEnd(piece, facts, factsOf(facts)),
    beforeCalls: (calls, facts) => {
      const detail = isReasoningOn(facts.request) ? callsDetail(calls, factsOf(facts)) : undefined;
      return detail === undefined ? undefined : { reasoning: null, reasoning_details: [detail] };
    },
    indexInAnswer: true,
    lastDelta: () => ({ role: "assistant", content: "" }),
    usage: (usage, facts) => wordUsage(usage, models.get(facts.request.model)),
    usageWhen: () => "after",
    usageChoices: [
      {
        index: 0,
        delta: { role: "assistant", content: "" },
        finish_reason: null,
        logprobs: null,
        native_finish_reason: null,
      },
    ],
    usageInEveryChunk: () => false,
  };
}

function choiceFields(finishReason: string | null, { request }: AnswerFacts): Fields {
  return {
    logprobs: null,
    native_finish_reason: finishReason === null ? null : nativeReason(finishReason, request.model),
  };
}

function host(facts: AnswerFacts): Fields {
  return { provider: hostOf(facts.request.model) };
}

function wordEnd(piece: ChatPiece, facts: AnswerFacts, detailFacts: DetailFacts): Fields | undefined {
  if (piece.type !== "reasoning" || !isReasoningShown(facts.request)) return undefined;
  const detail = closeDetail(piece, detailFacts);
  return detail === undefined ? undefined : { reasoning: null, reasoning_details: [detail] };
}

function wordMessage(facts: AnswerFacts, detailFacts: DetailFacts): Fields {
  const calls = callsOfPieces(facts.pieces);
  const text = textOfPieces(facts.pieces);
  const thoughts = isReasoningShown(facts.request)
    ? facts.pieces.flatMap((piece) =>
        piece.type === "reasoning" && (piece.text !== "" || piece.redacted) ? [piece] : [],
      )
    : [];
  const reasoning = thoughts.map((piece) => piece.text).join("");
  const details = [
    ...thoughts.flatMap((piece) => wholeDetails(piece, detailFacts)),
    ...(isReasoningOn(facts.request) ? [callsDetail(calls, detailFacts)] : []),
  ].filter((detail) => detail !== undefined);
  return {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    refusal: null,
    reasoning: reasoning === "" ? null : reasoning,
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => ({ index: call.index, ...wordCall(call) })) }),
  };
}

/** Text and signature are one entry; what is encrypted is another. */
function wholeDetails(piece: Extract<ChatPiece, { type: "reasoning" }>, facts: DetailFacts): Fields[] {
  const open = openDetail(piece.text, facts);
  const close = closeDetail(piece, facts);
  if (close === undefined) return [open];
  if (close["type"] === "reasoning.text") return [{ ...open, signature: close["signature"] }];
  return piece.redacted ? [close] : [open, close];
}

const NATIVE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  anthropic: { stop: "end_turn", tool_calls: "tool_use", length: "max_tokens", content_filter: "refusal" },
  google: { stop: "STOP", tool_calls: "STOP", length: "MAX_TOKENS", content_filter: "SAFETY" },
  openai: { stop: "completed", tool_calls: "completed", length: "max_output_tokens" },
};

function nativeReason(finishReason: string, model: string): string {
  return NATIVE[vendorOf(model)]?.[finishReason] ?? finishReason;
}

function wordUsage(usage: UsageFigures, model: OpenRouterModel | undefined): Fields {
  const cost = costOf(usage, model);
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    cost: cost.prompt + cost.completion,
    is_byok: false,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite,
      audio_tokens: 0,
      video_tokens: 0,
    },
    cost_details: {
      upstream_inference_cost: cost.prompt + cost.completion,
      upstream_inference_prompt_cost: cost.prompt,
      upstream_inference_completions_cost: cost.completion,
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning, image_tokens: 0 },
  };
}

/** $ of the answer, at the prices that the list of models tells. */
function costOf(usage: UsageFigures, model: OpenRouterModel | undefined): { prompt: number; completion: number } {
  const [input, output, cacheRead = input, cacheWrite = input] = model?.price ?? [0, 0];
  const plain = Math.max(0, usage.input - usage.cacheRead - usage.cacheWrite);
  const prompt = plain * input + usage.cacheRead * cacheRead + usage.cacheWrite * cacheWrite;
  return { prompt: round(prompt / 1e6), completion: round((usage.output * output) / 1e6) };
}

function round(dollars: number): number {
  return Number(dollars.toFixed(9));
}
