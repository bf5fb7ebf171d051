import { errorTypeOfStatus, STATUS_OF_ERROR_TYPE, type ApiErrorType, type FailureName } from "@switchyard/wire";
import { readContextOverflow } from "./context-overflow.ts";
import { parseErrorBody, type ErrorBody } from "./error-body.ts";
import { readFailureWording } from "./failure-wordings.ts";
import { clockOf, parseRetryAfter } from "./retry-after.ts";
import type { UpstreamFailure } from "./upstream-failure.ts";

type Headers = Readonly<Record<string, string>>;

/** google.rpc.Code by name, in the words of the Messages API (cloud.google.com/apis/design/errors). */
const TYPE_OF_GOOGLE_STATUS: ReadonlyMap<string, ApiErrorType> = new Map<string, ApiErrorType>(
  Object.entries({
    INVALID_ARGUMENT: "invalid_request_error",
    FAILED_PRECONDITION: "invalid_request_error",
    OUT_OF_RANGE: "invalid_request_error",
    UNAUTHENTICATED: "authentication_error",
    PERMISSION_DENIED: "permission_error",
    NOT_FOUND: "not_found_error",
    ABORTED: "conflict_error",
    ALREADY_EXISTS: "conflict_error",
    RESOURCE_EXHAUSTED: "rate_limit_error",
    DEADLINE_EXCEEDED: "timeout_error",
    UNAVAILABLE: "overloaded_error",
    INTERNAL: "api_error",
    UNKNOWN: "api_error",
  }),
);

const FAILURE_OF_TYPE: Readonly<Record<ApiErrorType, FailureName>> = Object.freeze({
  invalid_request_error: "bad-request",
  authentication_error: "auth",
  billing_error: "billing",
  permission_error: "auth",
  not_found_error: "model-not-found",
  conflict_error: "overloaded",
  request_too_large: "context-too-long",
  rate_limit_error: "throttled",
  api_error: "overloaded",
  timeout_error: "timeout",
  overloaded_error: "overloaded",
});

/** Half a pair of header and field, or a beta, that this target does not know: another one may. */
const CAPABILITY =
  /extra inputs are not permitted|unexpected value\(s\).{0,200}anthropic-beta|anthropic-beta|is not supported (?:on|by|for|in|with)|does not support/iu;

/**
 * Names the failure of an error answer of an Anthropic-shaped upstream. Type and message of the envelope
 * are kept as they came, since clients act on the wording (platform.claude.com/docs/en/api/errors;
 * code.claude.com/docs/en/llm-gateway-protocol). Google's own bodies (Vertex) and pages (Cloudflare) are
 * put into the API's words. Header names in lower case; `now`: ms since the epoch, default: the `date` header.
 */
export function readAnthropicFailure(
  status: number,
  headers: Headers,
  bodyText: string,
  now?: number,
): UpstreamFailure {
  const body = parseErrorBody(bodyText);
  const moment = now ?? clockOf(headers);
  const type = typeOf(status, body);
  const retryAfterSeconds = parseRetryAfter(headers, body, moment);
  const failure = nameFailure(type, body, retryAfterSeconds);
  const waits = failure === "throttled" || failure === "overloaded";
  return {
    failure,
    status: statusFor(status, type),
    type,
    message: wordMessage(status, body),
    ...(waits && retryAfterSeconds !== undefined ? { retryAfterSeconds } : {}),
  };
}

function typeOf(status: number, body: ErrorBody): ApiErrorType {
  if (Object.hasOwn(STATUS_OF_ERROR_TYPE, body.type)) return body.type as ApiErrorType;
  const google = TYPE_OF_GOOGLE_STATUS.get(body.googleStatus);
  if (google !== undefined) return google;
  if (status === 522 || status === 524) return "timeout_error";
  if (status === 413) return "request_too_large";
  return status < 400 ? "api_error" : errorTypeOfStatus(status);
}

function nameFailure(type: ApiErrorType, body: ErrorBody, retryAfterSeconds: number | undefined): FailureName {
  if (/credit balance is too low|purchase credits|usage limits? (?:for|has been|reached)/iu.test(body.message)) {
    return "billing";
  }
  const failure = FAILURE_OF_TYPE[type];
  if (failure === "throttled" && retryAfterSeconds === undefined) return "throttled-without-window";
  if (failure === "model-not-found" && readFailureWording(body) === "retired") return "retired";
  return failure === "bad-request" ? nameInvalidRequest(body) : failure;
}

function nameInvalidRequest(body: ErrorBody): FailureName {
  if (readContextOverflow(body) !== undefined || /exceed context limit/iu.test(body.message)) return "context-too-long";
  if (/content filtering policy|usage policy/iu.test(body.message)) return "content-policy";
  if (/not servable in region|publisher model .{0,200}not found/iu.test(body.message)) return "model-not-found";
  return CAPABILITY.test(body.message) ? "capability" : "bad-request";
}

/** The upstream's own, except where no client knows it (redirects, Cloudflare's 520 to 527). */
function statusFor(status: number, type: ApiErrorType): number {
  const known = status >= 400 && status < 520;
  return known || status === 529 ? status : type === "api_error" ? 502 : STATUS_OF_ERROR_TYPE[type];
}

function wordMessage(status: number, body: ErrorBody): string {
  if (body.isJson && body.message !== "") return body.message;
  return body.message === ""
    ? `The upstream answered ${status} without a message`
    : `The upstream answered ${status}: ${body.message}`;
}
