const UNIT_SECONDS: Readonly<Record<string, number>> = Object.freeze({
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
});

const WHOLE = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$/u;
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/gu;

/** Seconds of a Go duration ("6m0s", "12ms", "1h2m3.5s"); undefined when it is none. */
export function parseGoDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (!WHOLE.test(trimmed)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of trimmed.matchAll(PART)) seconds += Number(amount) * (UNIT_SECONDS[unit ?? ""] ?? 0);
  return seconds;
}

/** Seconds: the longest that an upstream's advice to wait is believed. After a day asking again costs little. */
const LONGEST_WAIT = 86_400;

/** Seconds: the longest window of which any upstream is known to tell the end. */
const LONGEST_SPAN = 7 * LONGEST_WAIT;

/** RFC 3339 and the dates of HTTP (RFC 9110, 5.6.7); `Date.parse` alone takes far more for a date. */
const DATE = /^(?:\d{4}-\d{2}-\d{2}[T ]|[A-Z][a-z]{2,8},? )/;

/**
 * A point in time, or a span from now, in any spelling that upstreams use: seconds, Go durations, seconds or
 * milliseconds since the epoch, RFC 3339, an HTTP date. Seconds from now, above 0 and at most a week; undefined for
 * what is past, 0, negative or no time at all. `now`: ms since the epoch, or NaN when unknown: points in time then
 * mean nothing.
 */
export function parseMoment(text: string | undefined, now: number): number | undefined {
  const value = text?.trim();
  if (value === undefined || value === "") return undefined;
  const number = Number(value);
  if (Number.isFinite(number)) return positive(secondsOf(number, now));
  const duration = parseGoDuration(value);
  if (duration !== undefined) return positive(duration);
  return DATE.test(value) ? positive((Date.parse(value) - now) / 1000) : undefined;
}

/** Above 10^12 it is milliseconds since the epoch, above 10^9 seconds, else a span. */
function secondsOf(number: number, now: number): number {
  if (number > 1e12) return (number - now) / 1000;
  return number > 1e9 ? number - now / 1000 : number;
}

function positive(seconds: number): number | undefined {
  return seconds > 0 ? Math.min(seconds, LONGEST_SPAN) : undefined;
}

/**
 * Seconds until another try makes sense, as the headers made for it say: `retry-after-ms` and `x-ms-retry-after-ms`,
 * else `retry-after` (seconds, fractions, an HTTP date). At most a day. Header names in lower case.
 */
export function readRetryAfter(
  headers: Readonly<Record<string, string | undefined>>,
  now: number = Date.now(),
): number | undefined {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const seconds = Number(headers[name]) / 1000;
    if (Number.isFinite(seconds) && seconds > 0) return Math.min(seconds, LONGEST_WAIT);
  }
  const seconds = parseMoment(headers["retry-after"], now);
  return seconds === undefined ? undefined : Math.min(seconds, LONGEST_WAIT);
}
