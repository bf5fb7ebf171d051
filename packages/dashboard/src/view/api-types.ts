/** The answers of the gateway that the page reads, as far as it reads them. */

/** GET /admin/overview. */
export interface Overview {
  status: "healthy" | "degraded" | "unhealthy";
  timestamp: string;
  version: string;
  uptime: number;
  /** IANA name: where the ledger's hours and days begin. */
  time_zone: string;
  simulated: boolean;
  strategies: readonly string[];
  configured_strategy: string;
  /** Of one gateway since its start. */
  stats: { total_requests: number; failed_requests: number };
  active_requests: number;
  waiting_requests: { admission: number; limits: number };
  router_stats: {
    strategy: string;
    substitution: string;
    store: "memory" | "shared" | "alone";
    replicas: number;
    returning: readonly { provider: string; bucket: string; share: number }[];
  };
  providers: Readonly<Record<string, ProviderHealth>>;
  under_way: readonly UnderWay[];
  requests: readonly PastRequest[];
}

export interface ProviderHealth {
  status: string;
  priority: number;
  enabled: boolean;
  failure_count: number;
  last_success: string | null;
  last_failure: string | null;
  last_failure_reason: string | null;
  avg_latency_ms: number | null;
  p95_latency_ms: number | null;
  success_rate: number | null;
  models: Readonly<Record<Tier, readonly string[]>>;
  simulated: boolean;
  reason?: string;
  missing?: readonly string[];
  resting?: readonly { scope: string; failure: string; until: string | null }[];
  breakers?: Readonly<Record<string, { state: string; failures_in_row: number; open_until: string | null }>>;
  left_out?: Readonly<Record<string, readonly { kind: string; name: string; until: string }[]>>;
  limits?: Readonly<Record<string, readonly Limit[]>>;
}

export type Tier = "big" | "middle" | "small";

export interface Limit {
  resource: string;
  window_seconds: number;
  limit: number;
  used: number;
  resets_at: string;
}

export interface UnderWay {
  request_id: string;
  at: string;
  attempt: number;
  provider: string;
  model: string;
  asked_model: string;
  session: string | null;
  agent: string | null;
  client: string | null;
  stream: boolean;
}

export interface PastRequest {
  request_id: string;
  at: string;
  asked_model: string;
  provider: string | null;
  model: string | null;
  strategy: string;
  session: string | null;
  stream: boolean;
  outcome: string;
  duration_ms: number;
  /** At list price, as the gateway reckons; null: not known. */
  cost_nano_dollars: number | null;
  /** The part of it that a subscription paid. */
  subscription_cost_nano_dollars: number;
  before: readonly { provider: string; model: string; result: string }[];
}

/** GET /admin/explain/:requestId. */
export interface Decision {
  request_id: string;
  at: string;
  model: string;
  strategy: string;
  session?: string;
  estimated_input_tokens: number;
  stream: boolean;
  candidates: readonly {
    provider: string;
    model: string;
    group: string;
    score: number;
    terms: Readonly<Record<"headroom" | "speed" | "price" | "reliability", number>>;
    estimated_cost_dollars: number | null;
    reasons: readonly string[];
  }[];
  candidates_omitted?: number;
  excluded: readonly { provider: string; model?: string; reason: string }[];
  excluded_omitted?: number;
  reasons: readonly string[];
  attempts: readonly { provider: string; model: string; result: string; message?: string }[];
  outcome: string;
  duration_ms: number;
  cost_nano_dollars?: number;
  subscription_cost_nano_dollars?: number;
}

/** GET /api/stats: dollars, seconds, shares 0…1. */
export interface Stats {
  period_hours: number;
  end_time: string;
  provider_stats: Readonly<Record<string, ProviderStats>>;
  hourly_costs: readonly { hour: string; cost: number }[];
  total_cost: number;
  total_requests: number;
  total_tokens: number;
}

export interface ProviderStats {
  total_requests: number;
  successful_requests: number;
  success_rate: number;
  total_tokens: number;
  total_cost: number;
  avg_response_time: number;
}

/** GET /api/costs. */
export interface Costs {
  since: string;
  until: string;
  time_zone: string;
  by: readonly string[];
  rows: readonly CostRow[];
  truncated: boolean;
  total: CostSums;
}

export interface CostSums {
  requests: number;
  succeeded: number;
  failed: number;
  uncached_input: number;
  cache_read: number;
  cache_write_5m: number;
  cache_write_1h: number;
  output: number;
  total_tokens: number;
  cost: number;
  subscription_cost: number;
  estimated_cost: number;
}

/** Sums with a field for each dimension that was asked for; null where a row lacks it. */
export type CostRow = CostSums & { [dimension: string]: string | number | null };

/** GET /api/alerts: dollars; of price_drift shares 0…1. */
export interface Alert {
  id: number;
  timestamp: string;
  alert_type: string;
  subject: string;
  message: string;
  threshold: number;
  actual_value: number;
  active: boolean;
  ended_at: string | null;
}

/** GET /api/keys: dollars. */
export interface ClientKey {
  id: string;
  name: string;
  source: string;
  status: "active" | "expired" | "revoked";
  budgets: Budget;
  spent: Budget;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  expires: string | null;
  over_budget: string;
  strict: boolean;
}

export type Budget = Readonly<Record<"hour" | "day" | "month", number | null>>;

/** GET /api/config/providers, without anything secret. */
export interface Configuration {
  revision: string;
  routing_strategy: string;
  substitution: string;
  providers: readonly ConfiguredProvider[];
}

export interface ConfiguredProvider {
  name: string;
  kind: string;
  enabled: boolean;
  priority: number;
  weight: number;
  baseUrl: string;
  serviceUrl: string;
  maxRetries: number;
  maxConcurrentRequests?: number;
  timeouts: Readonly<Record<string, number>>;
  models: Readonly<Record<Tier, readonly string[]>>;
  credential?: { type: string };
  missing: readonly string[];
  customHeaders: readonly string[];
}
