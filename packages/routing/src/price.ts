import type { ModelInfo, ModelPrice, TokenUsage } from "@switchyard/wire";

import { formatCount, formatDollars } from "./format.ts";

/** Tokens of one request as they are expected: what the cache answers, what is new to it, the answer. */
export interface ExpectedTokens {
  cached: number;
  fresh: number;
  output: number;
}

type Rates = Omit<ModelPrice, "long_prompt">;

/** A dollar per million tokens is so many nano-dollars per token. */
const NANO_PER_TOKEN = 1000;

/** What a used-up amount of tokens costs there, nano-dollars; undefined: its price is not known. */
export function priceOf({ price }: Pick<ModelInfo, "price">, usage: TokenUsage): number | undefined {
  if (price === undefined) return undefined;
  const { uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output } = usage;
  const rates = ratesFor(price, uncachedInput + cacheRead + cacheWrite5m + cacheWrite1h);
  return Math.round(
    (uncachedInput * rates.input +
      cacheRead * (rates.cache_read ?? rates.input) +
      cacheWrite5m * writeRate(rates) +
      cacheWrite1h * (rates.cache_write_1h ?? writeRate(rates)) +
      output * rates.output) *
      NANO_PER_TOKEN,
  );
}

/** What a request will cost, nano-dollars. `writes`: what is new to the cache is written to it. */
export function priceExpected(price: ModelPrice, tokens: ExpectedTokens, writes: boolean): number {
  const { cached, fresh, output } = tokens;
  const rates = ratesFor(price, cached + fresh);
  const freshRate = writes ? writeRate(rates) : rates.input;
  return Math.round(
    (cached * (rates.cache_read ?? rates.input) + fresh * freshRate + output * rates.output) * NANO_PER_TOKEN,
  );
}

/** The arithmetic of `priceExpected`, for people. */
export function explainPrice(price: ModelPrice, tokens: ExpectedTokens, writes: boolean): string {
  const { cached, fresh, output } = tokens;
  const rates = ratesFor(price, cached + fresh);
  const parts = [
    ...(cached > 0 ? [explainPart(cached, "cached", rates.cache_read ?? rates.input)] : []),
    explainPart(fresh, cached > 0 ? "new" : "input", writes ? writeRate(rates) : rates.input),
    explainPart(output, "output", rates.output),
  ];
  return `${formatDollars(priceExpected(price, tokens, writes))} = ${parts.join(" + ")}`;
}

function explainPart(count: number, what: string, dollarsPerMillion: number): string {
  return `${formatCount(count)} ${what} × $${dollarsPerMillion}/M`;
}

function ratesFor(price: ModelPrice, promptTokens: number): Rates {
  const long = price.long_prompt;
  return long !== undefined && promptTokens > long.above_tokens ? long : price;
}

/** Where writing to the cache has no price of its own, it costs what input costs. */
function writeRate({ input, cache_write_5m: write }: Rates): number {
  return write ?? input;
}
