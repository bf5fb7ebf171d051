import type { DialectContext, Exchange } from "../../../engine/dialect.ts";
import { isAccepted, readCredential } from "../../../engine/read-credential.ts";
import { createLimitCounter } from "../../limit-counter.ts";
import { firstProblem, type RequestProblem } from "../../problem.ts";
import type { OpenAiLimits } from "../openai/openai-account.ts";

export const REGION = "East US 2";

/** Names of versions on the paths without one of their own. */
const NAMED_VERSIONS = new Set(["v1", "preview", "latest"]);

/** Credential, then the version of the API, which only the newer paths do without. */
export function checkAzureAccess(
  exchange: Exchange,
  context: DialectContext,
  versionRequired: boolean,
): RequestProblem | undefined {
  return firstProblem([() => checkKey(exchange, context), () => checkVersion(exchange, versionRequired)]);
}

/** github.com/SciSharp/BotSharp/issues/386, seen 2026-11. */
function checkKey(exchange: Exchange, context: DialectContext): RequestProblem | undefined {
  if (isAccepted(readCredential(exchange.headers, ["api-key"]), context.credentials)) return undefined;
  return {
    status: 401,
    code: "401",
    message:
      "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
  };
}

/** learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle, seen 2026-11. */
function checkVersion(exchange: Exchange, required: boolean): RequestProblem | undefined {
  const version = exchange.query.get("api-version");
  if (version === null) return required ? RESOURCE_NOT_FOUND : undefined;
  const known = /^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version) || (!required && NAMED_VERSIONS.has(version));
  return known ? undefined : RESOURCE_NOT_FOUND;
}

export const RESOURCE_NOT_FOUND: RequestProblem = { status: 404, code: "404", message: "Resource not found" };

/** github.com/chatboxai/chatbox/issues/861, seen 2026-11. */
export function deploymentNotFound(): RequestProblem {
  return {
    status: 404,
    code: "DeploymentNotFound",
    message:
      "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
  };
}

/** The refusal's wording: github.com/dyad-sh/dyad/issues/1849, seen 2026-11. */
export function createAzureLimits(context: DialectContext): OpenAiLimits {
  const count = createLimitCounter(context);
  return {
    check(exchange) {
      const { exceeded } = count(exchange);
      if (exceeded === undefined || !context.enforceLimits) return undefined;
      const kind = exceeded.what === "requests" ? "call" : "token";
      return {
        status: 429,
        code: "RateLimitReached",
        message: wordRateLimit(kind, Math.ceil(exceeded.retryAfterMs / 1000)),
      };
    },
    headers(exchange) {
      const snapshot = count(exchange);
      const wait = context.enforceLimits ? snapshot.exceeded?.retryAfterMs : undefined;
      return {
        "x-ratelimit-limit-requests": String(snapshot.limitRequests),
        "x-ratelimit-remaining-requests": String(snapshot.remainingRequests),
        "x-ratelimit-limit-tokens": String(snapshot.limitTokens),
        "x-ratelimit-remaining-tokens": String(snapshot.remainingTokens),
        ...(wait === undefined
          ? {}
          : { "retry-after": String(Math.ceil(wait / 1000)), "retry-after-ms": String(wait) }),
      };
    },
  };
}

export function wordRateLimit(kind: "call" | "token", seconds: number): string {
  return `Your requests to gpt for gpt in ${REGION} have exceeded the ${kind} rate limit for your current AIServices S0 pricing tier. This request was for ChatCompletions_Create under Azure OpenAI API version 2025-03-01-preview. Please retry after ${seconds} seconds. To increase your default rate limit, visit: https://aka.ms/oai/quotaincrease.`;
}
