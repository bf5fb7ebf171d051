import type { CostSums } from "@switchyard/reports";
import type { AttemptFacts, ClientPolicy, PricedCost, TokenUsage, UsageEvent, UsageOutcome } from "@switchyard/wire";

export type { PricedCost } from "@switchyard/wire";

export type PricedEvent = UsageEvent & { cost?: PricedCost };

/** unknown: sent, and never heard of again. */
export type RowOutcome = UsageOutcome | "unknown";

export interface LedgerRow extends AttemptFacts {
  outcome: RowOutcome;
  failure?: string;
  status?: number;
  firstTokenMs?: number;
  durationMs?: number;
  usage: TokenUsage;
  cost: PricedCost;
}

export const DIMENSIONS = [
  "provider",
  "model",
  "asked_model",
  "tier",
  "client",
  "session",
  "agent",
  "project",
  "outcome",
  "hour",
  "day",
  "month",
] as const;

export type Dimension = (typeof DIMENSIONS)[number];

export interface ReportQuery {
  /** ms since the epoch, from inclusive, to exclusive. */
  from: number;
  to: number;
  by: readonly Dimension[];
  /**
   * Exact values; each of the list will do. "" is no client, session, agent or project. Times as groups tell them:
   * "2026-11-21T10:00+01:00", "2026-11-21", "2026-11".
   */
  where?: Partial<Record<Dimension, readonly string[]>>;
  /** IANA name: where hours, days and months begin. */
  timeZone: string;
  /**
   * Default: by the dimensions, times ascending. "time": by the times among them first. Where two are alike, by the
   * dimensions. With a limit "time" and amounts are quick whatever the dimensions are.
   */
  orderBy?: "cost" | "requests" | "tokens" | "time";
  limit?: number;
  /** Groups that are left out before the first one; only with a limit. */
  offset?: number;
}

/** Sums over rows. Requests here are attempts; rows without an outcome yet are not counted. */
export interface ReportSums extends CostSums {
  /** ms; undefined: no attempt had one. */
  averageFirstTokenMs?: number;
  averageDurationMs?: number;
}

/**
 * A dimension without a value (no client, session, agent, project) is absent from the group. Hours tell their offset,
 * "2026-11-21T10:00+01:00": two of them have the same name when a clock is put back. Without rows there are no groups.
 */
export type ReportRow = ReportSums & { group: Partial<Record<Dimension, string>> };

export interface WrittenUsage {
  /** Settlements that were new: each is told once and never again, whatever is sent twice. */
  settled: readonly LedgerRow[];
  /** Rows that a lease had closed as "unknown", as they were, before a settlement among `settled` took their place. */
  replaced: readonly LedgerRow[];
  /** Attempts heard of for the first time by their intents. */
  intents: number;
  /** Events that changed nothing: known already, or intents that came after their settlement. */
  duplicates: number;
}

export type AlertKind =
  | "hourly_cost_exceeded"
  | "daily_cost_exceeded"
  | "budget"
  | "agent_runaway"
  | "price_drift"
  | "unknown_price";

export interface Alert {
  id: number;
  /** ms since the epoch. */
  at: number;
  kind: AlertKind;
  /** A provider, "client <name>", "agent <id>", a model; "total". */
  subject: string;
  message: string;
  /** Nano-dollars, or a share 0…1 for price_drift. */
  threshold: number;
  actual: number;
  /** What is told of: "daily_cost_exceeded|openrouter". Of one key at most one alert is open at a time. */
  key?: string;
  /** ms since the epoch: what it tells of was over. Absent: still the case; the alert is open. */
  endedAt?: number;
}

/** Where an alert is to go: one webhook, by what stands for its address. */
export interface DeliveryPlace {
  alert: number;
  webhook: string;
}

export interface Delivery {
  alert: Alert;
  webhook: string;
  /** With this one, from 1. */
  tries: number;
}

export interface LeaseWish {
  name: string;
  /** Who asks; no two have the same. */
  holder: string;
  /** ms since the epoch. */
  now: number;
  until: number;
}

/** What an agent of a session, or the session's main one, spent in a minute. */
export interface AgentMinute {
  session?: string;
  agent?: string;
  /** Minutes since the epoch. */
  minute: number;
  nanoDollars: number;
}

