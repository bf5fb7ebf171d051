import type { ModelInfo } from "@switchyard/wire";

/**
 * Ways to tell of limits: `anthropic-ratelimit-*`; `x-ratelimit-*` with the resource at the end of the name;
 * `x-ratelimit-*` and `ratelimit-*` without one; words of an error ("Rate limit of 150 per 86400s exceeded for …");
 * Google's QuotaFailure in the body of an error.
 */
export type LimitDialect = "anthropic" | "per_resource" | "plain" | "worded" | "google_quota";

/** How a provider's upstream tells of its limits, as data. */
export interface LimitSignals {
  dialects: readonly LimitDialect[];
  /** ms: what remains of requests is told of a window of this length where no limit stands beside it. */
  bareRequestsWindowMs?: number;
}

const MESSAGES: LimitSignals = { dialects: ["anthropic", "plain", "google_quota"] };
const OPENAI: LimitSignals = { dialects: ["per_resource", "plain", "worded", "google_quota"] };

/** Where a provider says nothing of its own: what any upstream of this API may tell. Headers name themselves. */
export function defaultSignals(dialect: ModelInfo["dialect"]): LimitSignals {
  return dialect === "messages" ? MESSAGES : OPENAI;
}
