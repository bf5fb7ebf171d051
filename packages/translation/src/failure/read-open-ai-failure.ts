import { errorTypeOfStatus, type ApiErrorType, type FailureName } from "@switchyard/wire";
import { readContextOverflow, withoutNumbers } from "./context-overflow.ts";
import { parseErrorBody, readErrorBody, type ErrorBody } from "./error-body.ts";
import { readFailureWording } from "./failure-wordings.ts";
import { redactSecrets } from "./redact-secrets.ts";
import { clockOf, parseRetryAfter } from "./retry-after.ts";
import type { UpstreamFailure } from "./upstream-failure.ts";

type Headers = Readonly<Record<string, string>>;

/** How each named failure is told to a client of the Messages API. Status 0: the upstream's own. */
const TOLD_AS: Readonly<Partial<Record<FailureName, { type: ApiErrorType; status: number }>>> = Object.freeze({
  throttled: { type: "rate_limit_error", status: 429 },
  "throttled-without-window": { type: "rate_limit_error", status: 429 },
  billing: { type: "billing_error", status: 402 },
  capability: { type: "invalid_request_error", status: 400 },
  "context-too-long": { type: "invalid_request_error", status: 400 },
  "content-policy": { type: "invalid_request_error", status: 400 },
  "model-not-found": { type: "not_found_error", status: 404 },
  retired: { type: "not_found_error", status: 404 },
  timeout: { type: "timeout_error", status: 504 },
  network: { type: "api_error", status: 502 },
});

const LONGEST_MESSAGE = 2000;

/**
 * Names the failure of an error answer of an OpenAI-shaped upstream (chat completions, Responses, and the
 * many that imitate them, Gemini's array-shaped bodies included). Header names in lower case.
 * `now`: ms since the epoch; default: the answer's own `date` header.
 */
export function readOpenAiFailure(status: number, headers: Headers, bodyText: string, now?: number): UpstreamFailure {
  return describeFailure(status, headers, parseErrorBody(bodyText), now ?? clockOf(headers));
}

/** The same for an error that comes inside a 200, as a body or as an event of a stream. */
export function readFailureInside(error: unknown): UpstreamFailure {
  const body = readErrorBody(error);
  return describeFailure(body.statusCode ?? 200, {}, body, Number.NaN);
}

function describeFailure(status: number, headers: Headers, body: ErrorBody, now: number): UpstreamFailure {
  const overflow = readContextOverflow(body) ?? (status === 413 ? withoutNumbers(body.message) : undefined);
  const retryAfterSeconds = parseRetryAfter(headers, body, now);
  const failure = overflow === undefined ? nameFailure(status, body, retryAfterSeconds) : "context-too-long";
  const { type, status: told } = tellAs(failure, status);
  const waits = failure === "throttled" || failure === "overloaded";
  return {
    failure,
    status: told,
    type,
    message: redactSecrets(overflow ?? wordMessage(status, body)).slice(0, LONGEST_MESSAGE),
    ...(waits && retryAfterSeconds !== undefined ? { retryAfterSeconds } : {}),
  };
}

function nameFailure(status: number, body: ErrorBody, retryAfterSeconds: number | undefined): FailureName {
  const throttled: FailureName = retryAfterSeconds === undefined ? "throttled-without-window" : "throttled";
  const worded = readFailureWording(body);
  switch (status) {
    case 401:
      return "auth";
    case 402:
      return body.metadata["limit_source"] === "openrouter_in_flight_budget" ? throttled : "billing";
    case 403:
      return isSpent(body)
        ? "billing"
        : (oneOf(worded, ["content-policy", "billing", "capability", "model-not-found"]) ?? "auth");
    case 404:
    case 405:
      return oneOf(worded, ["retired", "capability"]) ?? "model-not-found";
    case 408:
    case 504:
    case 522:
    case 524:
      return "timeout";
    case 410:
      return "retired";
    case 429:
      return oneOf(worded, ["billing", "overloaded"]) ?? throttled;
    case 200:
      return worded ?? fromType(body, throttled) ?? "overloaded";
    default:
      break;
  }
  if (status >= 500) return oneOf(worded, ["content-policy", "billing", "model-not-found"]) ?? "overloaded";
  if (status === 409 || status === 425) return "overloaded";
  return status < 400 ? "network" : (worded ?? "bad-request");
}

/** OpenRouter's budgets of keys, guardrails and workspaces (openrouter.ai/docs/api/reference/limits). */
function isSpent(body: ErrorBody): boolean {
  const source = body.metadata["limit_source"];
  return typeof source === "string" && source.startsWith("openrouter_");
}

/** Inside a 200 there is no status to go by; what remains are the type's and code's own words. */
function fromType(body: ErrorBody, throttled: FailureName): FailureName | undefined {
  const words = `${body.code} ${body.type} ${body.googleStatus}`.toLowerCase();
  if (/rate_?limit|too_many_requests|resource_exhausted/u.test(words)) return throttled;
  if (/timeout|deadline_exceeded/u.test(words)) return "timeout";
  if (/invalid_request|invalid_argument|bad_request|failed_precondition/u.test(words)) return "bad-request";
  return undefined;
}

function oneOf(failure: FailureName | undefined, among: readonly FailureName[]): FailureName | undefined {
  return failure !== undefined && among.includes(failure) ? failure : undefined;
}

function tellAs(failure: FailureName, status: number): { type: ApiErrorType; status: number } {
  const told = TOLD_AS[failure];
  if (told !== undefined) return told;
  if (failure === "auth") {
    return status === 403 ? { type: "permission_error", status } : { type: "authentication_error", status: 401 };
  }
  if (failure === "overloaded") {
    const inOurHands = status === 500 || status === 502 || status === 200;
    return inOurHands
      ? { type: "api_error", status: status === 502 ? 502 : 500 }
      : { type: "overloaded_error", status: 529 };
  }
  return { type: errorTypeOfStatus(status), status: status >= 400 && status < 500 ? status : 400 };
}

function wordMessage(status: number, body: ErrorBody): string {
  const raw = body.metadata["raw"];
  const more = typeof raw === "string" && raw !== "" && raw !== body.message ? `: ${raw}` : "";
  if (body.isJson && body.message !== "") return `${body.message}${more}`;
  if (body.message === "") return `The upstream answered ${status} without a message`;
  return `The upstream answered ${status}: ${body.message}`;
}
