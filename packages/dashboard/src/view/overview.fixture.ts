import type { Alert, ClientKey, Overview, ProviderHealth, Stats } from "./api-types.ts";

export function health(changes: Partial<ProviderHealth> = {}): ProviderHealth {
  return {
    status: "healthy",
    priority: 1,
    enabled: true,
    failure_count: 0,
    last_success: null,
    last_failure: null,
    last_failure_reason: null,
    avg_latency_ms: null,
    p95_latency_ms: null,
    success_rate: null,
    models: { big: [], middle: [], small: [] },
    simulated: false,
    ...changes,
  };
}

export function overview(changes: Partial<Overview> = {}): Overview {
  return {
    status: "healthy",
    timestamp: "2026-11-21T12:00:00Z",
    version: "0.1.0",
    uptime: 60,
    time_zone: "UTC",
    simulated: false,
    strategies: ["intelligent", "cost"],
    configured_strategy: "intelligent",
    stats: { total_requests: 0, failed_requests: 0 },
    active_requests: 0,
    waiting_requests: { admission: 0, limits: 0 },
    router_stats: {
      strategy: "intelligent",
      substitution: "when_unavailable",
      store: "memory",
      replicas: 1,
      returning: [],
    },
    providers: { north: health() },
    under_way: [],
    requests: [],
    ...changes,
  };
}

export function stats(changes: Partial<Stats> = {}): Stats {
  return {
    period_hours: 24,
    end_time: "2026-11-21T12:00:00Z",
    provider_stats: {},
    hourly_costs: [],
    total_cost: 0,
    total_requests: 0,
    total_tokens: 0,
    ...changes,
  };
}

export function providerStats(requests: number, successful: number, cost = 0): Stats["provider_stats"][string] {
  return {
    total_requests: requests,
    successful_requests: successful,
    success_rate: requests === 0 ? 0 : successful / requests,
    total_tokens: 0,
    total_cost: cost,
    avg_response_time: 0,
  };
}

export function alert(changes: Partial<Alert> = {}): Alert {
  return {
    id: 1,
    timestamp: "2026-11-21T12:00:00Z",
    alert_type: "budget",
    subject: "client laptop",
    message: "client laptop: 90% of the budget of today is used",
    threshold: 4.5,
    actual_value: 4.6,
    active: true,
    ended_at: null,
    ...changes,
  };
}

export function clientKey(changes: Partial<ClientKey> = {}): ClientKey {
  return {
    id: "key_1",
    name: "laptop",
    source: "ledger",
    status: "active",
    budgets: { hour: null, day: null, month: null },
    spent: { hour: 0, day: 0, month: 0 },
    requests_per_minute: null,
    tokens_per_minute: null,
    expires: null,
    over_budget: "refuse",
    strict: false,
    ...changes,
  };
}
