import type { ErrorWish, JsonAnswer } from "../../../engine/dialect.ts";
import type { RequestProblem } from "../../problem.ts";

/** The code repeats what kind of error it is: github.com/wavetermdev/waveterm/issues/3266, seen 2026-11. */
export function wordDeepSeekProblem(problem: RequestProblem): JsonAnswer {
  return {
    status: problem.status,
    body: {
      error: {
        message: problem.message,
        type: problem.type ?? "invalid_request_error",
        param: null,
        code: problem.code ?? "invalid_request_error",
      },
    },
  };
}

/** api-docs.deepseek.com/quick_start/error_codes, seen 2026-11. */
const BY_STATUS: Readonly<Record<number, Omit<RequestProblem, "status">>> = {
  400: { message: "Invalid request." },
  401: {
    message: "Authentication Fails, Your api key: ****ated is invalid",
    type: "authentication_error",
  },
  402: { message: "Insufficient Balance", type: "unknown_error" },
  404: { message: "Not Found" },
  422: { message: "Invalid parameters." },
  429: {
    message: "Rate limit reached. Please pace your requests reasonably.",
    type: "rate_limit_error",
    code: "rate_limit_error",
  },
  500: { message: "Internal Server Error", type: "server_error", code: "server_error" },
  503: {
    message: "Service is too busy. We advise users to temporarily switch to alternative LLM API service providers.",
    type: "service_unavailable_error",
    code: "service_unavailable_error",
  },
};

export function wordDeepSeekError(error: ErrorWish): JsonAnswer {
  const overloaded = error.status === 529 ? BY_STATUS[503] : undefined;
  const words = BY_STATUS[error.status] ?? overloaded ?? BY_STATUS[error.status >= 500 ? 500 : 400];
  return wordDeepSeekProblem({
    message: "",
    ...words,
    ...(error.message === undefined ? {} : { message: error.message }),
    status: error.status,
  });
}
