import type { ErrorWish, JsonAnswer } from "../../../engine/dialect.ts";
import type { RequestProblem } from "../../problem.ts";

/** google.rpc.Code by HTTP status: cloud.google.com/apis/design/errors, seen 2026-11. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  413: "INVALID_ARGUMENT",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
  529: "UNAVAILABLE",
};

/** The OpenAI endpoint puts errors into a list: github.com/0xsline/OpenChatCut/issues/6, seen 2026-11. */
export function wordGeminiProblem(problem: RequestProblem): JsonAnswer {
  return { status: problem.status, body: [describeGeminiError(problem)] };
}

/** The error as Google's APIs have it. */
export function describeGeminiError(problem: RequestProblem): Record<string, unknown> {
  return {
    error: {
      code: problem.status,
      message: problem.message,
      status: problem.type ?? STATUS_NAMES[problem.status] ?? "UNKNOWN",
      ...(problem.details === undefined ? {} : { details: problem.details }),
    },
  };
}

export function invalidArgument(message: string, details?: unknown): RequestProblem {
  return { status: 400, message, ...(details === undefined ? {} : { details }) };
}

/** Several fields that the API does not have, or not so: github.com/glowingjade/obsidian-smart-composer/issues/455. */
export function fieldViolations(violations: readonly { field: string; description: string }[]): RequestProblem {
  return invalidArgument(violations.map((violation) => violation.description).join("\n"), [
    { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: violations },
  ]);
}

/** A key that is none: github.com/can1357/oh-my-pi/issues/449, seen 2026-11. */
export const INVALID_KEY: RequestProblem = {
  ...invalidArgument("API key not valid. Please pass a valid API key.", [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "API_KEY_INVALID",
      domain: "googleapis.com",
      metadata: { service: "generativelanguage.googleapis.com" },
    },
    {
      "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
      locale: "en-US",
      message: "API key not valid. Please pass a valid API key.",
    },
  ]),
};

export const MISSING_KEY: RequestProblem = { status: 400, message: "Missing or invalid Authorization header." };

export function modelNotFound(id: string): RequestProblem {
  return {
    status: 404,
    message: `models/${id} is not found for API version v1main, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
  };
}

/** Recorded: github.com/vercel/ai, packages/google test fixtures, 2026-08. */
export function quotaExceeded(model: string, seconds: number, quotaId = QUOTA_PER_MINUTE): RequestProblem {
  return {
    status: 429,
    message: `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: https://ai.dev/usage?tab=rate-limit. \n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_paid_tier_requests, limit: 1000, model: ${model}\nPlease retry in ${seconds}s.`,
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.Help",
        links: [
          {
            description: "Learn more about Gemini API quotas",
            url: "https://ai.google.dev/gemini-api/docs/rate-limits",
          },
        ],
      },
      {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        violations: [
          {
            quotaMetric: "generativelanguage.googleapis.com/generate_content_paid_tier_requests",
            quotaId,
            quotaDimensions: { location: "global", model },
            quotaValue: "1000",
          },
        ],
      },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${seconds}s` },
    ],
  };
}

const QUOTA_PER_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel";
const QUOTA_PER_DAY = "GenerateRequestsPerDayPerProjectPerModel";

/** By status; "per_day" is a type of 429 that waits until tomorrow. */
export function wordGeminiError(error: ErrorWish): JsonAnswer {
  const problem = findProblem(error);
  return wordGeminiProblem({ ...problem, ...(error.message === undefined ? {} : { message: error.message }) });
}

function findProblem(error: ErrorWish): RequestProblem {
  if (error.status === 429) {
    return error.type === "per_day"
      ? quotaExceeded("gemini-4-argon", 41_000, QUOTA_PER_DAY)
      : quotaExceeded("gemini-4-argon", 34.4);
  }
  return {
    status: error.status,
    message: MESSAGES[error.status] ?? "An internal error has occurred.",
    ...DETAILS[error.status],
  };
}

/** ai.google.dev/gemini-api/docs/troubleshooting, seen 2026-11. */
const MESSAGES: Readonly<Record<number, string>> = {
  400: "Request contains an invalid argument.",
  401: "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
  403: "Your project has been denied access. Please contact support.",
  404: "models/gemini-unknown is not found for API version v1main, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.",
  413: "Request payload size exceeds the limit: 20971520 bytes.",
  500: "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
  503: "The model is overloaded. Please try again later.",
  504: "Deadline expired before operation could complete.",
  529: "The model is overloaded. Please try again later.",
};

const DETAILS: Readonly<Record<number, { details: unknown }>> = {
  403: {
    details: [
      { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "PERMISSION_DENIED", domain: "googleapis.com" },
    ],
  },
};
