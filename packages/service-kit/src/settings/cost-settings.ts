import type { Budgets, ModelPrice } from "@switchyard/wire";
import type { Secret } from "./settings.ts";

export interface WebhookSettings {
  /** Secret as a whole: what a path of it says lets anybody post. */
  url: Secret;
  format: "json" | "slack";
  /** Signs what is posted; absent: it is not signed. */
  secret?: Secret;
}

/** When somebody is told what is spent. Money in nano-dollars. */
export interface AlertSettings {
  /** Of one provider or of all, in a calendar hour, and in a day; absent: no alert. */
  hourlyNanoDollars?: number;
  dailyNanoDollars?: number;
  /** The same is not told again for so long. */
  cooldownMs: number;
  /** Rising, 0…1: the parts of a budget at which it is told. */
  budgetShares: readonly number[];
  /** An agent that spends so many times its own usual runs away; 0: none does. */
  runawayFactor: number;
  /** Below it no agent runs away. */
  runawayNanoDollarsPerMinute: number;
  /** 0…1: how far a provider's own figures may be from the table's. */
  driftShare: number;
  webhooks: readonly WebhookSettings[];
}

/** A price that goes before the catalogue's. */
export interface PriceSettings {
  /** A configured provider's name; absent: wherever the model is. */
  provider?: string;
  model: string;
  price: ModelPrice;
}

/** The cost worker, its ledger, and what is asked of both. */
export interface CostSettings {
  /** What the worker listens on. */
  host: string;
  port: number;
  /** Where gateways and commands find it. */
  workerUrl: string;
  /** postgres://…; absent: the ledger is `databaseFile`. */
  databaseUrl?: Secret;
  /** The ledger's SQLite file. */
  databaseFile: string;
  /** Where gateways keep what the ledger does not have yet. */
  outboxDirectory: string;
  /** Then rows become sums by day; 0: never. */
  retentionDays: number;
  /** IANA name: where hours, days and months begin. */
  timeZone: string;
  /** An attempt of which nothing was heard for so long is taken for lost: longer than any timeout. */
  intentLeaseMs: number;
  alerts: AlertSettings;
  prices: readonly PriceSettings[];
  /** How often prices are fetched; 0: never. */
  priceRefreshMs: number;
  /** Claude Code's own transcripts. */
  transcriptsDirectory: string;
  /** The whole mesh's, nano-dollars. */
  budgets: Budgets;
}
