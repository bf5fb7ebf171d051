import { parseErrorBody } from "@switchyard/translation";
import { GatewayError, type LimitObservation, type ModelInfo, type Rejection } from "@switchyard/wire";

import type { Family } from "../families/family.ts";
import { defaultSignals } from "../limits/limit-signals.ts";
import { readLimits } from "../limits/read-limits.ts";
import { waitForLimits } from "../limits/wait-for-limits.ts";
import type { Provider, UpstreamFailure } from "../provider.ts";
import { type SentRequest, findRejections } from "../rejections/find-rejections.ts";
import { pickAnswerHeaders } from "./client-headers.ts";
import { upstreamClock } from "./upstream-clock.ts";

export interface ErrorAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** By which API the upstream was asked. */
  dialect: ModelInfo["dialect"];
  /** What it was asked; absent: nothing is learnt from the answer. */
  sent?: SentRequest;
}

/** What an error answer says: the error as the client is to see it if this is the end, and what can be learnt. */
export interface NamedAnswer {
  error: GatewayError;
  observations: readonly LimitObservation[];
  rejections: readonly Rejection[];
}

/** Reads an upstream's error answer. */
export function nameErrorAnswer(provider: Provider, family: Family, answer: ErrorAnswer): NamedAnswer {
  const { status, headers, body, dialect, sent } = answer;
  const own = provider.readFailure?.(status, headers, body);
  const read = own ?? family.readFailure(status, headers, body);
  const error = parseErrorBody(body);
  const now = upstreamClock(headers);
  const observations = readLimits(
    { status, headers, error, dialect, now },
    provider.limitSignals ?? defaultSignals(dialect),
  );
  const rejections = sent !== undefined && mayTeach(read) ? findRejections(error, dialect, sent) : [];
  const failure = refine(read, { observations, rejections });
  return {
    error: toError(provider, failure, { headers, body, isOwn: own !== undefined || !family.speaksMessages }),
    observations,
    rejections,
  };
}

/** Refusals that may be about one field; an authority's or a limit's are not. */
function mayTeach({ failure }: UpstreamFailure): boolean {
  return failure === "bad-request" || failure === "capability";
}

/** What field was refused, and when a limit fills up, make a failure more than its words alone say. */
function refine(
  failure: UpstreamFailure,
  { observations, rejections }: Pick<NamedAnswer, "observations" | "rejections">,
): UpstreamFailure {
  if (rejections.length > 0) return { ...failure, failure: "capability" };
  if (failure.failure !== "throttled-without-window") return failure;
  const wait = waitForLimits(observations);
  return wait === undefined ? failure : { ...failure, failure: "throttled", retryAfterSeconds: wait };
}

interface Wording {
  headers: Readonly<Record<string, string>>;
  body: string;
  /** The body is not to be sent on as it came. */
  isOwn: boolean;
}

function toError(provider: Provider, failure: UpstreamFailure, { headers, body, isOwn }: Wording): GatewayError {
  if (isOurCredential(provider, failure)) return credentialError(provider, failure);
  return new GatewayError(failure.type, failure.message, {
    status: failure.status,
    failure: failure.failure,
    headers: pickAnswerHeaders(headers),
    // In whole seconds, whatever spelling the upstream has.
    ...(failure.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: failure.retryAfterSeconds }),
    ...(!isOwn && isEnvelopeOf(body, failure) ? { body } : {}),
  });
}

/** The same rule for an error that came in another way: inside a 200, or from the provider itself. */
export function guardCredential(provider: Provider, error: GatewayError): GatewayError {
  const { failure, status, type, message } = error;
  if (failure === undefined || !isOurCredential(provider, { failure })) return error;
  // A service that says in its own words that a credential is wanting is not to be wrapped again.
  if (status === 503 && type === "api_error") return error;
  return credentialError(provider, { failure, status, type, message });
}

function isOurCredential(provider: Provider, { failure }: Pick<UpstreamFailure, "failure">): boolean {
  return (failure === "auth" || failure === "billing") && provider.clientCredential !== true;
}

/** 401, 402 and 403 would end or mislead the client's session although its own credential is fine. */
function credentialError(provider: Provider, { failure, status, message }: UpstreamFailure): GatewayError {
  const setting = provider.credentialSetting ?? "its credential in the settings";
  const what = failure === "auth" ? `refused our credential (${status})` : `refused for want of credit (${status})`;
  return new GatewayError("api_error", `${provider.name} ${what}: ${message} Check ${setting}.`, {
    status: 503,
    failure,
  });
}

/** An envelope that says what was read from it can be sent on as it is. */
function isEnvelopeOf(body: string, { message }: UpstreamFailure): boolean {
  try {
    const parsed = JSON.parse(body) as { type?: unknown; error?: { type?: unknown; message?: unknown } } | null;
    return parsed?.type === "error" && typeof parsed.error?.type === "string" && parsed.error.message === message;
  } catch {
    return false;
  }
}
