import type { Candidate } from "@switchyard/routing";
import { type ApiErrorType, GatewayError, type GatewayErrorOptions, STATUS_OF_ERROR_TYPE } from "@switchyard/wire";

import type { AttemptFailure, RawAnswer } from "./attempt.ts";
import { FAILURE_RULES } from "./failure-rules.ts";

/** A candidate that did not answer, and why. */
export interface Loss {
  candidate: Candidate;
  failure: AttemptFailure;
  /** False for one that was passed over: full, resting, behind an open breaker. */
  asked: boolean;
}

/** How a request ends that nobody could answer. */
export type Ending =
  /** The upstream's own words, byte for byte: clients act on them. */
  | { kind: "raw"; answer: RawAnswer; headers: Record<string, string>; error: GatewayError }
  | { kind: "error"; error: GatewayError };

/** `retry-after` where an upstream throttles without saying for how long. */
const UNKNOWN_WINDOW_SECONDS = 5;

/**
 * Which of the failures the client hears of. In order: one that is the request's own fault, limits with
 * the earliest true recovery, overload, then whatever may pass, then what must be repaired.
 */
export function explainLoss(tried: readonly Loss[], missing: (provider: string) => readonly string[]): Ending {
  const last = tried.at(-1);
  if (last === undefined) {
    return {
      kind: "error",
      error: new GatewayError("timeout_error", "The request ran out of time before it was sent"),
    };
  }
  const mayPass = tried.some(({ failure }) => FAILURE_RULES[failure.name].mayPass);
  const own = tried.find(
    ({ failure, asked }) => asked && (isRequestsOwn(failure) || (failure.name === "capability" && !mayPass)),
  );
  if (own !== undefined) return passOn(own.failure);
  const asked = tried.filter((one) => one.asked);
  const only = asked.length === 1 && tried.length === 1 ? asked[0] : undefined;
  if (only !== undefined && FAILURE_RULES[only.failure.name].end === "own") return passOn(withRetryAfter(only.failure));
  return { kind: "error", error: composeError(tried, missing) };
}

/** What every target would say, or what only the client can repair. */
function isRequestsOwn({ name, clientCredential }: AttemptFailure): boolean {
  if (clientCredential && (name === "auth" || name === "billing")) return true;
  return name === "bad-request" || name === "content-policy" || name === "context-too-long";
}

function withRetryAfter(failure: AttemptFailure): AttemptFailure {
  if (failure.name !== "throttled" && failure.name !== "throttled-without-window") return failure;
  const seconds = Math.max(1, Math.ceil(failure.retryAfterSeconds ?? UNKNOWN_WINDOW_SECONDS));
  return { ...failure, headers: { ...failure.headers, "retry-after": String(seconds) } };
}

function passOn(failure: AttemptFailure): Ending {
  const error = new GatewayError(toApiType(failure.type), failure.message, {
    status: failure.status,
    failure: failure.name,
    headers: failure.headers,
  });
  if (failure.raw === undefined) return { kind: "error", error };
  return { kind: "raw", answer: failure.raw, headers: failure.headers, error };
}

function toApiType(type: string): ApiErrorType {
  return Object.hasOwn(STATUS_OF_ERROR_TYPE, type) ? (type as ApiErrorType) : "api_error";
}

function composeError(tried: readonly Loss[], missing: (provider: string) => readonly string[]): GatewayError {
  const story = tried.map((one) => describe(one, missing)).join("; ");
  const make = (type: ApiErrorType, message: string, options: GatewayErrorOptions) =>
    new GatewayError(type, `${message} Tried: ${story}.`, options);
  const limited = tried.filter(({ failure }) => failure.name.startsWith("throttled"));
  if (limited.length > 0) {
    return make("rate_limit_error", "Every available provider is at its limit.", {
      failure: "throttled",
      retryAfterSeconds: earliestRecovery(limited),
    });
  }
  const overloaded = tried.find(({ failure }) => failure.name === "overloaded");
  if (overloaded !== undefined) {
    const isOverload = overloaded.failure.status === 529 || overloaded.failure.status === 503;
    const recovery = earliestOf(tried);
    return isOverload
      ? make("overloaded_error", "Every available provider is overloaded.", {
          failure: "overloaded",
          ...(recovery === undefined ? {} : { retryAfterSeconds: Math.max(1, Math.ceil(recovery)) }),
        })
      : make("api_error", "Every available provider failed.", { failure: "overloaded" });
  }
  const decisive = tried.findLast(({ failure }) => FAILURE_RULES[failure.name].mayPass) ?? tried.at(-1);
  return make(...endOf(decisive?.failure));
}

function endOf(failure: AttemptFailure | undefined): [ApiErrorType, string, GatewayErrorOptions] {
  if (failure === undefined) return ["api_error", "No provider could answer.", { status: 503 }];
  const { end } = FAILURE_RULES[failure.name];
  const { status, type } = end === "own" ? { status: failure.status, type: toApiType(failure.type) } : end;
  return [type, "No provider could answer.", { status, failure: failure.name }];
}

/** Seconds, at least one: clients that hear of less use up all their tries at once. */
function earliestRecovery(limited: readonly Loss[]): number {
  return Math.max(1, earliestOf(limited) ?? UNKNOWN_WINDOW_SECONDS);
}

function earliestOf(losses: readonly Loss[]): number | undefined {
  const told = losses.flatMap(({ failure }) => failure.retryAfterSeconds ?? []);
  return told.length === 0 ? undefined : Math.min(...told);
}

function describe({ candidate, failure, asked }: Loss, missing: (provider: string) => readonly string[]): string {
  const { provider, model } = candidate;
  const settings = missing(provider);
  const isCredential = failure.name === "auth" || failure.name === "billing";
  const setting = settings.length > 0 ? settings.join(", ") : `the credential of ${provider} in the settings`;
  const remedy = isCredential ? ` (check ${setting})` : "";
  // The next one follows in the same sentence.
  const said = failure.message.replace(/\.$/, "");
  return `${model.canonical} on ${provider}: ${asked ? "" : "not asked: "}${failure.name}${remedy}: ${said}`;
}
