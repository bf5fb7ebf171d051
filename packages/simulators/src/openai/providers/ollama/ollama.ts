import type { Dialect, DialectContext, ErrorWish, JsonAnswer, KindDefinition } from "../../../engine/dialect.ts";
import { createChatDialect } from "../../chat/chat-dialect.ts";
import { callsOfPieces, textOfPieces } from "../../chat/chat-content.ts";
import { OPENAI_CHAT_STYLE, wordCall, type AnswerFacts, type ChatStyle } from "../../chat/chat-style.ts";
import type { RequestProblem } from "../../problem.ts";
import { checkOllama, effortOf } from "./check-ollama.ts";
import { listOllamaModels } from "./ollama-models.ts";

/** Ollama's /v1/chat/completions and /v1/models: docs.ollama.com/api/openai-compatibility, seen 2026-11. No key is asked for. */
export function createOllama(context: DialectContext): KindDefinition {
  const models = listOllamaModels(context.models);
  const list: Dialect = {
    name: "models",
    method: "GET",
    path: /^\/v1\/models$/,
    check: () => undefined,
    wordError: wordOllamaError,
    respond: () => ({
      status: 200,
      body: {
        object: "list",
        data: models.map(({ id }) => ({ id, object: "model", created: 1_790_000_000, owned_by: "library" })),
      },
    }),
  };
  return {
    dialects: [
      createChatDialect({
        name: "chat",
        path: /^\/v1\/chat\/completions$/,
        style: OLLAMA_STYLE,
        check: (exchange) => checkOllama(exchange, models),
        wordProblem: wordOllamaProblem,
        wordError: wordOllamaError,
        answerHeaders: () => ({}),
      }),
      list,
    ],
    notFound: () => ({ status: 404, body: "404 page not found" }),
  };
}

const TYPES: Readonly<Record<number, string>> = { 400: "invalid_request_error", 404: "not_found_error" };

/** NewError of github.com/ollama/ollama, openai/openai.go, seen 2026-11. */
function wordOllamaProblem({ status, message }: RequestProblem): JsonAnswer {
  return { status, body: { error: { message, type: TYPES[status] ?? "api_error", param: null, code: null } } };
}

/** docs.ollama.com/api/errors and the server's own words, seen 2026-11. */
const MESSAGES: Readonly<Record<number, string>> = {
  400: "invalid request",
  401: "unauthorized",
  404: "model 'unknown' not found",
  429: "too many requests",
  500: "model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, check ollama server logs for details",
  502: "upstream unavailable",
  503: "server busy, please try again.  maximum pending requests exceeded",
};

function wordOllamaError(error: ErrorWish): JsonAnswer {
  const overloaded = error.status === 529 ? MESSAGES[503] : undefined;
  const message = error.message ?? MESSAGES[error.status] ?? overloaded ?? MESSAGES[500] ?? "";
  return wordOllamaProblem({ status: error.status, message });
}

/** ToChunk and ToChatCompletion of github.com/ollama/ollama, openai/openai.go, seen 2026-11. */
const OLLAMA_STYLE: ChatStyle = {
  ...OPENAI_CHAT_STYLE,
  createId: (ids) => `chatcmpl-${Number.parseInt(ids.hex("answer", 4), 16) % 1000}`,
  createCallId: (ids, index) => `call_${ids.alphanumeric(`call ${index}`, 8).toLowerCase()}`,
  answerFields: () => ({ system_fingerprint: "fp_ollama" }),
  chunkFields: () => ({ system_fingerprint: "fp_ollama" }),
  choiceFields: () => ({}),
  chunkChoiceFields: () => ({}),
  message: wordMessage,
  firstDelta: () => undefined,
  deltaFields: { role: "assistant", content: "" },
  reasoningDelta: (text, facts) => (isThinking(facts) ? { reasoning: text } : undefined),
  indexInAnswer: true,
  toolArguments: "whole",
  lastDelta: () => ({ role: "assistant", content: "" }),
  usage: (usage) => ({
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
  }),
  usageInEveryChunk: () => false,
};

function isThinking({ request }: AnswerFacts): boolean {
  return effortOf(request) !== "none";
}

function wordMessage(facts: AnswerFacts): Record<string, unknown> {
  const calls = callsOfPieces(facts.pieces);
  const thoughts = facts.pieces.map((piece) => (piece.type === "reasoning" ? piece.text : "")).join("");
  return {
    role: "assistant",
    content: textOfPieces(facts.pieces),
    ...(thoughts === "" || !isThinking(facts) ? {} : { reasoning: thoughts }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => ({ index: call.index, ...wordCall(call) })) }),
  };
}
