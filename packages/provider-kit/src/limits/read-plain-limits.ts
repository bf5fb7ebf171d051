import { headersInside } from "@switchyard/translation";
import { type LimitedResource, type LimitObservation, readRetryAfter } from "@switchyard/wire";

import type { LimitSource } from "./limit-source.ts";
import { readTexts, toMs } from "./read-amount.ts";

const A_MINUTE_MS = 60_000;
const AN_HOUR_MS = 3_600_000;
const A_DAY_MS = 86_400_000;

/**
 * `x-ratelimit-{limit,remaining,reset}` without a resource: requests. OpenRouter's resets are milliseconds since the
 * epoch, and stand in the body of its errors too (https://openrouter.ai/docs/api/reference/limits); GitHub and Azure's
 * inference name the window in `x-ratelimit-type`
 * (https://devactivity.com/insights/navigating-github-models-api-rate-limits-essential-for-effective-planning-a-software-development-project).
 * `ratelimit-*` as in https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-03.
 */
export function readPlainLimits(source: LimitSource): LimitObservation[] {
  const inside = source.error === undefined ? {} : headersInside(source.error);
  const value = (name: string) => source.headers[`x-${name}`] ?? inside[`x-${name}`] ?? source.headers[name];
  const type = value("ratelimit-type");
  const told = readTexts(
    {
      limit: value("ratelimit-limit"),
      remaining: value("ratelimit-remaining"),
      reset: value("ratelimit-reset") ?? value("ratelimit-reset-after") ?? value("ratelimit-timeremaining"),
    },
    source.now,
  );
  if (type !== undefined) return readTyped(type, source, told ?? {});
  if (told === undefined) return [];
  const windowMs = atLeast(told.resetMs);
  return [{ resource: "requests", ...told, ...(windowMs === undefined ? {} : { windowMs }) }];
}

/** A window ends no later than it is long. Within a minute it tells nothing. */
function atLeast(resetMs: number | undefined): number | undefined {
  if (resetMs === undefined || resetMs <= A_MINUTE_MS) return undefined;
  return resetMs <= AN_HOUR_MS ? AN_HOUR_MS : A_DAY_MS;
}

function readTyped(type: string, source: LimitSource, told: Partial<LimitObservation>): LimitObservation[] {
  const kind = readLimitType(type);
  const isRefused = source.status === 429;
  if (!isRefused && told.limit === undefined && told.remaining === undefined) return [];
  const seconds = isRefused ? readRetryAfter(source.headers, source.now) : undefined;
  const resetMs = told.resetMs ?? (seconds === undefined ? undefined : toMs(seconds));
  return [{ ...kind, ...told, ...(isRefused ? { remaining: 0 } : {}), ...(resetMs === undefined ? {} : { resetMs }) }];
}

/** "UserByModelByDay", "UserByModelByMinuteUncachedInputTokens", "UserConcurrentRequests". */
export function readLimitType(type: string): Pick<LimitObservation, "resource" | "windowMs"> {
  const windowMs = /second/iu.test(type)
    ? 1000
    : /minute/iu.test(type)
      ? A_MINUTE_MS
      : /hour/iu.test(type)
        ? AN_HOUR_MS
        : /day/iu.test(type)
          ? A_DAY_MS
          : undefined;
  return { resource: resourceOf(type), ...(windowMs === undefined ? {} : { windowMs }) };
}

function resourceOf(type: string): LimitedResource {
  if (/concurrent/iu.test(type)) return "concurrency";
  if (!/token/iu.test(type)) return "requests";
  if (/input/iu.test(type)) return "input_tokens";
  return /output/iu.test(type) ? "output_tokens" : "tokens";
}
