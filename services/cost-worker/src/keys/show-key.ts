import type { ClientPolicy } from "@switchyard/wire";

import { noSums, type WindowSums } from "../spend/live-sums.ts";

/** A client key as the API tells of it: never the key, never its digest. */
export function showKey(policy: ClientPolicy, { now, spent }: { now: number; spent?: WindowSums | undefined }) {
  const { budgets } = policy;
  return {
    id: policy.id,
    name: policy.name,
    source: policy.source,
    status: statusOf(policy, now),
    /** Dollars. */
    budgets: inDollars(budgets),
    spent: inDollars(spent ?? noSums()),
    requests_per_minute: policy.requestsPerMinute ?? null,
    tokens_per_minute: policy.tokensPerMinute ?? null,
    providers: policy.providers ?? null,
    models: policy.models ?? null,
    expires: timeOf(policy.expiresAt),
    strict: policy.strict,
    over_budget: policy.overBudget,
    created: policy.source === "configuration" ? null : timeOf(policy.createdAt),
    revoked: timeOf(policy.revokedAt),
  };
}

function statusOf({ revokedAt, expiresAt }: ClientPolicy, now: number): "active" | "expired" | "revoked" {
  if (revokedAt !== undefined) return "revoked";
  return expiresAt !== undefined && expiresAt <= now ? "expired" : "active";
}

function inDollars({ hour, day, month }: Partial<WindowSums>) {
  return { hour: dollars(hour), day: dollars(day), month: dollars(month) };
}

function dollars(nanoDollars: number | undefined): number | null {
  return nanoDollars === undefined ? null : nanoDollars / 1e9;
}

function timeOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
