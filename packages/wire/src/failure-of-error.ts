import type { FailureName } from "./failures.ts";

const FAILURE_OF_TYPE: Readonly<Record<string, FailureName>> = Object.freeze({
  invalid_request_error: "bad-request",
  authentication_error: "auth",
  billing_error: "billing",
  permission_error: "auth",
  not_found_error: "model-not-found",
  request_too_large: "context-too-long",
  rate_limit_error: "throttled-without-window",
  api_error: "overloaded",
  timeout_error: "timeout",
  overloaded_error: "overloaded",
});

/** Wordings of an over-long prompt in invalid_request_error (platform.claude.com/docs/en/api/errors). */
const TOO_LONG = /prompt is too long|exceeds? (?:the )?(?:context|maximum context)|prompt_too_long|context window/i;

/**
 * The failure's name for an error object of the Messages API whose HTTP status tells nothing: one inside a
 * 200, or an `error` event. An error type of the future counts as the upstream's own trouble.
 */
export function failureOfError(type: string, message: string): FailureName {
  if (type === "invalid_request_error" && TOO_LONG.test(message)) return "context-too-long";
  return Object.hasOwn(FAILURE_OF_TYPE, type) ? (FAILURE_OF_TYPE[type] ?? "overloaded") : "overloaded";
}

/** The same where only an HTTP status is known. */
export function failureOfStatus(status: number): FailureName {
  if (status === 401 || status === 403) return "auth";
  if (status === 402) return "billing";
  if (status === 404) return "model-not-found";
  if (status === 408 || status === 504) return "timeout";
  if (status === 410) return "retired";
  if (status === 413) return "context-too-long";
  if (status === 429) return "throttled-without-window";
  return status >= 400 && status < 500 ? "bad-request" : "overloaded";
}
