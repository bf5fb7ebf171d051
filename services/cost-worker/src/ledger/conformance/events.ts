import type { AttemptFacts, TokenUsage } from "@switchyard/wire";

import type { PricedCost, PricedEvent } from "../ledger.ts";

/** A Saturday in November, ten in the morning in UTC. */
export const TEN = Date.parse("2026-11-21T10:00:00Z");
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export type PricedSettlement = Extract<PricedEvent, { kind: "settlement" }>;
export type PricedIntent = Extract<PricedEvent, { kind: "intent" }>;

export function facts(attemptId: string, changed: Partial<AttemptFacts> = {}): AttemptFacts {
  return {
    attemptId,
    requestId: `request-${attemptId}`,
    attempt: 1,
    fallbackChain: [],
    instance: "gateway-1",
    at: TEN,
    provider: "anthropic",
    providerKind: "anthropic",
    askedModel: "claude-sonnet-4-5",
    model: "claude-sonnet-4-5",
    upstreamModel: "claude-sonnet-4-5-20250929",
    tier: "middle",
    strategy: "intelligent",
    stream: true,
    subscription: false,
    simulated: false,
    estimatedInputTokens: 1200,
    ...changed,
  };
}

export const USAGE: TokenUsage = {
  uncachedInput: 100,
  cacheRead: 2000,
  cacheWrite5m: 30,
  cacheWrite1h: 4,
  output: 500,
  reasoning: 60,
  estimated: false,
};

export const COST: PricedCost = {
  nanoDollars: 1_000_001,
  tableNanoDollars: 1_000_001,
  priceVersion: "catalog 2026-11-21",
};

export function settlement(
  attempt: AttemptFacts,
  changed: Partial<Omit<PricedSettlement, "kind" | "attempt">> = {},
): PricedSettlement {
  const end = { outcome: "success", status: 200, firstTokenMs: 400, durationMs: 3000 } as const;
  return { kind: "settlement", attempt, ...end, usage: USAGE, cost: COST, ...changed };
}

export function intent(attempt: AttemptFacts, leaseUntil = attempt.at + 900_000): PricedIntent {
  return { kind: "intent", attempt, leaseUntil };
}

/** What a lost attempt is taken to cost. */
export function lostPrice(_facts: AttemptFacts, usage: TokenUsage): PricedCost {
  return { nanoDollars: usage.uncachedInput * 3000, priceVersion: "catalog 2026-11-21" };
}
