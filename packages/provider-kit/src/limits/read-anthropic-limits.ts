import type { LimitedResource, LimitObservation } from "@switchyard/wire";

import type { LimitSource } from "./limit-source.ts";
import { readTexts, resetOf } from "./read-amount.ts";

const A_MINUTE_MS = 60_000;
const AN_HOUR_MS = 3_600_000;
const FIVE_HOURS_MS = 5 * AN_HOUR_MS;
const A_WEEK_MS = 168 * AN_HOUR_MS;

const PREFIX = "anthropic-ratelimit-";

/** Names of headers are put together once: every answer is looked through. */
const RESOURCES = (
  [
    ["requests", "requests"],
    ["input-tokens", "input_tokens"],
    ["output-tokens", "output_tokens"],
    ["tokens", "tokens"],
  ] as const
).map(([name, resource]) => ({
  resource,
  limit: `${PREFIX}${name}-limit`,
  remaining: `${PREFIX}${name}-remaining`,
  reset: `${PREFIX}${name}-reset`,
}));

const WINDOWS: readonly (readonly [name: string, claim: string, windowMs: number])[] = [
  ["5h", "five_hour", FIVE_HOURS_MS],
  ["7d", "seven_day", A_WEEK_MS],
];

/**
 * Limits per minute with their resets in RFC 3339 (https://platform.claude.com/docs/en/api/rate-limits), and the
 * windows of a subscription, of which a share is told and a reset in seconds since the epoch
 * (https://github.com/anthropics/claude-code/issues/27508).
 */
export function readAnthropicLimits(source: LimitSource): LimitObservation[] {
  const { headers, now } = source;
  const minutes: LimitObservation[] = [];
  for (const { resource, limit, remaining, reset } of RESOURCES) {
    const texts = { limit: headers[limit], remaining: headers[remaining], reset: headers[reset] };
    const told = readTexts(texts, now);
    if (told !== undefined) minutes.push({ resource, windowMs: A_MINUTE_MS, ...told });
  }
  return [...withoutRepeats(minutes), ...readSubscription(source)];
}

/**
 * "tokens" shows the most restrictive limit that is in effect: often just one of the others, or the sum of both. Only
 * what says something new is kept, such as a workspace's limit.
 */
function withoutRepeats(list: readonly LimitObservation[]): LimitObservation[] {
  const limitOf = (resource: LimitedResource) => list.find((one) => one.resource === resource)?.limit ?? 0;
  const [input, output] = [limitOf("input_tokens"), limitOf("output_tokens")];
  const repeats = new Set([input, output, input + output]);
  return list.filter(
    ({ resource, limit }) => resource !== "tokens" || input + output === 0 || !repeats.has(limit ?? 0),
  );
}

function readSubscription({ headers, status, now }: LimitSource): LimitObservation[] {
  const prefix = `${PREFIX}unified-`;
  const isSpent = headers[`${prefix}status`] === "rejected" || (status === 429 && `${prefix}reset` in headers);
  const claim = headers[`${prefix}representative-claim`];
  const windows = WINDOWS.flatMap(([name, itsClaim, windowMs]) => {
    const share = readShare(headers[`${prefix}${name}-utilization`]);
    const isOut = headers[`${prefix}${name}-status`] === "rejected" || (isSpent && claim === itsClaim);
    if (share === undefined && !isOut) return [];
    const reset = resetOf(
      headers[`${prefix}${name}-reset`] ?? (isOut ? headers[`${prefix}reset`] : undefined),
      now,
      windowMs,
    );
    return [spent({ windowMs, utilization: isOut ? Math.max(share ?? 0, 1) : (share ?? 0), reset })];
  });
  if (!isSpent || windows.some(({ utilization = 0 }) => utilization >= 1)) return windows;
  // Another window is used up, such as one model's own.
  return [
    ...windows,
    spent({ windowMs: A_WEEK_MS, utilization: 1, reset: resetOf(headers[`${prefix}reset`], now, A_WEEK_MS) }),
  ];
}

interface Window {
  windowMs: number;
  utilization: number;
  reset: number | undefined;
}

function spent({ windowMs, utilization, reset }: Window): LimitObservation {
  return { resource: "tokens", windowMs, utilization, ...(reset === undefined ? {} : { resetMs: reset }) };
}

/** 0…1; a little above 1 where use went over it. What is told in percent is none. */
function readShare(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d*\.?\d+\s*$/u.test(text)) return undefined;
  const share = Number(text);
  return share <= 2 ? Math.min(share, 1) : undefined;
}
