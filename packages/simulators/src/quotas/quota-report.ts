import type { CompleteQuotaRule } from "./quota-rule.ts";

/** What one quota saw since the rules were set or the simulator was reset. */
export interface QuotaUse {
  rule: CompleteQuotaRule;
  /** Units of requests that were let in. */
  accepted: number;
  /** Units that requests wanted which were refused because of this quota. */
  refused: number;
  /** Requests that were refused because of this quota. */
  refusals: number;
  /** Highest use of any true window as a share of the limit; above 1 only by what was produced after admission. */
  peak: number;
  /** Most units beyond the limit at any moment. */
  overshoot: number;
  /** Units counted in each window of the clock since the first one, the newest 1,000. */
  windows: number[];
}

export interface QuotaReport {
  /** Generating requests that were let in, and that were refused with a 429 of a quota. */
  accepted: number;
  refused: number;
  quotas: QuotaUse[];
}

/** What a request takes, as its provider counts it. */
export interface RequestWeight {
  /** Tokens of the prompt that count against input limits. */
  input: number;
  /** Tokens of the whole prompt. */
  prompt: number;
  /** The request's own limit on its output; absent: it names none. */
  maxOutput?: number;
  /** Output that must fit too, where it is known beforehand; default: any at all. */
  output?: number;
}
