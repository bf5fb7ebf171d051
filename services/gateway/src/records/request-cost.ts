import type { TokenUsage } from "@switchyard/wire";

import type { UsageTicket } from "../usage/usage-recorder.ts";

/** Of all attempts of a request, nano-dollars at list price; nothing where it is not known. */
export interface RequestCost {
  nanoDollars?: number;
  /** The part of it that a subscription paid. */
  bySubscription?: number;
}

/**
 * What a request cost. An attempt that used nothing, as one that was refused, says nothing of it; where one that used
 * something has no price nothing is told: a part of it would look like the whole.
 */
export function costOfRequest(tickets: readonly Pick<UsageTicket, "attempt" | "ended">[]): RequestCost {
  let nanoDollars: number | undefined;
  let bySubscription = 0;
  for (const { attempt, ended } of tickets) {
    if (ended === undefined) continue;
    const { cost, usage } = ended;
    if ((cost ?? 0) === 0 && isNothing(usage)) continue;
    if (cost === undefined) return {};
    nanoDollars = (nanoDollars ?? 0) + cost;
    if (attempt.subscription) bySubscription += cost;
  }
  if (nanoDollars === undefined) return {};
  return bySubscription === 0 ? { nanoDollars } : { nanoDollars, bySubscription };
}

function isNothing({ uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output }: TokenUsage): boolean {
  return uncachedInput + cacheRead + cacheWrite5m + cacheWrite1h + output === 0;
}
