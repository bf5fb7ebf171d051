import type { FailureName, TokenUsage } from "@switchyard/wire";

import { FAILURE_RULES } from "../attempts/failure-rules.ts";

/** How many of the last attempts of a provider count for latency and success rate. */
const WINDOW = 200;

export interface ProviderTraffic {
  successes: number;
  failures: number;
  /** Failures since the last success. */
  failureCount: number;
  /** ms since the epoch. */
  lastSuccess: number | undefined;
  lastFailure: number | undefined;
  lastFailureName: FailureName | undefined;
  averageLatencyMs: number | undefined;
  p95LatencyMs: number | undefined;
  /** 0…1 over the last attempts; undefined: there were none. */
  successRate: number | undefined;
}

export interface Totals {
  requests: number;
  successes: number;
  failures: number;
  /** Requests that more than one candidate was asked for. */
  fallbacks: number;
  rateLimited: number;
  clientGone: number;
}

export interface Costs {
  total: number;
  byProvider: ReadonlyMap<string, number>;
  byModel: ReadonlyMap<string, number>;
}

/** Counts what happened, in this process since its start. */
export interface Traffic {
  readonly startedAt: number;
  readonly active: number;
  readonly totals: Readonly<Totals>;
  readonly usage: Readonly<TokenUsage>;
  readonly models: ReadonlyMap<string, number>;
  /** Nano-dollars, of all and by whom; the ledger has it for all gateways together. */
  readonly costs: Readonly<Costs>;
  spent(attempt: { provider: string; model: string }, nanoDollars: number): void;
  /** A request has come; the function that is given tells its end. */
  begin(): (end: RequestEnd) => void;
  attemptFailed(provider: string, failure: FailureName): void;
  /** `latencyMs`: until the first real output. */
  attemptSucceeded(provider: string, latencyMs: number): void;
  provider(name: string): ProviderTraffic;
  /** Failures of a provider since its last success. */
  failuresInRow(name: string): number;
}

export interface RequestEnd {
  outcome: "success" | "failure" | "client gone";
  attempts: number;
  rateLimited?: boolean;
  model?: string;
  usage?: TokenUsage;
}

interface Record {
  successes: number;
  failures: number;
  failureCount: number;
  lastSuccess: number | undefined;
  lastFailure: number | undefined;
  lastFailureName: FailureName | undefined;
  latencies: number[];
  outcomes: boolean[];
}

export function createTraffic(now: () => number = Date.now): Traffic {
  const records = new Map<string, Record>();
  const models = new Map<string, number>();
  const totals: Totals = { requests: 0, successes: 0, failures: 0, fallbacks: 0, rateLimited: 0, clientGone: 0 };
  const usage = {
    uncachedInput: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 0,
    reasoning: 0,
    estimated: false,
  };
  const costs = { total: 0, byProvider: new Map<string, number>(), byModel: new Map<string, number>() };
  let active = 0;

  function recordOf(provider: string): Record {
    let record = records.get(provider);
    if (record === undefined) {
      record = {
        successes: 0,
        failures: 0,
        failureCount: 0,
        lastSuccess: undefined,
        lastFailure: undefined,
        lastFailureName: undefined,
        latencies: [],
        outcomes: [],
      };
      records.set(provider, record);
    }
    return record;
  }

  function end(request: RequestEnd): void {
    active -= 1;
    if (request.outcome === "success") totals.successes += 1;
    else if (request.outcome === "failure") totals.failures += 1;
    else totals.clientGone += 1;
    if (request.attempts > 1) totals.fallbacks += 1;
    if (request.rateLimited === true) totals.rateLimited += 1;
    if (request.model !== undefined) models.set(request.model, (models.get(request.model) ?? 0) + 1);
    if (request.usage === undefined) return;
    for (const bucket of [
      "uncachedInput",
      "cacheRead",
      "cacheWrite5m",
      "cacheWrite1h",
      "output",
      "reasoning",
    ] as const) {
      usage[bucket] += request.usage[bucket];
    }
  }

  return {
    startedAt: now(),
    get active() {
      return active;
    },
    totals,
    usage,
    models,
    costs,
    spent: ({ provider, model }, nanoDollars) => {
      costs.total += nanoDollars;
      costs.byProvider.set(provider, (costs.byProvider.get(provider) ?? 0) + nanoDollars);
      costs.byModel.set(model, (costs.byModel.get(model) ?? 0) + nanoDollars);
    },
    begin: () => {
      active += 1;
      totals.requests += 1;
      let ended = false;
      return (request) => {
        if (!ended) end(request);
        ended = true;
      };
    },
    attemptFailed: (provider, failure) => {
      // What the request itself brought about, and limits, say nothing of a provider's health.
      if (!FAILURE_RULES[failure].countsAgainst) return;
      const record = recordOf(provider);
      record.failures += 1;
      record.failureCount += 1;
      record.lastFailure = now();
      record.lastFailureName = failure;
      keepLast(record.outcomes, false);
    },
    attemptSucceeded: (provider, latencyMs) => {
      const record = recordOf(provider);
      record.successes += 1;
      record.failureCount = 0;
      record.lastSuccess = now();
      keepLast(record.latencies, latencyMs);
      keepLast(record.outcomes, true);
    },
    provider: (name) => summarize(recordOf(name)),
    failuresInRow: (name) => records.get(name)?.failureCount ?? 0,
  };
}

function keepLast<T>(list: T[], value: T): void {
  list.push(value);
  if (list.length > WINDOW) list.shift();
}

function summarize({ latencies, outcomes, ...counts }: Record): ProviderTraffic {
  const sorted = latencies.toSorted((one, other) => one - other);
  const sum = latencies.reduce((total, latency) => total + latency, 0);
  return {
    ...counts,
    averageLatencyMs: sorted.length === 0 ? undefined : sum / sorted.length,
    p95LatencyMs: sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)],
    successRate: outcomes.length === 0 ? undefined : outcomes.filter(Boolean).length / outcomes.length,
  };
}
