import { GatewayError } from "@switchyard/wire";

import type { Family } from "../families/family.ts";
import type { Provider, UpstreamFailure } from "../provider.ts";
import { pickAnswerHeaders } from "./client-headers.ts";

export interface ErrorAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** The error that an upstream's error answer means, as the client is to see it if this is the end. */
export function nameErrorAnswer(provider: Provider, family: Family, answer: ErrorAnswer): GatewayError {
  const { status, headers, body } = answer;
  const own = provider.readFailure?.(status, headers, body);
  const failure = own ?? family.readFailure(status, headers, body);
  if (isOurCredential(provider, failure)) return credentialError(provider, failure);
  const passed = pickAnswerHeaders(headers);
  return new GatewayError(failure.type, failure.message, {
    status: failure.status,
    failure: failure.failure,
    headers: passed,
    ...(failure.retryAfterSeconds === undefined || passed["retry-after"] !== undefined
      ? {}
      : { retryAfterSeconds: failure.retryAfterSeconds }),
    ...(own === undefined && family.speaksMessages && isEnvelopeOf(body, failure) ? { body } : {}),
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
