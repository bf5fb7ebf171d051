import type { Exchange } from "../../engine/dialect.ts";
import type { Delivery, ScenarioUsage } from "../../scenario.ts";
import type { Identifiers } from "../identifiers.ts";
import type { UsageFigures } from "../usage-figures.ts";
import { callsOfPieces, textOfPieces, type AnsweredCall, type ChatPiece } from "./chat-content.ts";
import type { ChatRequest } from "./chat-request.ts";

type Fields = Record<string, unknown>;

/** What a hook of a style may look at. */
export interface AnswerFacts {
  exchange: Exchange;
  request: ChatRequest;
  ids: Identifiers;
  pieces: readonly ChatPiece[];
}

/**
 * How a vendor words its chat completions: OpenAI's own words (OPENAI_CHAT_STYLE), changed where the vendor differs.
 */
export interface ChatStyle {
  createId: (ids: Identifiers) => string;
  createCallId: (ids: Identifiers, index: number) => string;
  /** Name of the model in answers. */
  modelName: (facts: AnswerFacts) => string;
  /** Fields of an answer besides id, object, created, model, choices and usage. */
  answerFields: (facts: AnswerFacts) => Fields;
  /** The same of each chunk. */
  chunkFields: (facts: AnswerFacts) => Fields;
  /** Fields of a choice besides index, message and finish_reason. */
  choiceFields: (finishReason: string, facts: AnswerFacts) => Fields;
  /** The same of each chunk's choice. */
  chunkChoiceFields: (delta: Fields, finishReason: string | null, facts: AnswerFacts) => Fields;
  message: (facts: AnswerFacts) => Fields;
  /** Opens a stream; undefined: it opens with content. */
  firstDelta: (facts: AnswerFacts) => Fields | undefined;
  /** Fields that repeat in every delta. */
  deltaFields: Fields;
  textDelta: (text: string, facts: AnswerFacts) => Fields;
  /** undefined: the vendor does not show its reasoning. `isFirst`: nothing of this piece came before. */
  reasoningDelta: (text: string, facts: AnswerFacts, isFirst: boolean) => Fields | undefined;
  /** Goes out when a piece of reasoning ends; undefined: nothing does. */
  reasoningEndDelta: (piece: ChatPiece, facts: AnswerFacts) => Fields | undefined;
  /** Goes out before calls that stand together; undefined: nothing does. */
  beforeCalls: (calls: readonly AnsweredCall[], facts: AnswerFacts) => Fields | undefined;
  /** Fields of a call besides index, id, type and function. */
  callFields: (call: AnsweredCall, facts: AnswerFacts) => Fields;
  /** True where the calls of an answer that is not streamed carry their index too. */
  indexInAnswer: boolean;
  /** How arguments travel unless the scenario says so. */
  toolArguments: NonNullable<Delivery["toolArguments"]>;
  /** Delta of the last chunk. */
  lastDelta: (facts: AnswerFacts) => Fields;
  finishReason: (stopReason: string) => string;
  usage: (usage: UsageFigures, facts: AnswerFacts) => Fields;
  /** Where a stream reports usage unless the scenario says so. */
  usageWhen: (request: ChatRequest) => NonNullable<ScenarioUsage["when"]>;
  /** Choices of the chunk that brings usage alone. */
  usageChoices: readonly Fields[];
  /** True where every chunk has a field usage, null but for one. */
  usageInEveryChunk: (request: ChatRequest) => boolean;
  /** Chunks before the first. */
  prologue: readonly Fields[];
}

const FINISH_REASONS: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  pause_turn: "stop",
  tool_use: "tool_calls",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  refusal: "content_filter",
};

/** OpenAI's words, after recorded answers (github.com/vercel/ai, packages/openai test fixtures, 2026-08). */
export const OPENAI_CHAT_STYLE: ChatStyle = {
  createId: (ids) => `chatcmpl-${ids.alphanumeric("answer", 29)}`,
  createCallId: (ids, index) => `call_${ids.alphanumeric(`call ${index}`, 24)}`,
  modelName: ({ request }) => request.model,
  answerFields: ({ ids }) => ({ service_tier: "default", system_fingerprint: `fp_${ids.hex("fingerprint", 10)}` }),
  chunkFields: ({ ids, request }) => ({
    service_tier: "default",
    system_fingerprint: `fp_${ids.hex("fingerprint", 10)}`,
    ...(request.stream_options?.include_obfuscation === false ? {} : { obfuscation: ids.alphanumeric("padding", 8) }),
  }),
  choiceFields: () => ({ logprobs: null }),
  chunkChoiceFields: () => ({ logprobs: null }),
  message: messageOf,
  firstDelta: () => ({ role: "assistant", content: "", refusal: null }),
  deltaFields: {},
  textDelta: (text) => ({ content: text }),
  reasoningDelta: () => undefined,
  reasoningEndDelta: () => undefined,
  beforeCalls: () => undefined,
  callFields: () => ({}),
  indexInAnswer: false,
  toolArguments: "incremental",
  lastDelta: () => ({}),
  finishReason: (stopReason) => FINISH_REASONS[stopReason] ?? "stop",
  usage: (usage) => ({
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      audio_tokens: 0,
      ...(usage.cacheWrite === 0 ? {} : { cache_write_tokens: usage.cacheWrite }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }),
  usageWhen: (request) => (request.stream_options?.include_usage === true ? "after" : "never"),
  usageChoices: [],
  usageInEveryChunk: (request) => request.stream_options?.include_usage === true,
  prologue: [],
};

function messageOf(facts: AnswerFacts): Fields {
  const calls = callsOfPieces(facts.pieces);
  const text = textOfPieces(facts.pieces);
  return {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    ...(calls.length > 0 ? { tool_calls: calls.map((call) => wordCall(call)) } : {}),
    refusal: null,
    annotations: [],
  };
}

/** A call of an answer that is not streamed. */
export function wordCall(call: AnsweredCall): Fields {
  return { id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } };
}
