/**
 * Tokens in disjoint buckets, whatever the provider counts together. Input of the whole prompt is
 * uncachedInput + cacheRead + cacheWrite5m + cacheWrite1h; reasoning is a part of output.
 */
export interface TokenUsage {
  uncachedInput: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  output: number;
  reasoning: number;
  /** Web searches that the provider ran, which some charge for one by one; absent: none. */
  webSearches?: number;
  /** What the provider says the answer cost, in nano-dollars, where it says so. */
  reportedCostNanoDollars?: number;
  /** True where a figure is our estimate, not the provider's count. */
  estimated: boolean;
}

/** The `usage` object of a message, as this project writes it. */
export interface MessageUsage {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation?: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number };
  output_tokens_details?: { thinking_tokens: number };
  server_tool_use?: Record<string, number> | null;
  service_tier?: string | null;
  [field: string]: unknown;
}

/**
 * Two fields that translated answers carry in `usage` beside the API's own; clients ignore them, the ledger
 * reads them: what the provider says the answer cost, and `true` where the figures are our estimate.
 */
export const USAGE_COST_FIELD = "switchyard_cost_nano_dollars";
export const USAGE_ESTIMATED_FIELD = "switchyard_estimated";

export const NO_USAGE: Readonly<TokenUsage> = Object.freeze({
  uncachedInput: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
  estimated: true,
});

export function toMessageUsage(usage: TokenUsage): MessageUsage {
  return {
    input_tokens: usage.uncachedInput,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite5m,
      ephemeral_1h_input_tokens: usage.cacheWrite1h,
    },
    output_tokens: usage.output,
    output_tokens_details: { thinking_tokens: usage.reasoning },
  };
}
