import type { Dialect, DialectContext, ErrorWish, Exchange, KindDefinition } from "../../../engine/dialect.ts";
import { createdAt } from "../../chat/build-chat-answer.ts";
import { createChatDialect } from "../../chat/chat-dialect.ts";
import type { ChatRequest } from "../../chat/chat-request.ts";
import { createIdentifiers } from "../../identifiers.ts";
import { createLimitCounter } from "../../limit-counter.ts";
import { firstProblem, type RequestProblem } from "../../problem.ts";
import { checkOpenRouter, checkOpenRouterKey, type OpenRouterCheckDeps } from "./check-openrouter.ts";
import { limitHeaders, wordOpenRouterError, wordOpenRouterProblem } from "./openrouter-errors.ts";
import { describeOpenRouterModel, hostOf, listOpenRouterModels } from "./openrouter-models.ts";
import { createOpenRouterStyle } from "./openrouter-style.ts";
import { createReasoningVoice } from "./reasoning-details.ts";

/** OpenRouter: chat completions, the list of models with prices, the key. openrouter.ai/docs, seen 2026-11. */
export function createOpenRouter(context: DialectContext): KindDefinition {
  const models = new Map(listOpenRouterModels(context.models).map((model) => [model.id, model]));
  const reasoning = createReasoningVoice(context.signatureSecret);
  const account = { spent: 0 };
  return {
    basePath: "/api/v1",
    dialects: [
      createOpenRouterChat({ context, models, reasoning }, account),
      {
        name: "models",
        method: "GET",
        path: /^\/api\/v1\/models$/,
        check: () => undefined,
        wordError: wordOpenRouterError,
        respond: () => ({ status: 200, body: { data: [...models.values()].map(describeOpenRouterModel) } }),
      },
      createKey(context, account),
    ],
    notFound: () => ({ status: 404, body: { error: { message: "Not Found", code: 404 } } }),
  };
}

interface Account {
  /** $ that answers have cost so far. */
  spent: number;
}

function createOpenRouterChat(deps: OpenRouterCheckDeps, account: Account): Dialect {
  const { context } = deps;
  const style = createOpenRouterStyle(deps);
  const count = createLimitCounter(context);
  const charged = new WeakSet<Exchange>();
  return createChatDialect({
    name: "chat",
    path: /^\/api\/v1\/chat\/completions$/,
    style: {
      ...style,
      usage(usage, facts) {
        const words = style.usage(usage, facts);
        if (!charged.has(facts.exchange)) account.spent += Number(words["cost"]);
        charged.add(facts.exchange);
        return words;
      },
    },
    check: (exchange) => firstProblem([() => checkOpenRouter(exchange, deps), () => checkLimits(exchange)]),
    wordProblem: (problem, exchange) => {
      const answer = wordOpenRouterProblem(problem);
      return problem.status === 429
        ? { ...answer, headers: limitHeaders(exchange.request.at, context.limits.requests) }
        : answer;
    },
    wordError: wordOpenRouterError,
    answerHeaders: (exchange) => ({
      "x-generation-id": style.createId(createIdentifiers(exchange.requestId)),
      "access-control-allow-origin": "*",
    }),
    errorChunk,
    comment: " OPENROUTER PROCESSING",
  });

  function checkLimits(exchange: Exchange): RequestProblem | undefined {
    const { exceeded, limitRequests } = count(exchange);
    if (exceeded === undefined || !context.enforceLimits) return undefined;
    return {
      status: 429,
      message: "Rate limit exceeded: limit_rpm. ",
      details: { headers: { "X-RateLimit-Limit": String(limitRequests), "X-RateLimit-Remaining": "0" } },
    };
  }
}

/** openrouter.ai/docs/api/reference/errors-and-debugging (streams), seen 2026-11. */
function errorChunk(error: ErrorWish, exchange: Exchange): unknown {
  const { model } = exchange.json as ChatRequest;
  const { body } = wordOpenRouterError(error, exchange);
  return {
    id: `gen-1790000000-${createIdentifiers(exchange.requestId).alphanumeric("answer", 20)}`,
    object: "chat.completion.chunk",
    created: createdAt(exchange),
    model,
    provider: hostOf(model),
    error: (body as { error: unknown }).error,
    choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: "error" }],
  };
}

/** openrouter.ai/docs/api/reference/limits, seen 2026-11. */
function createKey(context: DialectContext, account: Account): Dialect {
  return {
    name: "key",
    method: "GET",
    path: /^\/api\/v1\/key$/,
    check(exchange) {
      const problem = checkOpenRouterKey(exchange, context);
      return problem === undefined ? undefined : wordOpenRouterProblem(problem);
    },
    wordError: wordOpenRouterError,
    respond: () => ({
      status: 200,
      body: {
        data: {
          label: "sk-or-v1-sim...ted",
          limit: 100,
          limit_reset: null,
          limit_remaining: Math.max(0, 100 - account.spent),
          include_byok_in_limit: false,
          usage: account.spent,
          usage_daily: account.spent,
          usage_weekly: account.spent,
          usage_monthly: account.spent,
          byok_usage: 0,
          byok_usage_daily: 0,
          byok_usage_weekly: 0,
          byok_usage_monthly: 0,
          is_free_tier: false,
          is_management_key: false,
          is_provisioning_key: false,
          rate_limit: { requests: -1, interval: "10s", note: "This field is deprecated and safe to ignore." },
        },
      },
    }),
  };
}
