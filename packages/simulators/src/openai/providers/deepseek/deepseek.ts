import type { Dialect, DialectContext, KindDefinition } from "../../../engine/dialect.ts";
import { createChatDialect } from "../../chat/chat-dialect.ts";
import { callsOfPieces, textOfPieces, type ChatPiece } from "../../chat/chat-content.ts";
import { OPENAI_CHAT_STYLE, wordCall, type AnswerFacts, type ChatStyle } from "../../chat/chat-style.ts";
import type { UsageFigures } from "../../usage-figures.ts";
import { checkDeepSeek, checkDeepSeekKey, isThinking } from "./check-deepseek.ts";
import { wordDeepSeekError, wordDeepSeekProblem } from "./deepseek-errors.ts";
import { listDeepSeekModels } from "./deepseek-models.ts";

/** DeepSeek's chat completions and list of models: api-docs.deepseek.com, seen 2026-11. It tells no limits in headers. */
export function createDeepSeek(context: DialectContext): KindDefinition {
  const models = listDeepSeekModels(context.models);
  const list: Dialect = {
    name: "models",
    method: "GET",
    path: /^(\/v1)?\/models$/,
    check(exchange) {
      const problem = checkDeepSeekKey(exchange, context);
      return problem === undefined ? undefined : wordDeepSeekProblem(problem);
    },
    wordError: wordDeepSeekError,
    respond: () => ({
      status: 200,
      body: { object: "list", data: models.map(({ id }) => ({ id, object: "model", owned_by: "deepseek" })) },
    }),
  };
  return {
    requestIdHeader: "x-ds-trace-id",
    dialects: [
      createChatDialect({
        name: "chat",
        path: /^(\/v1)?\/chat\/completions$/,
        style: DEEPSEEK_STYLE,
        check: (exchange) => checkDeepSeek(exchange, { context, models }),
        // Whatever is wrong with a request, the code says no more than that.
        wordProblem: ({ code: _code, ...problem }) => wordDeepSeekProblem(problem),
        wordError: wordDeepSeekError,
        answerHeaders: () => ({}),
        comment: " keep-alive",
      }),
      list,
    ],
  };
}

/** After recorded answers (github.com/vercel/ai, packages/deepseek test fixtures, 2026-08). */
const DEEPSEEK_STYLE: ChatStyle = {
  ...OPENAI_CHAT_STYLE,
  createId: (ids) => ids.uuid("answer"),
  createCallId: (ids, index) => `call_${String(index).padStart(2, "0")}_${ids.alphanumeric(`call ${index}`, 24)}`,
  answerFields: fingerprint,
  chunkFields: fingerprint,
  message: wordMessage,
  firstDelta: ({ request }) =>
    isThinking(request)
      ? { role: "assistant", content: null, reasoning_content: "" }
      : { role: "assistant", content: "" },
  textDelta: (text, facts) => ({ content: text, ...noReasoning(facts) }),
  reasoningDelta: (text, { request }) => (isThinking(request) ? { content: null, reasoning_content: text } : undefined),
  indexInAnswer: true,
  lastDelta: (facts) => ({ content: "", ...noReasoning(facts) }),
  usage: wordUsage,
  usageWhen: () => "late",
  usageInEveryChunk: () => true,
};

function fingerprint({ ids }: AnswerFacts): Record<string, unknown> {
  return { system_fingerprint: `fp_${ids.hex("fingerprint", 10)}_prod0820_fp8_kvcache` };
}

function wordMessage({ pieces, request }: AnswerFacts): Record<string, unknown> {
  const calls = callsOfPieces(pieces);
  return {
    role: "assistant",
    content: textOfPieces(pieces),
    ...(isThinking(request) ? { reasoning_content: thoughtsOf(pieces) } : {}),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => ({ index: call.index, ...wordCall(call) })) }),
  };
}

function thoughtsOf(pieces: readonly ChatPiece[]): string {
  return pieces.map((piece) => (piece.type === "reasoning" ? piece.text : "")).join("");
}

function noReasoning({ request }: AnswerFacts): Record<string, unknown> {
  return isThinking(request) ? { reasoning_content: null } : {};
}

function wordUsage(usage: UsageFigures, { request }: AnswerFacts): Record<string, unknown> {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead },
    ...(isThinking(request) ? { completion_tokens_details: { reasoning_tokens: usage.reasoning } } : {}),
    prompt_cache_hit_tokens: usage.cacheRead,
    prompt_cache_miss_tokens: usage.input - usage.cacheRead,
  };
}
