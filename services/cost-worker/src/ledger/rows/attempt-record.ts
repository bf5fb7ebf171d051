import type { AttemptFacts, ModelTier, PricedCost, TokenUsage } from "@switchyard/wire";

import type { LedgerRow, RowOutcome } from "../ledger.ts";
import type { AttemptRecord } from "../schema.ts";

const LONGEST_NAME = 200;
const NO_PRICE: PricedCost = { nanoDollars: 0, priceVersion: "none" };

/** What a row says of an attempt beside its facts. */
export interface RowEnd extends Omit<LedgerRow, keyof AttemptFacts | "cost"> {
  cost?: PricedCost;
}

export function toAttemptRecord(facts: AttemptFacts, end: RowEnd): AttemptRecord {
  return { ...factColumns(facts), ...endColumns(end), ...usageColumns(end.usage), ...costColumns(end.cost) };
}

type FactColumns =
  | "attempt_id"
  | "request_id"
  | "attempt"
  | "fallback_chain"
  | "instance"
  | "at"
  | "client"
  | "session"
  | "agent"
  | "parent_agent"
  | "provider"
  | "provider_kind"
  | "asked_model"
  | "model"
  | "upstream_model"
  | "tier"
  | "mode"
  | "strategy"
  | "stream"
  | "subscription"
  | "simulated"
  | "estimated_input_tokens";

function factColumns(facts: AttemptFacts): Pick<AttemptRecord, FactColumns> {
  return {
    attempt_id: facts.attemptId,
    request_id: name(facts.requestId),
    attempt: facts.attempt,
    fallback_chain: JSON.stringify(facts.fallbackChain),
    instance: name(facts.instance),
    at: Math.round(facts.at),
    client: name(facts.client ?? ""),
    session: name(facts.session ?? ""),
    agent: name(facts.agent ?? ""),
    parent_agent: optionalName(facts.parentAgent),
    provider: name(facts.provider),
    provider_kind: name(facts.providerKind),
    asked_model: name(facts.askedModel),
    model: name(facts.model),
    upstream_model: name(facts.upstreamModel),
    tier: facts.tier,
    mode: optionalName(facts.mode),
    strategy: name(facts.strategy),
    stream: Number(facts.stream),
    subscription: Number(facts.subscription),
    simulated: Number(facts.simulated),
    estimated_input_tokens: Math.round(facts.estimatedInputTokens),
  };
}

type EndColumns = "outcome" | "failure" | "status" | "first_token_ms" | "duration_ms";

function endColumns(end: RowEnd): Pick<AttemptRecord, EndColumns> {
  return {
    outcome: end.outcome,
    failure: end.failure ?? null,
    status: end.status ?? null,
    first_token_ms: rounded(end.firstTokenMs),
    duration_ms: rounded(end.durationMs),
  };
}

type UsageColumns =
  | "uncached_input"
  | "cache_read"
  | "cache_write_5m"
  | "cache_write_1h"
  | "output"
  | "reasoning"
  | "web_searches"
  | "told_cost"
  | "estimated";

function usageColumns(usage: TokenUsage): Pick<AttemptRecord, UsageColumns> {
  return {
    uncached_input: Math.round(usage.uncachedInput),
    cache_read: Math.round(usage.cacheRead),
    cache_write_5m: Math.round(usage.cacheWrite5m),
    cache_write_1h: Math.round(usage.cacheWrite1h),
    output: Math.round(usage.output),
    reasoning: Math.round(usage.reasoning),
    web_searches: rounded(usage.webSearches),
    told_cost: rounded(usage.reportedCostNanoDollars),
    estimated: Number(usage.estimated),
  };
}

type CostColumns = "cost" | "table_cost" | "reported_cost" | "price_version" | "priced_as";

function costColumns(cost: PricedCost = NO_PRICE): Pick<AttemptRecord, CostColumns> {
  return {
    cost: Math.round(cost.nanoDollars),
    table_cost: rounded(cost.tableNanoDollars),
    reported_cost: rounded(cost.reportedNanoDollars),
    price_version: name(cost.priceVersion),
    priced_as: optionalName(cost.pricedAs),
  };
}

export function toLedgerRow(record: AttemptRecord): LedgerRow {
  return {
    ...toFacts(record),
    outcome: record.outcome as RowOutcome,
    ...present("failure", record.failure),
    ...present("status", record.status),
    ...present("firstTokenMs", record.first_token_ms),
    ...present("durationMs", record.duration_ms),
    usage: toUsage(record),
    cost: {
      nanoDollars: record.cost,
      ...present("tableNanoDollars", record.table_cost),
      ...present("reportedNanoDollars", record.reported_cost),
      priceVersion: record.price_version,
      ...present("pricedAs", record.priced_as),
    },
  };
}

function toFacts(record: AttemptRecord): AttemptFacts {
  return {
    attemptId: record.attempt_id,
    requestId: record.request_id,
    attempt: record.attempt,
    fallbackChain: JSON.parse(record.fallback_chain) as string[],
    instance: record.instance,
    at: record.at,
    ...present("client", record.client || null),
    ...present("session", record.session || null),
    ...present("agent", record.agent || null),
    ...present("parentAgent", record.parent_agent),
    provider: record.provider,
    providerKind: record.provider_kind,
    askedModel: record.asked_model,
    model: record.model,
    upstreamModel: record.upstream_model,
    tier: record.tier as ModelTier,
    ...present("mode", record.mode),
    strategy: record.strategy,
    stream: record.stream === 1,
    subscription: record.subscription === 1,
    simulated: record.simulated === 1,
    estimatedInputTokens: record.estimated_input_tokens,
  };
}

function toUsage(record: AttemptRecord): TokenUsage {
  return {
    uncachedInput: record.uncached_input,
    cacheRead: record.cache_read,
    cacheWrite5m: record.cache_write_5m,
    cacheWrite1h: record.cache_write_1h,
    output: record.output,
    reasoning: record.reasoning,
    ...present("webSearches", record.web_searches),
    ...present("reportedCostNanoDollars", record.told_cost),
    estimated: record.estimated === 1,
  };
}

/** A key that is there only with a value. */
function present<Key extends string, Value>(key: Key, value: Value | null): { [K in Key]?: Value } {
  return value === null ? {} : ({ [key]: value } as { [K in Key]: Value });
}

/** Texts of clients: Postgres takes no NUL and no half of a surrogate pair, and keys of an index are short. */
function name(text: string): string {
  return text.slice(0, LONGEST_NAME).replaceAll("\0", "\uFFFD").toWellFormed();
}

function optionalName(text: string | undefined): string | null {
  return text === undefined ? null : name(text);
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value);
}
