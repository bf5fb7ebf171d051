import type { Generated } from "kysely";

/** Tables of the books, alike in both stores: money in nano-dollars, times in ms since the epoch, flags 0 or 1. */
export interface LedgerTables {
  ledger_attempts: AttemptRecord;
  ledger_intents: IntentRecord;
  ledger_sums: SumRecord;
  ledger_sessions: SessionRecord;
  ledger_session_sums: SessionSumRecord;
  ledger_projects: { session: string; project: string };
  ledger_removed: { mark: number };
  ledger_facts: { name: string; value: number };
  ledger_alerts: AlertRecord;
  ledger_clients: { id: string; policy: string };
  ledger_deliveries: DeliveryRecord;
  ledger_leases: { name: string; holder: string; held_until: number };
}

/** One attempt with its outcome. Client, session and agent are "" where there is none: they are keys of sums. */
export interface AttemptRecord {
  attempt_id: string;
  request_id: string;
  attempt: number;
  /** JSON: a list of texts. */
  fallback_chain: string;
  instance: string;
  at: number;
  client: string;
  session: string;
  agent: string;
  parent_agent: string | null;
  provider: string;
  provider_kind: string;
  asked_model: string;
  model: string;
  upstream_model: string;
  tier: string;
  mode: string | null;
  strategy: string;
  stream: number;
  subscription: number;
  simulated: number;
  estimated_input_tokens: number;
  outcome: string;
  failure: string | null;
  status: number | null;
  first_token_ms: number | null;
  duration_ms: number | null;
  uncached_input: number;
  cache_read: number;
  cache_write_5m: number;
  cache_write_1h: number;
  output: number;
  reasoning: number;
  web_searches: number | null;
  /** What the usage itself told of the cost. */
  told_cost: number | null;
  estimated: number;
  cost: number;
  table_cost: number | null;
  reported_cost: number | null;
  price_version: string;
  priced_as: string | null;
}

export interface IntentRecord {
  attempt_id: string;
  lease_until: number;
  /** JSON: AttemptFacts. */
  facts: string;
}

/** Sums of a span of time (`span` ms from `at`, UTC) over the attempts that agree in the dimensions of `cube`; the others are "". */
export interface SumRecord extends SumAmounts {
  cube: number;
  span: number;
  at: number;
  provider: string;
  model: string;
  asked_model: string;
  tier: string;
  outcome: string;
  client: string;
  session: string;
  agent: string;
}

/** Requests that are none of failed, aborted and unknown have succeeded. */
export interface SumAmounts {
  requests: number;
  failed: number;
  aborted: number;
  unknown: number;
  uncached_input: number;
  cache_read: number;
  cache_write_5m: number;
  cache_write_1h: number;
  output: number;
  reasoning: number;
  cost: number;
  subscription_cost: number;
  estimated_cost: number;
  told_cost: number;
  first_token_sum: number;
  first_token_count: number;
  duration_sum: number;
  duration_count: number;
}

/** When a session was; its first and last attempt are not outside of that. */
export interface SessionRecord {
  session: string;
  first_at: number;
  last_at: number;
}

/** Sums over the whole of a session, for each of its agents by everything else that is known. */
export interface SessionSumRecord extends SumAmounts {
  session: string;
  agent: string;
  client: string;
  provider: string;
  model: string;
  asked_model: string;
  tier: string;
  outcome: string;
}

export interface AlertRecord {
  id: Generated<number>;
  at: number;
  kind: string;
  subject: string;
  message: string;
  threshold: number;
  actual: number;
  key: string | null;
  ended_at: Generated<number | null>;
}

/** An alert that a webhook has not taken yet; `webhook` stands for its address, which is a secret. */
export interface DeliveryRecord {
  alert: number;
  webhook: string;
  created_at: number;
  attempts: number;
  /** Not before; while somebody tries, not before that one is given up. */
  next_at: number;
}

export type Store = "sqlite" | "postgres";

export const ATTEMPT_COLUMNS = [
  "attempt_id",
  "request_id",
  "attempt",
  "fallback_chain",
  "instance",
  "at",
  "client",
  "session",
  "agent",
  "parent_agent",
  "provider",
  "provider_kind",
  "asked_model",
  "model",
  "upstream_model",
  "tier",
  "mode",
  "strategy",
  "stream",
  "subscription",
  "simulated",
  "estimated_input_tokens",
  "outcome",
  "failure",
  "status",
  "first_token_ms",
  "duration_ms",
  "uncached_input",
  "cache_read",
  "cache_write_5m",
  "cache_write_1h",
  "output",
  "reasoning",
  "web_searches",
  "told_cost",
  "estimated",
  "cost",
  "table_cost",
  "reported_cost",
  "price_version",
  "priced_as",
] as const satisfies readonly (keyof AttemptRecord)[];

export const SUM_KEYS = [
  "cube",
  "span",
  "at",
  "provider",
  "model",
  "asked_model",
  "tier",
  "outcome",
  "client",
  "session",
  "agent",
] as const satisfies readonly (keyof SumRecord)[];

export const SESSION_SUM_KEYS = [
  "session",
  "agent",
  "client",
  "provider",
  "model",
  "asked_model",
  "tier",
  "outcome",
] as const satisfies readonly (keyof SessionSumRecord)[];

export const SUM_AMOUNTS = [
  "requests",
  "failed",
  "aborted",
  "unknown",
  "uncached_input",
  "cache_read",
  "cache_write_5m",
  "cache_write_1h",
  "output",
  "reasoning",
  "cost",
  "subscription_cost",
  "estimated_cost",
  "told_cost",
  "first_token_sum",
  "first_token_count",
  "duration_sum",
  "duration_count",
] as const satisfies readonly (keyof SumAmounts)[];
