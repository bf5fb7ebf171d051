import { randomUUID } from "node:crypto";

import type { AttemptFacts, TokenUsage, UsageIntent, UsageSettlement } from "@switchyard/wire";

import type { LedgerRow } from "../ledger/ledger.ts";

/** Facts of an attempt, for tests: a Claude model at "anthropic", now. */
export function attemptFacts(more: Partial<AttemptFacts> = {}): AttemptFacts {
  const attemptId = `att_${randomUUID().replaceAll("-", "")}`;
  return {
    attemptId,
    requestId: `req_${attemptId}`,
    attempt: 1,
    fallbackChain: [],
    instance: "gateway-1",
    at: Date.now() - 2000,
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
    estimatedInputTokens: 1000,
    ...more,
  };
}

function tokenUsage(more: Partial<TokenUsage> = {}): TokenUsage {
  return {
    uncachedInput: 1000,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 100,
    reasoning: 0,
    estimated: false,
    ...more,
  };
}

type SettlementOptions = Partial<Omit<UsageSettlement, "attempt" | "usage">> & {
  attempt?: Partial<AttemptFacts>;
  usage?: Partial<TokenUsage>;
};

export function settlement({ attempt, usage, ...more }: SettlementOptions = {}): UsageSettlement {
  return {
    kind: "settlement",
    attempt: attemptFacts(attempt),
    outcome: "success",
    status: 200,
    firstTokenMs: 300,
    durationMs: 1500,
    usage: tokenUsage(usage),
    ...more,
  };
}

/** One whose answer cost so many dollars, because its provider says so. */
export function costing(dollars: number, attempt: Partial<AttemptFacts> = {}): UsageSettlement {
  return settlement({ attempt, usage: { reportedCostNanoDollars: Math.round(dollars * 1e9) } });
}

export function intent(more: Partial<UsageIntent> = {}): UsageIntent {
  return { kind: "intent", attempt: attemptFacts(), leaseUntil: Date.now() + 900_000, ...more };
}

type RowOptions = Partial<Omit<LedgerRow, "cost" | "usage">> & {
  cost?: Partial<LedgerRow["cost"]>;
  usage?: Partial<TokenUsage>;
};

export function ledgerRow({ cost, usage, ...more }: RowOptions = {}): LedgerRow {
  return {
    ...attemptFacts(),
    outcome: "success",
    durationMs: 0,
    usage: tokenUsage(usage),
    cost: { nanoDollars: 4_500_000, tableNanoDollars: 4_500_000, priceVersion: "catalog test", ...cost },
    ...more,
  };
}