/**
 * The books: every attempt once. Two stores, SQLite and Postgres, one conformance suite. All methods reject with
 * LedgerUnavailableError where the store does not answer; then nothing was written.
 */
export interface Ledger {
  readonly store: "sqlite" | "postgres";
  /** One transaction. A settlement beats its intent, whatever comes first; the first settlement stays. */
  write(events: readonly PricedEvent[]): Promise<WrittenUsage>;
  /** Intents whose lease is over become rows with outcome "unknown", priced by `price`. At most `limit`. */
  closeLostIntents(
    now: number,
    price: (facts: AttemptFacts, usage: TokenUsage) => PricedCost,
    limit?: number,
  ): Promise<readonly LedgerRow[]>;
  openIntents(): Promise<number>;
  report(query: ReportQuery): Promise<ReportRow[]>;
  /** Cost, nano-dollars, since `from`: of everything and by provider, to the last row written. */
  costSince(from: number): Promise<{ total: number; byProvider: Readonly<Record<string, number>> }>;
  /**
   * Cost, requests, tokens of each client ("": none) since `from`: what budgets are held against, and therefore without
   * the cost of what a subscription paid.
   */
  spentByClient(
    from: number,
  ): Promise<Readonly<Record<string, { nanoDollars: number; requests: number; tokens: number }>>>;
  /**
   * Rows for an export, oldest first, 1,000 unless told otherwise; give the last row's attemptId to go on. Rejects with a
   * RangeError where that row is not there any more.
   */
  rows(range: { from: number; to: number; after?: string; limit?: number }): Promise<LedgerRow[]>;
  /** Which project a session belongs to, as Claude Code's own transcripts tell. */
  nameProjects(projects: Readonly<Record<string, string>>): Promise<void>;

  /**
   * undefined: nothing was added, because an alert of the same key is open, or began less than `quietMs` before this
   * one. Decided by the store (a unique index over the keys of open alerts), so that of several workers one tells.
   * It waits to be delivered to each of `webhooks` from then on.
   */
  addAlert(
    alert: Omit<Alert, "id" | "endedAt">,
    options?: { quietMs?: number; webhooks?: readonly string[] },
  ): Promise<Alert | undefined>;
  /** What the open alert of this key tells of is over; without one nothing happens. */
  endAlert(key: string, at: number): Promise<void>;
  /** Newest first, 100 unless told otherwise; `open`: only those that have not ended. */
  listAlerts(options?: { since?: number; limit?: number; open?: boolean }): Promise<Alert[]>;

  /**
   * Deliveries to these webhooks that are due, the longest due first. They are the caller's until that moment: who has
   * not ended or postponed them by then is taken for dead, and they are due again.
   */
  takeDeliveries(options: {
    webhooks: readonly string[];
    now: number;
    until: number;
    limit: number;
  }): Promise<Delivery[]>;
  postponeDelivery(place: DeliveryPlace, next: { at: number; tries: number }): Promise<void>;
  /** It was taken, or never will be. */
  endDelivery(place: DeliveryPlace): Promise<void>;
  /** Removes those that have waited since before then; returns how many. */
  dropDeliveries(before: number): Promise<number>;
  waitingDeliveries(): Promise<number>;

  /** Whether the caller alone does what the name says until then. */
  takeLease(wish: LeaseWish): Promise<boolean>;
  endLease(lease: Pick<LeaseWish, "name" | "holder">): Promise<void>;

  /** What agents spent by the rows of attempts sent in this time, those of subscriptions left out. */
  agentMinutes(range: { from: number; to: number }): Promise<AgentMinute[]>;
  /** Oldest first. */
  latestRows(range: { since: number; limit: number }): Promise<LedgerRow[]>;

  /** Adds or replaces; the revision rises. */
  writeClient(client: ClientPolicy): Promise<void>;
  listClients(): Promise<{ revision: number; clients: ClientPolicy[] }>;

  /**
   * Removes the rows of whole days (UTC) before `before`. Their sums stay, so reports of that time stay the same; lost
   * are the single attempts (exports, failures, price versions, modes), and the exact cut of a report that begins or
   * ends amid a quarter of an hour, by session, agent or project amid an hour: such a span counts where it begins.
   */
  retain(before: number): Promise<{ removed: number }>;
  close(): Promise<void>;
}

export class LedgerUnavailableError extends Error {
  override readonly name = "LedgerUnavailableError";
}
