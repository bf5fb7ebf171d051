import type { JsonAnswer } from "../engine/dialect.ts";
import type { MeterName, MeterReading, RateMeter } from "../engine/rate-meter.ts";
import { wordMessagesError } from "./word-error.ts";

/**
 * Headers of the Messages API that tell what is left.
 * Source: platform.claude.com/docs/en/api/rate-limits (response headers), read 2026-11.
 */
export function rateLimitHeaders(readings: Record<MeterName, MeterReading>): Record<string, string> {
  const { requests, inputTokens, outputTokens } = readings;
  // "tokens" shows the most restrictive limit that is in effect.
  const tokens = inputTokens.remaining <= outputTokens.remaining ? inputTokens : outputTokens;
  return {
    ...headersOf("requests", requests),
    ...headersOf("input-tokens", inputTokens),
    ...headersOf("output-tokens", outputTokens),
    ...headersOf("tokens", tokens),
    "anthropic-organization-id": "00000000-0000-4000-8000-000000000000",
  };
}

function headersOf(name: string, reading: MeterReading): Record<string, string> {
  const prefix = `anthropic-ratelimit-${name}`;
  return {
    [`${prefix}-limit`]: String(reading.limit),
    [`${prefix}-remaining`]: String(reading.remaining),
    [`${prefix}-reset`]: new Date(Math.ceil(reading.resetAt / 1000) * 1000).toISOString().replace(".000Z", "Z"),
  };
}

const WORDS: Readonly<Record<MeterName, string>> = {
  requests: "requests",
  inputTokens: "input tokens",
  outputTokens: "output tokens",
};

/** A 429 when one of the buckets is empty. */
export function refuseByRate(meter: RateMeter, credential: string, requestId: string): JsonAnswer | undefined {
  const exhausted = meter.exhausted(credential);
  if (exhausted === undefined) return undefined;
  const message =
    `This request would exceed your organization's rate limit of ${exhausted.limit} ${WORDS[exhausted.name]} per minute. ` +
    "For details, refer to: https://docs.claude.com/en/api/rate-limits.";
  return {
    ...wordMessagesError({ status: 429, message }, requestId),
    headers: {
      ...rateLimitHeaders(meter.read(credential)),
      "retry-after": String(Math.ceil(exhausted.retryAfterMs / 1000)),
    },
  };
}
