import { randomUUID } from "node:crypto";
import type { Dialect, DialectContext, Exchange, JsonAnswer, KindDefinition } from "../../../engine/dialect.ts";
import { createChatDialect } from "../../chat/chat-dialect.ts";
import { OPENAI_CHAT_STYLE, type ChatStyle } from "../../chat/chat-style.ts";
import { mapExchange } from "../../map-exchange.ts";
import { firstProblem, type RequestProblem } from "../../problem.ts";
import { createResponsesDialect } from "../../responses/responses-dialect.ts";
import { checkOpenAiChat } from "../openai/check-openai-chat.ts";
import { findOpenAiModel, listOpenAiModels, type OpenAiLimits } from "../openai/openai-account.ts";
import { createModelList } from "../openai/openai-model-list.ts";
import { REGION, checkAzureAccess, createAzureLimits, deploymentNotFound } from "./azure-access.ts";
import { azureNotFound, wordAzureError, wordAzureProblem } from "./azure-errors.ts";
import { ANSWER_RESULTS, FILTER_CHUNK, PROMPT_FILTER_RESULTS, RESPONSE_FILTERS } from "./content-filter.ts";

/**
 * OpenAI's models on Azure: the paths of its newer API and those that name a deployment and a version. Deployments
 * are named as their models are. learn.microsoft.com/azure/ai-foundry/openai/reference, seen 2026-11.
 */
export function createAzure(context: DialectContext): KindDefinition {
  const limits = createAzureLimits(context);
  return {
    basePath: "/openai/v1",
    requestIdHeader: "apim-request-id",
    createRequestId: randomUUID,
    notFound: azureNotFound,
    dialects: [
      createAzureChat(context, limits, { path: /^\/openai\/v1\/chat\/completions$/, versioned: false }),
      mapExchange(
        createAzureChat(context, limits, {
          path: /^\/openai\/deployments\/(?<deployment>[^/]+)\/chat\/completions$/,
          versioned: true,
        }),
        nameModelByPath,
      ),
      createAzureResponses(context, limits, { path: /^\/openai\/v1\/responses$/, versioned: false }),
      createAzureResponses(context, limits, { path: /^\/openai\/responses$/, versioned: true }),
      createAzureModels(context, { path: /^\/openai\/v1\/models$/, versioned: false }),
      createAzureModels(context, { path: /^\/openai\/models$/, versioned: true }),
    ],
  };
}

interface AzureEndpoint {
  path: RegExp;
  /** The query has to name the version of the API. */
  versioned: boolean;
}

/** The deployment is the model, whatever the body says. */
function nameModelByPath(exchange: Exchange): Exchange {
  const { json } = exchange;
  if (typeof json !== "object" || json === null || Array.isArray(json)) return exchange;
  return { ...exchange, json: { ...json, model: exchange.parameters["deployment"] } };
}

function createAzureModels(context: DialectContext, { path, versioned }: AzureEndpoint): Dialect {
  return createModelList({
    path,
    models: () => listOpenAiModels(context),
    checkAccess: (exchange) => checkAzureAccess(exchange, context, versioned),
    wordProblem: wordAzureProblem,
    wordError: wordAzureError,
  });
}

function createAzureChat(context: DialectContext, limits: OpenAiLimits, { path, versioned }: AzureEndpoint): Dialect {
  const findModel = (id: string) => findOpenAiModel(context, id);
  return createChatDialect({
    name: versioned ? "chat deployment" : "chat",
    path,
    style: createStyle(context),
    check: (exchange) =>
      firstProblem([
        () => checkAzureAccess(exchange, context, versioned),
        () => checkOpenAiChat(exchange, { findModel, modelNotFound: deploymentNotFound }),
        () => limits.check(exchange),
      ]),
    wordProblem: (problem, exchange) => withLimits(problem, limits, exchange),
    wordError: wordAzureError,
    answerHeaders: (exchange) => ({ "x-ms-region": REGION, ...limits.headers(exchange) }),
  });
}

/** After a recorded stream (github.com/vercel/ai, packages/openai test fixtures, 2026-08). */
function createStyle(context: DialectContext): ChatStyle {
  return {
    ...OPENAI_CHAT_STYLE,
    modelName: ({ request }) => findOpenAiModel(context, request.model)?.snapshot ?? request.model,
    answerFields: () => ({ system_fingerprint: null, prompt_filter_results: PROMPT_FILTER_RESULTS }),
    chunkFields: (facts) => ({ ...withoutTier(OPENAI_CHAT_STYLE.chunkFields(facts)), system_fingerprint: null }),
    choiceFields: () => ({ logprobs: null, content_filter_results: ANSWER_RESULTS }),
    chunkChoiceFields: (delta) => ({
      logprobs: null,
      content_filter_results: typeof delta["content"] === "string" && delta["content"] !== "" ? ANSWER_RESULTS : {},
    }),
    prologue: [FILTER_CHUNK],
  };
}

function withoutTier({ service_tier: _tier, ...fields }: Record<string, unknown>): Record<string, unknown> {
  return fields;
}

function createAzureResponses(
  context: DialectContext,
  limits: OpenAiLimits,
  { path, versioned }: AzureEndpoint,
): Dialect {
  return createResponsesDialect({
    name: versioned ? "responses by version" : "responses",
    path,
    context,
    checkAccess: (exchange) =>
      firstProblem([() => checkAzureAccess(exchange, context, versioned), () => limits.check(exchange)]),
    findModel: (id) => findOpenAiModel(context, id),
    modelNotFound: deploymentNotFound,
    wordProblem: (problem, exchange) => withLimits(problem, limits, exchange),
    wordError: wordAzureError,
    answerHeaders: (exchange) => ({ "x-ms-region": REGION, ...limits.headers(exchange) }),
    hostFields: (status) =>
      status === "in_progress"
        ? { completed_at: null, content_filters: null }
        : { content_filters: status === "failed" ? null : RESPONSE_FILTERS },
  });
}

function withLimits(problem: RequestProblem, limits: OpenAiLimits, exchange: Exchange): JsonAnswer {
  const answer = wordAzureProblem(problem);
  return answer.status === 429 ? { ...answer, headers: limits.headers(exchange) } : answer;
}
