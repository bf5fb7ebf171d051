import type { ClientPolicies, ClientPolicy, LedgerSpend } from "@switchyard/wire";
import { z } from "zod";

const limit = z.number().nonnegative();
const count = z.number().int().positive();
const moment = z.number().int().nonnegative();
const names = z.array(z.string()).readonly();

const POLICY = z.object({
  id: z.string().regex(/^[\w-]{1,100}$/),
  name: z.string(),
  keyDigest: z.string().regex(/^[0-9a-f]{64}$/),
  budgets: z.object({ hour: limit.optional(), day: limit.optional(), month: limit.optional() }),
  requestsPerMinute: count.optional(),
  tokensPerMinute: count.optional(),
  providers: names.optional(),
  models: names.optional(),
  expiresAt: moment.optional(),
  strict: z.boolean(),
  overBudget: z.enum(["refuse", "cheaper"]),
  createdAt: moment,
  revokedAt: moment.optional(),
  source: z.enum(["configuration", "ledger"]),
});

const POLICIES = z.object({ revision: z.number().int().nonnegative(), clients: z.array(POLICY) });

const SPEND = z.object({
  at: moment,
  sums: z.array(
    z.object({
      account: z.string(),
      allowance: z.object({
        name: z.enum(["hour", "day", "month"]),
        unit: z.literal("nanoDollars"),
        startsAt: moment,
        endsAt: moment,
      }),
      used: z.number(),
    }),
  ),
});

/**
 * What the worker tells of the keys that it keeps, and what was kept of it. One key that makes no sense makes all of
 * it useless: who would not be limited is not let in by half.
 * @throws Error that names the place.
 */
export function parsePolicies(value: unknown): ClientPolicies {
  const { revision, clients } = parse(POLICIES, value);
  // zod's optional fields may be undefined; absent and undefined mean the same here
  return { revision, clients: clients as ClientPolicy[] };
}

/** @throws Error that names the place. */
export function parseLedgerSpend(value: unknown): LedgerSpend {
  return parse(SPEND, value);
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new Error(`${first?.path.join(".") ?? ""}: ${first?.message ?? "not understood"}`);
}
