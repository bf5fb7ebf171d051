import type { Dialect, DialectContext, KindDefinition } from "../../../engine/dialect.ts";
import { createChatDialect } from "../../chat/chat-dialect.ts";
import { OPENAI_CHAT_STYLE } from "../../chat/chat-style.ts";
import { firstProblem, type RequestProblem } from "../../problem.ts";
import { createResponsesDialect } from "../../responses/responses-dialect.ts";
import { checkOpenAiChat } from "./check-openai-chat.ts";
import {
  checkOpenAiKey,
  createOpenAiLimits,
  findOpenAiModel,
  listOpenAiModels,
  modelNotFound,
  type OpenAiLimits,
} from "./openai-account.ts";
import { wordOpenAiError, wordOpenAiProblem } from "./openai-errors.ts";
import { createModelList } from "./openai-model-list.ts";

const PREFIX = "^/v1";

/**
 * OpenAI: chat completions, Responses, the list of models. Sources: the published API description
 * (github.com/openai/openai-openapi), recorded answers (github.com/vercel/ai, packages/openai), seen 2026-11.
 */
export function createOpenAi(context: DialectContext): KindDefinition {
  const limits = createOpenAiLimits(context);
  const answerHeaders = createAnswerHeaders(limits);
  return {
    basePath: "/v1",
    requestIdHeader: "x-request-id",
    dialects: [
      createOpenAiChat(context, limits),
      createResponsesDialect({
        name: "responses",
        path: new RegExp(`${PREFIX}/responses$`),
        context,
        checkAccess: (exchange) =>
          firstProblem([() => checkOpenAiKey(exchange, context), () => limits.check(exchange)]),
        findModel: (id) => findOpenAiModel(context, id),
        modelNotFound: responsesModelNotFound,
        wordProblem: (problem, exchange) => withLimits(wordOpenAiProblem(problem), limits.headers(exchange)),
        wordError: wordOpenAiError,
        answerHeaders,
      }),
      createModelList({
        path: new RegExp(`${PREFIX}/models$`),
        models: () => listOpenAiModels(context),
        checkAccess: (exchange) => checkOpenAiKey(exchange, context),
        wordProblem: wordOpenAiProblem,
        wordError: wordOpenAiError,
      }),
    ],
    notFound: ({ method, path }) => ({
      status: 404,
      body: {
        error: {
          message: `Invalid URL (${method} ${path})`,
          type: "invalid_request_error",
          param: null,
          code: null,
        },
      },
    }),
  };
}

/** Responses words it apart from chat completions: github.com/BerriAI/litellm/pull/39457, seen 2026-11. */
function responsesModelNotFound(id: string): RequestProblem {
  return {
    status: 404,
    message: `The requested model '${id}' does not exist.`,
    param: "model",
    code: "model_not_found",
  };
}

function createOpenAiChat(context: DialectContext, limits: OpenAiLimits): Dialect {
  return createChatDialect({
    name: "chat",
    path: new RegExp(`${PREFIX}/chat/completions$`),
    style: {
      ...OPENAI_CHAT_STYLE,
      modelName: ({ request }) => findOpenAiModel(context, request.model)?.snapshot ?? request.model,
    },
    check: (exchange) =>
      firstProblem([
        () => checkOpenAiKey(exchange, context),
        () => checkOpenAiChat(exchange, { findModel: (id) => findOpenAiModel(context, id), modelNotFound }),
        () => limits.check(exchange),
      ]),
    wordProblem: (problem, exchange) => withLimits(wordOpenAiProblem(problem), limits.headers(exchange)),
    wordError: wordOpenAiError,
    answerHeaders: createAnswerHeaders(limits),
  });
}

type WithHeaders = ReturnType<typeof wordOpenAiProblem>;

function withLimits(answer: WithHeaders, headers: Record<string, string>): WithHeaders {
  return answer.status === 429 ? { ...answer, headers: { ...answer.headers, ...headers } } : answer;
}

function createAnswerHeaders(limits: OpenAiLimits): OpenAiLimits["headers"] {
  return (exchange) => ({
    "openai-organization": "org-simulated",
    "openai-processing-ms": "42",
    "openai-version": "2020-10-01",
    ...limits.headers(exchange),
  });
}
