import { z } from "zod";
import { parseTimeZone } from "./day-offset.ts";
import type { Parser } from "./parse-values.ts";
import { parseChoice, parseCount, parseDuration, parseTextList } from "./parse-values.ts";
import { field } from "./schema-field.ts";

const RESOURCES = ["requests", "input_tokens", "output_tokens", "tokens", "concurrency"] as const;

const ALGORITHMS = ["token_bucket", "fixed_window", "sliding_window"] as const;

const MS_OF_PERIOD: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** "minute", "day" or a duration; in ms. */
const parsePeriod: Parser<number> = (raw) => {
  const named = MS_OF_PERIOD[String(raw).trim().toLowerCase()];
  const parsed = named === undefined ? parseDuration("s")(raw) : { value: named };
  if ("value" in parsed && parsed.value > 0) return parsed;
  return {
    problem: `"${String(raw).slice(0, 24)}" is not a length of time`,
    remedy: 'Write second, minute, hour, day, or a duration such as "10s".',
  };
};

const count = field(parseCount);

const limitSchema = z.strictObject({
  resource: field(parseChoice(...RESOURCES)),
  limit: count,
  per: field(parsePeriod).optional(),
  algorithm: field(parseChoice(...ALGORITHMS)).optional(),
  models: field(parseTextList).optional(),
  burst: count.optional(),
  sub_window: field(parsePeriod).optional(),
  day_ends: field(parseTimeZone).optional(),
});

/** Limits in short, each by the name of what it allows. */
const shortLimitsSchema = z.strictObject({
  requests_per_minute: count.optional(),
  requests_per_day: count.optional(),
  tokens_per_minute: count.optional(),
  tokens_per_day: count.optional(),
  input_tokens_per_minute: count.optional(),
  input_tokens_per_day: count.optional(),
  output_tokens_per_minute: count.optional(),
  output_tokens_per_day: count.optional(),
  concurrency: count.optional(),
  rpm: count.optional(),
  rpd: count.optional(),
  tpm: count.optional(),
  tpd: count.optional(),
  max_requests_per_minute: count.optional(),
  max_tokens_per_minute: count.optional(),
});

/** A list of limits, or the same in short. */
export const limitsSchema = z.union([z.array(limitSchema), shortLimitsSchema]);

export type FileLimit = z.output<typeof limitSchema>;
export type FileShortLimits = z.output<typeof shortLimitsSchema>;
export type FileLimits = z.output<typeof limitsSchema>;
