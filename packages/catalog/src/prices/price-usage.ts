import type { ModelPrice, TokenUsage } from "@switchyard/wire";

/** Dollars per million tokens, every bucket with its own. */
export interface Rates {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  reasoning: number;
}

/** A dollar per million tokens is so many pico-dollars per token: whole for every price that is in use. */
const PICO_PER_TOKEN = 1_000_000;
const PICO_PER_DOLLAR = 1_000_000_000_000;
const PICO_PER_NANO = 1000;

/**
 * Anthropic's multipliers: a cache entry costs 1.25 times the input when it lives five minutes, 2 times when it
 * lives an hour. Nobody else sells the hour.
 * https://platform.claude.com/docs/en/about-claude/pricing#prompt-caching, read 2026-11.
 */
const HOUR_TO_FIVE_MINUTES = 2 / 1.25;

/**
 * What a used amount of tokens costs, nano-dollars, rounded once at the end. Reasoning is a part of output and
 * charged as such, unless the price has a rate for it; searches and an answered request itself cost extra
 * where the price says so.
 */
export function priceUsage(price: ModelPrice, usage: TokenUsage): number {
  const { uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output, webSearches = 0 } = usage;
  const reasoning = Math.min(usage.reasoning, output);
  const prompt = uncachedInput + cacheRead + cacheWrite5m + cacheWrite1h;
  const rates = ratesFor(price, prompt);
  const requestFee = prompt + output > 0 ? (price.request ?? 0) : 0;
  const pico =
    uncachedInput * perToken(rates.input) +
    cacheRead * perToken(rates.cacheRead) +
    cacheWrite5m * perToken(rates.cacheWrite5m) +
    cacheWrite1h * perToken(rates.cacheWrite1h) +
    (output - reasoning) * perToken(rates.output) +
    reasoning * perToken(rates.reasoning) +
    Math.round((requestFee + webSearches * (price.web_search ?? 0)) * PICO_PER_DOLLAR);
  return Math.round(pico / PICO_PER_NANO);
}

/**
 * The rates for a prompt of so many tokens, cached parts counted. What has no rate of its own: reading the cache and
 * writing to it cost what input costs, writing for an hour what Anthropic's multipliers make of the five minutes.
 */
export function ratesFor(price: ModelPrice, promptTokens: number): Rates {
  const long = price.long_prompt;
  const rates = long !== undefined && promptTokens > long.above_tokens ? long : price;
  const { input, output, cache_read: read, cache_write_5m: write5m, cache_write_1h: write1h } = rates;
  return {
    input,
    output,
    reasoning: rates.reasoning ?? output,
    cacheRead: read ?? input,
    cacheWrite5m: write5m ?? input,
    cacheWrite1h: write1h ?? (write5m === undefined ? input : write5m * HOUR_TO_FIVE_MINUTES),
  };
}

/** Whole, so that the sum of products of whole numbers stays exact up to $9,000. */
function perToken(dollarsPerMillion: number): number {
  return Math.round(dollarsPerMillion * PICO_PER_TOKEN);
}
