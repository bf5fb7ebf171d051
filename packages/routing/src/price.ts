import { priceUsage, ratesFor } from "@switchyard/catalog";
import { type ModelInfo, type ModelPrice, NO_USAGE, type TokenUsage } from "@switchyard/wire";

import { formatCount, formatDollars } from "./format.ts";

/** Tokens of one request as they are expected: what the cache answers, what is new to it, the answer. */
export interface ExpectedTokens {
  cached: number;
  fresh: number;
  output: number;
}

/** What a used-up amount of tokens costs there, nano-dollars; undefined: its price is not known. */
export function priceOf({ price }: Pick<ModelInfo, "price">, usage: TokenUsage): number | undefined {
  return price === undefined ? undefined : priceUsage(price, usage);
}

/** What a request will cost, nano-dollars. `writes`: what is new to the cache is written to it. */
export function priceExpected(price: ModelPrice, tokens: ExpectedTokens, writes: boolean): number {
  const { cached, fresh, output } = tokens;
  return priceUsage(price, {
    ...NO_USAGE,
    cacheRead: cached,
    uncachedInput: writes ? 0 : fresh,
    cacheWrite5m: writes ? fresh : 0,
    output,
  });
}

/** The arithmetic of `priceExpected`, for people. */
export function explainPrice(price: ModelPrice, tokens: ExpectedTokens, writes: boolean): string {
  const { cached, fresh, output } = tokens;
  const rates = ratesFor(price, cached + fresh);
  const parts = [
    ...(cached > 0 ? [explainPart(cached, "cached", rates.cacheRead)] : []),
    explainPart(fresh, cached > 0 ? "new" : "input", writes ? rates.cacheWrite5m : rates.input),
    explainPart(output, "output", rates.output),
  ];
  return `${formatDollars(priceExpected(price, tokens, writes))} = ${parts.join(" + ")}`;
}

function explainPart(count: number, what: string, dollarsPerMillion: number): string {
  return `${formatCount(count)} ${what} × $${dollarsPerMillion}/M`;
}
