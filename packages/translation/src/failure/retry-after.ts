import { parseGoDuration, readRetryAfter } from "@switchyard/wire";

import { parseErrorBody, type ErrorBody } from "./error-body.ts";
import { isRecord } from "./is-record.ts";
import { secondsUntilPacificMidnight } from "./pacific-midnight.ts";

type Headers = Readonly<Record<string, string>>;

const AN_HOUR = 3600;
const A_DAY = 86_400;

/**
 * Seconds until the upstream would take the request again, from whatever it says: `retry-after` and its kin, Google's
 * RetryInfo and per-day quotas, or its wording; at most a day. 0, −1 and times in the past mean nothing. What its limit
 * headers say is read elsewhere. `now`: ms since the epoch, or NaN when unknown: points in time then mean nothing.
 */
export function parseRetryAfter(headers: Headers, body: string | ErrorBody, now: number): number | undefined {
  const error = typeof body === "string" ? parseErrorBody(body) : body;
  return (
    untilDailyReset(error, now) ??
    readRetryAfter(headers, now) ??
    fromRetryInfo(error) ??
    readRetryAfter(headersInside(error), now) ??
    fromWording(error.message)
  );
}

/** OpenRouter repeats its own headers inside the body (openrouter.ai/docs/api/reference/limits). Names in lower case. */
export function headersInside(error: ErrorBody): Record<string, string> {
  const carried = error.metadata["headers"];
  const headers: Record<string, string> = {};
  if (!isRecord(carried)) return headers;
  for (const [name, value] of Object.entries(carried)) headers[name.toLowerCase()] = String(value);
  return headers;
}

/** google.rpc.RetryInfo (cloud.google.com/apis/design/errors). */
function fromRetryInfo(error: ErrorBody): number | undefined {
  for (const detail of error.details) {
    const delay = detail["retryDelay"];
    if (typeof delay === "string") return positive(parseGoDuration(delay));
  }
  return undefined;
}

/**
 * Google's daily quotas fill up at midnight Pacific time (ai.google.dev/gemini-api/docs/rate-limits); the
 * RetryInfo that comes with them names seconds and is of no use.
 */
function untilDailyReset(error: ErrorBody, now: number): number | undefined {
  const daily = error.details.some((detail) => {
    const violations = Array.isArray(detail["violations"]) ? detail["violations"] : [];
    const limit = isRecord(detail["metadata"]) ? detail["metadata"]["quota_limit"] : undefined;
    const names = [
      limit,
      ...violations.map((violation: unknown) => (isRecord(violation) ? violation["quotaId"] : undefined)),
    ];
    return names.some((name) => typeof name === "string" && /PerDay/u.test(name));
  });
  if (!daily) return undefined;
  return Number.isNaN(now) ? AN_HOUR : secondsUntilPacificMidnight(now);
}

/** "Please try again in 6m0s", "Please retry in 34.4s", "retry after 5 seconds", "Please wait 23 seconds before". */
function fromWording(message: string): number | undefined {
  const found = /(?:try again|retry)(?:ing)?\s+(?:in|after)\s+((?:\d+(?:\.\d+)?(?:ms|[smhd])\s?)+)(?![a-z])/iu.exec(
    message,
  )?.[1];
  if (found !== undefined) return positive(parseGoDuration(found.replaceAll(" ", "")));
  const worded = /(?:(?:try again|retry)\s+(?:in|after)|please wait)\s+(\d+(?:\.\d+)?)\s*(second|minute|hour)/iu.exec(
    message,
  );
  if (worded === null) return undefined;
  const unit = worded[2]?.toLowerCase() === "hour" ? 3600 : worded[2]?.toLowerCase() === "minute" ? 60 : 1;
  return positive(Number(worded[1]) * unit);
}

function positive(seconds: number | undefined): number | undefined {
  return seconds !== undefined && seconds > 0 ? Math.min(seconds, A_DAY) : undefined;
}

/** The upstream's own clock, ms since the epoch; NaN when it does not tell. */
export function clockOf(headers: Headers): number {
  return Date.parse(headers["date"] ?? "");
}
