import { hash, randomBytes } from "node:crypto";

import { describeIssue } from "@switchyard/service-kit";
import type { Budgets, ClientPolicy } from "@switchyard/wire";
import { DateTime } from "luxon";
import { z } from "zod";

/** What a key begins with, so that people and scanners know it when they see one. */
const KEY_PREFIX = "sk-switchyard-";
const KEY_BYTES = 32;

/** Dollars; as far as nano-dollars are exact. */
const dollars = z.number().positive().max(9_000_000);
const perMinute = z.number().int().positive().max(1e9);
const names = z.array(z.string().trim().min(1).max(200)).min(1).max(100);

const inputSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  budgets: z.strictObject({ hour: dollars.optional(), day: dollars.optional(), month: dollars.optional() }).optional(),
  requests_per_minute: perMinute.optional(),
  tokens_per_minute: perMinute.optional(),
  providers: names.optional(),
  models: names.optional(),
  expires: z.string().optional(),
  strict: z.boolean().optional(),
  over_budget: z.enum(["refuse", "cheaper"]).optional(),
});

export interface NewKeyContext {
  /** Names of the configured providers. */
  providers: readonly string[];
  /** IANA name, for dates without one. */
  timeZone: string;
  /** ms since the epoch. */
  now: number;
}

export interface NewKey {
  policy: ClientPolicy;
  /** Shown once: only its digest is kept. */
  key: string;
}

/** A key as it is asked for, or everything that is wrong with the request. */
export function createNewKey(input: unknown, context: NewKeyContext): NewKey | { problems: string[] } {
  const parsed = inputSchema.safeParse(input, { reportInput: false });
  const problems = parsed.success ? [] : parsed.error.issues.map(describeIssue);
  problems.push(...checkMeaning(input, context));
  if (!parsed.success || problems.length > 0) return { problems };
  const key = KEY_PREFIX + randomBytes(KEY_BYTES).toString("base64url");
  return { key, policy: toPolicy(parsed.data, key, context) };
}

/** What a schema cannot know; also where the schema found something already, so that all is told at once. */
function checkMeaning(input: unknown, { providers, timeZone, now }: NewKeyContext): string[] {
  if (typeof input !== "object" || input === null) return [];
  const problems: string[] = [];
  const { providers: wanted, expires } = input as Record<string, unknown>;
  if (Array.isArray(wanted)) {
    for (const name of wanted) {
      if (typeof name !== "string" || providers.includes(name.trim())) continue;
      problems.push(`providers: there is no provider ${JSON.stringify(name)}; there are ${providers.join(", ")}`);
    }
  }
  if (typeof expires === "string") {
    const at = parseMoment(expires, timeZone);
    if (at === undefined) problems.push("expires: Input should be a date as in 2027-01-31 or 2027-01-31T18:00:00Z");
    else if (at <= now) problems.push("expires: This date is over");
  }
  return problems;
}

function toPolicy(input: z.infer<typeof inputSchema>, key: string, { timeZone, now }: NewKeyContext): ClientPolicy {
  const { name, budgets, requests_per_minute, tokens_per_minute, providers, models, expires } = input;
  const expiresAt = expires === undefined ? undefined : parseMoment(expires, timeZone);
  return {
    id: newId(name),
    name,
    keyDigest: hash("sha256", key, "hex"),
    budgets: toNanoDollars(budgets ?? {}),
    ...(requests_per_minute === undefined ? {} : { requestsPerMinute: requests_per_minute }),
    ...(tokens_per_minute === undefined ? {} : { tokensPerMinute: tokens_per_minute }),
    ...(providers === undefined ? {} : { providers }),
    ...(models === undefined ? {} : { models }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    strict: input.strict ?? false,
    overBudget: input.over_budget ?? "refuse",
    createdAt: now,
    source: "ledger",
  };
}

/** Never the same twice: rows of a revoked key stay its own. */
function newId(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 40);
  return `${slug === "" ? "key" : slug}-${randomBytes(4).toString("hex")}`;
}

function toNanoDollars(budgets: {
  hour?: number | undefined;
  day?: number | undefined;
  month?: number | undefined;
}): Budgets {
  const whole: Budgets = {};
  for (const name of ["hour", "day", "month"] as const) {
    const value = budgets[name];
    if (value !== undefined) whole[name] = Math.max(1, Math.round(value * 1e9));
  }
  return whole;
}

/** Of a date without a time its first moment in the zone; undefined: it is none. */
function parseMoment(text: string, timeZone: string): number | undefined {
  const parsed = DateTime.fromISO(text.trim(), { zone: timeZone });
  return parsed.isValid ? parsed.toMillis() : undefined;
}
