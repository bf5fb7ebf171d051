import { z } from "zod";

const RESOURCES = ["requests", "input_tokens", "output_tokens", "tokens", "concurrency"] as const;
const ALGORITHMS = ["token_bucket", "fixed_window", "sliding_window", "sub_windows"] as const;

/**
 * One quota that a simulator enforces. Time is scaled by `windowMs`: a provider's minute may last 5,000 ms here, and
 * everything that the provider rounds to seconds is then rounded to the same part of the minute.
 */
export const QUOTA_RULE = z.strictObject({
  resource: z.enum(RESOURCES),
  /** Default sliding_window; of "concurrency" it does not matter. */
  algorithm: z.enum(ALGORITHMS).default("sliding_window"),
  /** Units per window; of "concurrency": at the same time. */
  limit: z.number().positive(),
  windowMs: z.number().positive().default(60_000),
  /** token_bucket: what it holds; default: `limit`. */
  burst: z.number().positive().optional(),
  /** sub_windows: length of the short intervals, each good for its share; default: a sixth of the window. */
  subWindowMs: z.number().positive().optional(),
  /** Only requests for these models, by the upstream's ids; a trailing * stands for any end. Default: all. */
  models: z.array(z.string()).min(1).optional(),
  /** Name in reports. */
  bucket: z.string().optional(),
});

export const QUOTA_RULES = z.array(QUOTA_RULE);

/** As it is written; defaults may be left out. */
export type QuotaRule = z.input<typeof QUOTA_RULE>;

/** With every default filled in. */
export type CompleteQuotaRule = z.output<typeof QUOTA_RULE>;

export type QuotaResource = CompleteQuotaRule["resource"];

export function appliesTo(rule: CompleteQuotaRule, model: string): boolean {
  return rule.models === undefined || rule.models.some((pattern) => fits(pattern, model));
}

function fits(pattern: string, model: string): boolean {
  return pattern.endsWith("*") ? model.startsWith(pattern.slice(0, -1)) : model === pattern;
}
