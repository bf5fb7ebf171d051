import type { DialectContext, Exchange } from "../engine/dialect.ts";
import { estimateInputTokens } from "./input-tokens.ts";
import { createRateLimiter, type RateSnapshot } from "./rate-limiter.ts";

/**
 * Counts requests and tokens against the simulator's limits, each request once. A request counts the larger of its
 * estimated input and its output limit, as OpenAI's do.
 */
export function createLimitCounter(context: DialectContext): (exchange: Exchange) => RateSnapshot {
  const limiter = createRateLimiter(context.limits, () => context.now());
  return (exchange) => limiter.count(exchange, tokensOf(exchange));
}

function tokensOf(exchange: Exchange): number {
  const body = (exchange.json ?? {}) as Record<string, unknown>;
  const limit = body["max_completion_tokens"] ?? body["max_tokens"] ?? body["max_output_tokens"];
  return Math.max(estimateInputTokens(exchange.request.body), typeof limit === "number" ? limit : 0);
}
