import type { AlertKind } from "../ledger/ledger.ts";

/** Something that an alert is raised for, as it is right now. */
export interface AlertCondition {
  /** What it is about: the same text means the same crossing. Of one key at most one alert is open. */
  key: string;
  kind: AlertKind;
  /** For people: "openrouter", "client laptop", "agent a17", "total". */
  subject: string;
  message: string;
  /** Nano-dollars, of price_drift shares. */
  threshold: number;
  actual: number;
  /** Whether it is the case. */
  over: boolean;
}

/** Dollars and cents, and more digits for small amounts. */
export function formatDollars(nanoDollars: number): string {
  const dollars = nanoDollars / 1e9;
  return `$${dollars.toFixed(dollars !== 0 && Math.abs(dollars) < 0.1 ? 4 : 2)}`;
}

export function formatShare(share: number): string {
  return `${(share * 100).toFixed(Math.abs(share) < 0.1 ? 1 : 0)}%`;
}
