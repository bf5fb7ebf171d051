import type { Catalog } from "@switchyard/catalog";
import type { ModelInfo } from "@switchyard/wire";
import type { TokenCount } from "./dialects/raw-dialect.ts";

/** Dollars per million tokens. */
export interface TokenPrice {
  input: number;
  output: number;
}

/** For a model that has a price nowhere: more than the dearest of the catalogue costs. */
export const ASSUMED_PRICE: TokenPrice = { input: 15, output: 75 };

/** Tokens that the prompt of a case has at most, tools, image and the history of its tool loop included. */
export const MOST_INPUT_TOKENS = 4000;

/** The offer's own price; without one the dearest that the model has anywhere; without that, a high assumption. */
export function priceOf(model: ModelInfo, catalog: Catalog): TokenPrice {
  if (model.price !== undefined) return dearest([model.price]);
  const offers = catalog.findModel(model.canonical)?.model.offers ?? [];
  const prices = offers.flatMap(({ price }) => (price === undefined ? [] : [price]));
  return prices.length === 0 ? ASSUMED_PRICE : dearest(prices);
}

type PriceLike = TokenPrice & { cache_write_5m?: number; cache_write_1h?: number };

/** A prompt may be written to the cache, which costs more than to read it. */
function dearest(prices: readonly PriceLike[]): TokenPrice {
  return {
    input: Math.max(
      ...prices.map((price) => Math.max(price.input, price.cache_write_5m ?? 0, price.cache_write_1h ?? 0)),
    ),
    output: Math.max(...prices.map((price) => price.output)),
  };
}

/** What so many requests of so many tokens may cost at most, in dollars. */
export function estimateDollars(price: TokenPrice, cost: { requests: number; outputTokens: number }): number {
  return (cost.requests * (MOST_INPUT_TOKENS * price.input + cost.outputTokens * price.output)) / 1e6;
}

/** What an answer did cost, in dollars; the provider's own figure where it gives one. */
export function countDollars(price: TokenPrice, usage: TokenCount): number {
  return usage.dollars ?? (usage.input * price.input + usage.output * price.output) / 1e6;
}

export interface Budget {
  readonly maxDollars: number;
  spent(): number;
  /** True while so much more would still be within it. */
  allows(dollars: number): boolean;
  charge(dollars: number): void;
}

export function createBudget(maxDollars: number): Budget {
  let spent = 0;
  return {
    maxDollars,
    spent: () => spent,
    allows: (dollars) => spent + dollars <= maxDollars,
    charge: (dollars) => {
      spent += dollars;
    },
  };
}
