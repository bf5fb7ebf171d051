import { secondsUntilPacificMidnight } from "@switchyard/translation";
import { type LimitedResource, type LimitObservation, parseGoDuration } from "@switchyard/wire";

import type { LimitSource } from "./limit-source.ts";
import { readAmount, toMs } from "./read-amount.ts";

const A_MINUTE_MS = 60_000;
const A_DAY_MS = 86_400_000;

interface Quota {
  /** "GenerateRequestsPerDayPerProjectPerModel-FreeTier" */
  id: string;
  /** "generativelanguage.googleapis.com/generate_content_free_tier_input_token_count" */
  metric: string;
  value: string | undefined;
}

/**
 * Quotas that a 429 names in google.rpc.QuotaFailure or ErrorInfo (https://cloud.google.com/apis/design/errors,
 * https://ai.google.dev/gemini-api/docs/rate-limits): all of the violated ones are used up. Days end at midnight in
 * California.
 */
export function readGoogleQuota({ status, error, now }: LimitSource): LimitObservation[] {
  if (status !== 429 || error === undefined) return [];
  const delay = error.details.map((detail) => detail["retryDelay"]).find((text) => typeof text === "string");
  return quotasOf(error.details).map((quota) => describe(quota, typeof delay === "string" ? delay : "", now));
}

function describe({ id, metric, value }: Quota, delay: string, now: number): LimitObservation {
  const isDaily = /per_?day/iu.test(id) || /per_day/iu.test(metric);
  const windowMs = isDaily ? A_DAY_MS : /per_?minute/iu.test(`${id} ${metric}`) ? A_MINUTE_MS : undefined;
  const limit = readAmount(value);
  const seconds = isDaily ? secondsUntilPacificMidnight(now) : parseGoDuration(delay);
  return {
    resource: resourceOf(`${id} ${metric}`),
    ...(limit === undefined || limit === 0 ? {} : { limit }),
    remaining: 0,
    ...(seconds === undefined ? {} : { resetMs: Math.min(toMs(seconds), A_DAY_MS + 3_600_000) }),
    ...(windowMs === undefined ? {} : { windowMs }),
  };
}

function resourceOf(names: string): LimitedResource {
  if (!/token/iu.test(names)) return "requests";
  if (/input_?token/iu.test(names)) return "input_tokens";
  return /output_?token/iu.test(names) ? "output_tokens" : "tokens";
}

function quotasOf(details: readonly Record<string, unknown>[]): Quota[] {
  const violated = details.flatMap((detail) =>
    Array.isArray(detail["violations"])
      ? detail["violations"].flatMap((one: unknown) => toQuota(one, VIOLATION) ?? [])
      : [],
  );
  return violated.length > 0 ? violated : details.flatMap((detail) => toQuota(detail["metadata"], METADATA) ?? []);
}

const VIOLATION = { id: "quotaId", metric: "quotaMetric", value: "quotaValue" };
const METADATA = { id: "quota_limit", metric: "quota_metric", value: "quota_limit_value" };

function toQuota(value: unknown, names: typeof VIOLATION): Quota | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : undefined);
  const [id, metric] = [text(names.id), text(names.metric)];
  return id === undefined && metric === undefined
    ? undefined
    : { id: id ?? "", metric: metric ?? "", value: text(names.value) };
}
