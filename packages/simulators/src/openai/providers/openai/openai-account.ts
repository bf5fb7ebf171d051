import type { DialectContext, Exchange } from "../../../engine/dialect.ts";
import { isAccepted, readCredential } from "../../../engine/read-credential.ts";
import { formatGoDuration } from "../../go-duration.ts";
import { OPENAI_MODELS, addedModel, type OpenAiModel } from "../../openai-models.ts";
import { badRequest, type RequestProblem } from "../../problem.ts";
import { createLimitCounter } from "../../limit-counter.ts";

/** github.com/openai/openai-node/issues/73 and github.com/continuedev/continue/issues/12651, seen 2026-11. */
export function checkOpenAiKey(exchange: Exchange, context: DialectContext): RequestProblem | undefined {
  const key = readCredential(exchange.headers, []);
  if (key === undefined) {
    return {
      status: 401,
      message:
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.",
    };
  }
  if (isAccepted(key, context.credentials)) return undefined;
  return {
    status: 401,
    message: `Incorrect API key provided: ${maskKey(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    code: "invalid_api_key",
  };
}

function maskKey(key: string): string {
  return key.length <= 12 ? "*".repeat(key.length) : `${key.slice(0, 8)}${"*".repeat(key.length - 12)}${key.slice(-4)}`;
}

/** A body that is not a JSON object. */
export function checkJsonObject(exchange: Exchange): RequestProblem | undefined {
  if (typeof exchange.json === "object" && exchange.json !== null && !Array.isArray(exchange.json)) return undefined;
  return badRequest(
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)",
  );
}

/** github.com/danielmiessler/Fabric/issues/239 and github.com/shobrook/wut/issues/14, seen 2026-11. */
export function modelNotFound(id: string): RequestProblem {
  return {
    status: 404,
    message: `The model \`${id}\` does not exist or you do not have access to it.`,
    code: "model_not_found",
  };
}

export function findOpenAiModel(context: DialectContext, id: string): OpenAiModel | undefined {
  const added = context.models?.find((model) => model.id === id);
  if (added !== undefined) return addedModel(added);
  return OPENAI_MODELS.find((model) => model.id === id || model.snapshot === id);
}

/** Every model that this simulator knows. */
export function listOpenAiModels(context: DialectContext): OpenAiModel[] {
  return [...OPENAI_MODELS, ...(context.models ?? []).map(addedModel)];
}

export interface OpenAiLimits {
  /** Counts the request; a problem when limits are enforced and it is one too many. */
  check: (exchange: Exchange) => RequestProblem | undefined;
  headers: (exchange: Exchange) => Record<string, string>;
}

/** Limits, and the headers that tell them: developers.openai.com/api/docs/guides/rate-limits, seen 2026-11. */
export function createOpenAiLimits(context: DialectContext): OpenAiLimits {
  const count = createLimitCounter(context);
  return {
    check(exchange) {
      const { exceeded, ...snapshot } = count(exchange);
      if (exceeded === undefined || !context.enforceLimits) return undefined;
      const limit = exceeded.what === "requests" ? snapshot.limitRequests : snapshot.limitTokens;
      const per = exceeded.what === "requests" ? "requests per min (RPM)" : "tokens per min (TPM)";
      return {
        status: 429,
        type: exceeded.what,
        code: "rate_limit_exceeded",
        message: `Rate limit reached for ${modelOf(exchange)} in organization org-simulated on ${per}: Limit ${limit}, Used ${exceeded.used}, Requested ${exceeded.requested}. Please try again in ${formatGoDuration(exceeded.retryAfterMs)}. Visit https://platform.openai.com/account/rate-limits to learn more.`,
      };
    },
    headers: (exchange) => {
      const snapshot = count(exchange);
      const wait = snapshot.exceeded?.retryAfterMs;
      return {
        "x-ratelimit-limit-requests": String(snapshot.limitRequests),
        "x-ratelimit-remaining-requests": String(snapshot.remainingRequests),
        "x-ratelimit-reset-requests": formatGoDuration(snapshot.resetRequestsMs),
        "x-ratelimit-limit-tokens": String(snapshot.limitTokens),
        "x-ratelimit-remaining-tokens": String(snapshot.remainingTokens),
        "x-ratelimit-reset-tokens": formatGoDuration(snapshot.resetTokensMs),
        ...(wait === undefined || !context.enforceLimits
          ? {}
          : { "retry-after": String(Math.ceil(wait / 1000)), "retry-after-ms": String(wait) }),
      };
    },
  };
}

function modelOf(exchange: Exchange): string {
  const model = (exchange.json as { model?: unknown } | undefined)?.model;
  return typeof model === "string" ? model : "default";
}
