import type { ErrorWish, JsonAnswer } from "../../../engine/dialect.ts";
import type { RequestProblem } from "../../problem.ts";

interface ErrorWords {
  type: string;
  code: string | null;
  message: string;
}

/** By status. Wordings: developers.openai.com/api/docs/guides/error-codes, seen 2026-11. */
const BY_STATUS: Readonly<Record<number, ErrorWords>> = {
  400: { type: "invalid_request_error", code: null, message: "Invalid request." },
  401: {
    type: "invalid_request_error",
    code: "invalid_api_key",
    message:
      "Incorrect API key provided: sk-simul*****ated. You can find your API key at https://platform.openai.com/account/api-keys.",
  },
  403: {
    type: "request_forbidden",
    code: "unsupported_country_region_territory",
    message: "Country, region, or territory not supported",
  },
  404: {
    type: "invalid_request_error",
    code: "model_not_found",
    message: "The model `gpt-unknown` does not exist or you do not have access to it.",
  },
  413: { type: "invalid_request_error", code: "request_too_large", message: "Request body too large." },
  429: {
    type: "requests",
    code: "rate_limit_exceeded",
    message:
      "Rate limit reached for requests in organization org-simulated on requests per min (RPM): Limit 500, Used 500, Requested 1. Please try again in 120ms. Visit https://platform.openai.com/account/rate-limits to learn more.",
  },
  500: {
    type: "server_error",
    code: null,
    message:
      "The server had an error while processing your request. Sorry about that! You can retry your request, or contact us through our help center at help.openai.com if the error persists.",
  },
  503: {
    type: "service_unavailable_error",
    code: "server_is_overloaded",
    message: "Our servers are currently overloaded. Please try again later.",
  },
};

/** By the type that a script asks for; the recorded wording of insufficient_quota: vercel/ai fixtures, 2026-08. */
const BY_TYPE: Readonly<Record<string, ErrorWords>> = {
  insufficient_quota: {
    type: "insufficient_quota",
    code: "insufficient_quota",
    message:
      "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
  },
  context_length_exceeded: {
    type: "invalid_request_error",
    code: "context_length_exceeded",
    message: "Your input exceeds the context window of this model. Please adjust your input and try again.",
  },
  tokens: {
    type: "tokens",
    code: "rate_limit_exceeded",
    message:
      "Rate limit reached for tokens in organization org-simulated on tokens per min (TPM): Limit 30000, Used 28000, Requested 5000. Please try again in 6s. Visit https://platform.openai.com/account/rate-limits to learn more.",
  },
  content_policy_violation: {
    type: "invalid_request_error",
    code: "content_policy_violation",
    message: "Your request was rejected as a result of our safety system.",
  },
};

/** OpenAI's envelope around a refusal. */
export function wordOpenAiProblem(problem: RequestProblem): JsonAnswer {
  return {
    status: problem.status,
    body: {
      error: {
        message: problem.message,
        type: problem.type ?? "invalid_request_error",
        param: problem.param ?? null,
        code: problem.code ?? null,
      },
    },
  };
}

/** What OpenAI says for a status or a type of its own; a type it does not know counts as part of the status. */
export function wordOpenAiError(error: ErrorWish): JsonAnswer {
  const words = findWords(error);
  return {
    status: error.status,
    ...(error.status === 429 ? { headers: { "retry-after": "1", "retry-after-ms": "120" } } : {}),
    body: { error: { message: error.message ?? words.message, type: words.type, param: null, code: words.code } },
  };
}

function findWords(error: ErrorWish): ErrorWords {
  const byType = error.type === undefined ? undefined : BY_TYPE[error.type];
  const fallback = error.status >= 500 ? BY_STATUS[500] : BY_STATUS[400];
  const overloaded = error.status === 529 ? BY_STATUS[503] : undefined;
  return (
    byType ?? BY_STATUS[error.status] ?? overloaded ?? fallback ?? { type: "server_error", code: null, message: "" }
  );
}
