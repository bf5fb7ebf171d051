/** Nano-dollars per calendar hour, day and month. */
export interface Budgets {
  hour?: number;
  day?: number;
  month?: number;
}

/** Who holds a client key, and what they may do with it. Crosses from the worker, which keeps it, to the gateways. */
export interface ClientPolicy {
  /** Stands in the ledger; letters, digits, "_" and "-". */
  id: string;
  name: string;
  /** SHA-256 of the key, lower-case hex: keys are random and long, so a plain digest is enough. */
  keyDigest: string;
  budgets: Budgets;
  requestsPerMinute?: number;
  tokensPerMinute?: number;
  /** Names of the providers it may use; absent: all. */
  providers?: readonly string[];
  /** Canonical names, upstream ids or patterns with "*"; absent: all. */
  models?: readonly string[];
  /** ms since the epoch. */
  expiresAt?: number;
  /** Room for the dearest possible answer is reserved, so that no budget is ever passed. */
  strict: boolean;
  /** What happens where a budget is used up: refused, or answered by the cheapest model that can. */
  overBudget: "refuse" | "cheaper";
  /** ms since the epoch. */
  createdAt: number;
  /** ms since the epoch; set: no longer valid. */
  revokedAt?: number;
  /** "configuration": fixed there, cannot be changed by commands. */
  source: "configuration" | "ledger";
}

/** What the worker answers gateways that ask for the keys. */
export interface ClientPolicies {
  /** Rises with every change. */
  revision: number;
  clients: readonly ClientPolicy[];
}

/**
 * The Redis channel on which is told that client keys have changed; the message is the new revision.
 *
 * @param prefix what every key of ours begins with, its separator included ("switchyard:")
 */
export function clientsChangedChannel(prefix: string): string {
  return `${prefix}clients`;
}

/**
 * What the worker answers gateways that ask what is spent (`GET /spend`): the sums of the calendar windows that run
 * now. What has no sum has spent nothing.
 */
export interface LedgerSpend {
  /** ms since the epoch: when it was read. */
  at: number;
  sums: readonly LedgerSum[];
}

export interface LedgerSum {
  /** "mesh", "client <id>", "provider <name>", "model <name>", "session <id>". */
  account: string;
  /** ms since the epoch, the end exclusive. */
  allowance: { name: "hour" | "day" | "month"; unit: "nanoDollars"; startsAt: number; endsAt: number };
  /** Nano-dollars. */
  used: number;
}
