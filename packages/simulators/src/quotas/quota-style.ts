import type { Dialect, Exchange, JsonAnswer } from "../engine/dialect.ts";
import type { QuotaExcess, QuotaReading } from "./quota-book.ts";

/** How a provider counts a request against its quotas and tells of them. */
export interface QuotaStyle {
  /**
   * What a limit on "tokens" takes when a request is let in: what is produced and nothing beforehand but the input; the
   * larger of prompt and output limit; or both together.
   */
  tokens: "as_produced" | "larger" | "sum";
  /** Headers of every answer of a generating endpoint. */
  headers(readings: readonly QuotaReading[], now: number): Record<string, string>;
  /** A 429 in the provider's words, with what it says of the wait; the headers above are added to it. */
  refuse(excess: QuotaExcess, refusal: Refusal): JsonAnswer;
}

export interface Refusal {
  dialect: Dialect;
  exchange: Exchange;
  model: string;
}

/** Of a window of a minute a second; as much of a shorter one. Providers tell times to the second. */
export function precisionOf(windowMs: number): number {
  return Math.max(1, Math.min(1_000, windowMs / 60));
}

/** A wait as `retry-after` says it, in seconds, rounded up to the provider's precision. */
export function toSeconds(milliseconds: number, windowMs: number): number {
  const step = precisionOf(windowMs);
  return Number(((Math.ceil(milliseconds / step) * step) / 1_000).toFixed(3));
}
