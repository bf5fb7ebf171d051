import { parseErrorBody, type ErrorBody } from "./error-body.ts";
import { isRecord } from "./is-record.ts";
import { parseDuration } from "./parse-duration.ts";

type Headers = Readonly<Record<string, string>>;

/** Header pairs that tell what is left of a limit and when it fills up again. */
const LIMIT_HEADERS: readonly (readonly [remaining: string, reset: string])[] = [
  ["x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"],
  ["x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"],
  ["x-ratelimit-remaining", "x-ratelimit-reset"],
  ["x-ratelimit-remaining", "x-ratelimit-reset-after"],
  ["ratelimit-remaining", "ratelimit-reset"],
  ["anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"],
  ["anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"],
  ["anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"],
  ["anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"],
  ["anthropic-ratelimit-unified-remaining", "anthropic-ratelimit-unified-reset"],
];

const AN_HOUR = 3600;
const FOUR_WEEKS = 28 * 86_400;

/**
 * Seconds until the upstream would take the request again, from whatever it says: `retry-after`
 * (seconds, fractions, an HTTP date), `retry-after-ms`, reset headers (Go durations, epoch seconds or
 * milliseconds, RFC 3339), Google's RetryInfo and per-day quotas, or its wording. 0, −1 and times in the
 * past mean nothing. `now`: ms since the epoch, or NaN when unknown: absolute times then mean nothing.
 */
export function parseRetryAfter(headers: Headers, body: string | ErrorBody, now: number): number | undefined {
  const error = typeof body === "string" ? parseErrorBody(body) : body;
  return (
    untilDailyReset(error, now) ??
    fromRetryHeaders(headers, now) ??
    fromRetryInfo(error) ??
    fromLimitHeaders(headers, now) ??
    fromMetadataHeaders(error, now) ??
    fromWording(error.message)
  );
}

function fromRetryHeaders(headers: Headers, now: number): number | undefined {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const seconds = positive(Number(headers[name]) / 1000);
    if (seconds !== undefined) return seconds;
  }
  return parseMoment(headers["retry-after"], now);
}

/** The reset of the limit that is used up; where none says so, the earliest reset. */
function fromLimitHeaders(headers: Headers, now: number): number | undefined {
  let exhausted: number | undefined;
  let earliest: number | undefined;
  for (const [remaining, reset] of LIMIT_HEADERS) {
    const seconds = parseMoment(headers[reset], now);
    if (seconds === undefined) continue;
    if (headers[remaining]?.trim() === "0") exhausted = Math.max(exhausted ?? 0, seconds);
    earliest = Math.min(earliest ?? seconds, seconds);
  }
  return exhausted ?? earliest;
}

/** OpenRouter repeats its own limit headers inside the body (openrouter.ai/docs/api/reference/limits). */
function fromMetadataHeaders(error: ErrorBody, now: number): number | undefined {
  const carried = error.metadata["headers"];
  if (!isRecord(carried)) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(carried)) headers[name.toLowerCase()] = String(value);
  return fromRetryHeaders(headers, now) ?? fromLimitHeaders(headers, now);
}

/** google.rpc.RetryInfo (cloud.google.com/apis/design/errors). */
function fromRetryInfo(error: ErrorBody): number | undefined {
  for (const detail of error.details) {
    const delay = detail["retryDelay"];
    if (typeof delay === "string") return positive(parseDuration(delay));
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

function secondsUntilPacificMidnight(now: number): number {
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: "America/Los_Angeles",
    hourCycle: "h23",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = clock.formatToParts(now);
  const part = (type: string): number => Number(parts.find((candidate) => candidate.type === type)?.value ?? 0);
  return 86_400 - (part("hour") * 3600 + part("minute") * 60 + part("second"));
}

/** "Please try again in 6m0s", "Please retry in 34.4s", "retry after 5 seconds". */
function fromWording(message: string): number | undefined {
  const found = /(?:try again|retry)(?:ing)?\s+(?:in|after)\s+((?:\d+(?:\.\d+)?(?:ms|[smhd])\s?)+)(?![a-z])/iu.exec(
    message,
  )?.[1];
  if (found !== undefined) return positive(parseDuration(found.replaceAll(" ", "")));
  const worded = /(?:try again|retry)\s+(?:in|after)\s+(\d+(?:\.\d+)?)\s*(second|minute|hour)/iu.exec(message);
  if (worded === null) return undefined;
  const unit = worded[2]?.toLowerCase() === "hour" ? 3600 : worded[2]?.toLowerCase() === "minute" ? 60 : 1;
  return positive(Number(worded[1]) * unit);
}

/** A point in time, or a span from now, in any spelling; seconds from now. */
function parseMoment(text: string | undefined, now: number): number | undefined {
  const value = text?.trim();
  if (value === undefined || value === "") return undefined;
  const number = Number(value);
  if (Number.isFinite(number)) return fromNumber(number, now);
  const duration = parseDuration(value);
  if (duration !== undefined) return positive(duration);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : positive((date - now) / 1000);
}

/** Above 10^12 it is milliseconds since the epoch, above 10^9 seconds, else a span. */
function fromNumber(number: number, now: number): number | undefined {
  if (number > 1e12) return positive((number - now) / 1000);
  if (number > 1e9) return positive(number - now / 1000);
  return positive(number);
}

function positive(seconds: number | undefined): number | undefined {
  if (seconds === undefined || !Number.isFinite(seconds)) return undefined;
  return seconds > 0 ? Math.min(seconds, FOUR_WEEKS) : undefined;
}

/** The upstream's own clock, ms since the epoch; NaN when it does not tell. */
export function clockOf(headers: Headers): number {
  return Date.parse(headers["date"] ?? "");
}
