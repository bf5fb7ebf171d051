import type { Dialect, DialectContext, Exchange, JsonAnswer, KindDefinition } from "../../../engine/dialect.ts";
import { isAccepted, readCredential } from "../../../engine/read-credential.ts";
import { createChatDialect } from "../../chat/chat-dialect.ts";
import { OPENAI_CHAT_STYLE } from "../../chat/chat-style.ts";
import { estimateInputTokens } from "../../input-tokens.ts";
import { createLimitCounter } from "../../limit-counter.ts";
import { firstProblem, type RequestProblem } from "../../problem.ts";
import { checkOpenAiChat } from "../openai/check-openai-chat.ts";
import { checkJsonObject } from "../openai/openai-account.ts";
import { describeGithubModel, listGithubModels, type GithubModel } from "./github-catalog.ts";
import {
  UNAUTHORIZED,
  checkVersion,
  rateLimited,
  tooManyTokens,
  unknownModel,
  wordGithubError,
  wordGithubProblem,
} from "./github-errors.ts";

/** GitHub Models as it was until 2026-07-30: docs.github.com/en/rest/models, seen 2026-11. */
export function createGithubModels(context: DialectContext): KindDefinition {
  return {
    requestIdHeader: "x-github-request-id",
    dialects: [createInference(context), createCatalog(context)],
    notFound: () => ({
      status: 404,
      body: { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" },
    }),
  };
}

function createInference(context: DialectContext): Dialect {
  const models = new Map(listGithubModels(context).map((model) => [model.id, model]));
  const count = createLimitCounter(context);
  const limitHeaders = (exchange: Exchange): Record<string, string> => {
    const snapshot = count(exchange);
    return {
      "x-ratelimit-limit-requests": String(snapshot.limitRequests),
      "x-ratelimit-remaining-requests": String(snapshot.remainingRequests),
      "x-ratelimit-limit-tokens": String(snapshot.limitTokens),
      "x-ratelimit-remaining-tokens": String(snapshot.remainingTokens),
    };
  };
  const chat = createChatDialect({
    name: "chat",
    path: /^(\/orgs\/(?<organisation>[^/]+))?\/inference\/chat\/completions$/,
    style: {
      ...OPENAI_CHAT_STYLE,
      modelName: ({ request }) => models.get(request.model)?.facts.snapshot ?? request.model,
      answerFields: (facts) => withoutTier(OPENAI_CHAT_STYLE.answerFields(facts)),
      chunkFields: (facts) => withoutTier(OPENAI_CHAT_STYLE.chunkFields(facts)),
    },
    check: (exchange) => checkInference(exchange, context, models),
    wordProblem: wordGithubProblem,
    wordError: wordGithubError,
    answerHeaders: limitHeaders,
  });
  return {
    ...chat,
    check: (exchange) => chat.check(exchange) ?? refuseBeyondLimits(exchange),
  };

  function refuseBeyondLimits(exchange: Exchange): JsonAnswer | undefined {
    const { exceeded, limitRequests } = count(exchange);
    if (exceeded === undefined || !context.enforceLimits) return undefined;
    const answer = rateLimited({
      limit: limitRequests,
      seconds: Math.ceil(exceeded.retryAfterMs / 1000),
      what: exceeded.what === "requests" ? "UserByModelByMinute" : "UserByModelByMinuteTokens",
    });
    return { ...answer, headers: { ...answer.headers, ...limitHeaders(exchange) } };
  }
}

function withoutTier({ service_tier: _tier, ...fields }: Record<string, unknown>): Record<string, unknown> {
  return fields;
}

function checkInference(
  exchange: Exchange,
  context: DialectContext,
  models: ReadonlyMap<string, GithubModel>,
): RequestProblem | undefined {
  return firstProblem([
    () => checkAccess(exchange, context),
    () => checkJsonObject(exchange),
    () => checkSize(exchange, models),
    () => checkOpenAiChat(exchange, { findModel: (id) => models.get(id)?.facts, modelNotFound: unknownModel }),
  ]);
}

/** Said before the model sees the request. */
function checkSize(exchange: Exchange, models: ReadonlyMap<string, GithubModel>): RequestProblem | undefined {
  const id = (exchange.json as { model?: unknown }).model;
  const model = typeof id === "string" ? models.get(id) : undefined;
  if (model === undefined || estimateInputTokens(exchange.request.body) <= model.facts.contextWindow) return undefined;
  return tooManyTokens(model.id.split("/")[1] ?? model.id, model.facts.contextWindow);
}

function checkAccess(exchange: Exchange, context: DialectContext): RequestProblem | undefined {
  const token = readCredential(exchange.headers, []);
  if (!isAccepted(token, context.credentials)) return UNAUTHORIZED;
  return checkVersion(exchange.headers["x-github-api-version"]);
}

function createCatalog(context: DialectContext): Dialect {
  return {
    name: "catalog",
    method: "GET",
    path: /^\/catalog\/models$/,
    check(exchange) {
      const problem = checkAccess(exchange, context);
      return problem === undefined ? undefined : wordGithubProblem(problem);
    },
    wordError: wordGithubError,
    respond: () => ({ status: 200, body: listGithubModels(context).map(describeGithubModel) }),
  };
}
