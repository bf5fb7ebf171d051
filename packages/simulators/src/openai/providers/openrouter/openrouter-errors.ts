import type { ErrorWish, Exchange, JsonAnswer } from "../../../engine/dialect.ts";
import type { RequestProblem } from "../../problem.ts";
import { hostOf } from "./openrouter-models.ts";

const USER_ID = "user_simulated";

/** Shape of errors: openrouter.ai/docs/api/reference/errors-and-debugging and github.com/massgen/MassGen/issues/665, seen 2026-11. */
export function wordOpenRouterProblem(problem: RequestProblem): JsonAnswer {
  return {
    status: problem.status,
    body: {
      error: {
        message: problem.message,
        code: problem.status,
        ...(problem.details === undefined ? {} : { metadata: problem.details }),
      },
      ...(problem.status === 401 ? {} : { user_id: USER_ID }),
    },
  };
}

/** What a model's own host refused, passed on as text. */
export function providerError(model: string, raw: unknown, status = 400): RequestProblem {
  return {
    status,
    message: "Provider returned error",
    details: { raw: typeof raw === "string" ? raw : JSON.stringify(raw), provider_name: hostOf(model) },
  };
}

interface ErrorWords {
  message: string;
  metadata?: Record<string, unknown>;
  headers?: Record<string, string>;
}

const CREDITS = "To increase, visit https://openrouter.ai/settings/credits and upgrade to a paid account";

/** github.com/Gitlawb/openclaude/issues/1125, seen 2026-11. */
export function notEnoughCredits(wanted: number, affordable: number): RequestProblem {
  return {
    status: 402,
    message: `This request requires more credits, or fewer max_tokens. You requested up to ${wanted} tokens, but can only afford ${affordable}. ${CREDITS}`,
    details: { provider_name: null },
  };
}

/** By status: openrouter.ai/docs/api/reference/errors-and-debugging, seen 2026-11. */
const BY_STATUS: Readonly<Record<number, ErrorWords>> = {
  400: { message: "Invalid request" },
  401: { message: "No cookie auth credentials found" },
  402: {
    message: `This request requires more credits, or fewer max_tokens. You requested up to 32000 tokens, but can only afford 27342. ${CREDITS}`,
    metadata: { provider_name: null },
  },
  403: {
    message: "Input was flagged for: violence",
    metadata: { reasons: ["violence"], flagged_input: "…", provider_name: "OpenAI" },
  },
  404: { message: "No endpoints found for vendor/unknown." },
  408: { message: "Your request timed out" },
  413: { message: "Request Entity Too Large" },
  429: {
    message: "Rate limit exceeded: limit_rpm/free. ",
    headers: { "retry-after": "12" },
    metadata: { headers: { "X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0" } },
  },
  502: { message: "Provider returned error", metadata: { raw: "upstream connect error", provider_name: "OpenAI" } },
  503: { message: "No instances available", headers: { "retry-after": "3" } },
};

/** By the type that a script asks for. */
const BY_TYPE: Readonly<Record<string, ErrorWords>> = {
  // Money that running requests have reserved; it comes back: openrouter.ai/docs/api/reference/limits.
  in_flight_budget: {
    message: "Insufficient credits: running requests have reserved the remaining balance. Please retry shortly.",
    metadata: { limit_source: "openrouter_in_flight_budget" },
    headers: { "retry-after": "2" },
  },
  provider_rate_limit: {
    message: "Provider returned error",
    metadata: {
      raw: "the model is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate your rate limits: https://openrouter.ai/settings/integrations",
      provider_name: "DeepInfra",
    },
  },
  provider_overloaded: {
    message: "Provider returned error",
    metadata: { raw: '{"error":{"type":"overloaded_error","message":"Overloaded"}}', provider_name: "Anthropic" },
  },
};

export function wordOpenRouterError(error: ErrorWish, exchange: Exchange): JsonAnswer {
  const words = findWords(error);
  const limits = error.status === 429 && error.type === undefined ? limitHeaders(exchange.request.at) : {};
  return {
    status: error.status,
    headers: { ...words.headers, ...limits },
    body: {
      error: {
        message: error.message ?? words.message,
        code: error.status,
        ...(words.metadata === undefined ? {} : { metadata: words.metadata }),
      },
      ...(error.status === 401 ? {} : { user_id: USER_ID }),
    },
  };
}

function findWords(error: ErrorWish): ErrorWords {
  const byType = error.type === undefined ? undefined : BY_TYPE[error.type];
  const fallback: ErrorWords =
    error.status === 529
      ? { message: "Provider returned error", metadata: { raw: "Overloaded", provider_name: "Anthropic" } }
      : { message: "Internal Server Error" };
  return byType ?? BY_STATUS[error.status] ?? fallback;
}

/** Limits of the platform itself, with the time when they end: openrouter.ai/docs/api/reference/limits, seen 2026-11. */
export function limitHeaders(now: number, limit = 20): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(Math.ceil(now / 60_000) * 60_000),
  };
}
