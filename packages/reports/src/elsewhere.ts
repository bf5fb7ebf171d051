import { priceUsage, ratesFor, type Catalog, type PriceBook } from "@switchyard/catalog";
import type { ModelPrice } from "@switchyard/wire";
import { promptOf, usageOf, type CostRow, type CostSums } from "./cost-sums.ts";
import { formatCount, formatMoney } from "./format.ts";

/** A provider that could be asked. */
export interface Place {
  name: string;
  kind: string;
  /** It has what it needs: a credential, an address. */
  ready: boolean;
}

/** What the tokens of one model at one provider would have cost at another place. */
export interface Alternative {
  /** "anthropic/claude-opus-5-5". */
  of: string;
  at: string;
  ready: boolean;
  /** The same model: the same answers, and the same tokens for the same text. */
  sameModel: boolean;
  requests: number;
  /** By the list price where they were used, nano-dollars; long prompts at the plain rate. */
  here: number;
  /** The cache read and written just as it was. */
  warm: number;
  /** Nothing ever read from a cache: every token of the prompt at the price of input. */
  cold: number;
  /** The sum behind `warm`. */
  arithmetic: string;
}

export interface ElsewhereOptions {
  catalog: Pick<Catalog, "findModel" | "models">;
  prices: Pick<PriceBook, "priceOf">;
  places: readonly Place[];
  /** ms since the epoch: prices of when. */
  at: number;
  /** Alternatives told for each model; the cheapest. */
  most?: number;
}

/** Below a cent there is nothing to compare. */
const LEAST_NANO_DOLLARS = 10_000_000;
const MOST = 3;

/**
 * For each row the same model elsewhere, then the cheapest of its tier, places that are set up first. The ways of the
 * rows do not matter: a token is a token. Rows need `provider` and `model`.
 */
export function buildAlternatives(rows: readonly CostRow[], options: ElsewhereOptions): Alternative[] {
  return rows.flatMap((row) => compare(row, options));
}

function compare({ group, sums }: CostRow, options: ElsewhereOptions): Alternative[] {
  const { provider = "", model = "" } = group;
  const known = options.catalog.findModel(model)?.model;
  if (known === undefined) return [];
  const from = { provider: provider === "direct" ? "anthropic" : provider, model: known.canonical };
  const price = findRate(from, options);
  const here = price === undefined ? 0 : priceUsage(price, usageOf(sums));
  if (here < LEAST_NANO_DOLLARS) return [];
  const found = options.catalog.models
    .filter(({ tier, canonical }) => canonical === known.canonical || tier === known.tier)
    .flatMap(({ canonical }) => options.places.map((place) => ({ place, canonical })))
    .filter(({ place, canonical }) => place.name !== from.provider || canonical !== from.model)
    .flatMap(({ place, canonical }): (Alternative & { canonical: string })[] => {
      const rate = findRate({ provider: place.name, model: canonical }, options);
      if (rate === undefined) return [];
      const [of, at, sameModel] = [
        `${provider}/${known.canonical}`,
        `${place.name}/${canonical}`,
        canonical === known.canonical,
      ];
      return [
        { of, at, ready: place.ready, sameModel, requests: sums.requests, here, canonical, ...priceAt(rate, sums) },
      ];
    })
    .toSorted(
      (one, other) =>
        Number(other.sameModel) - Number(one.sameModel) ||
        Number(other.ready) - Number(one.ready) ||
        one.warm - other.warm,
    );
  // Of another model the best place is enough.
  const seen = new Set<string>();
  const best = found.filter(({ sameModel, canonical }) => sameModel || (!seen.has(canonical) && seen.add(canonical)));
  const same = best.filter(({ sameModel }) => sameModel).slice(0, MOST - 1);
  return [...same, ...best.filter(({ sameModel }) => !sameModel)]
    .slice(0, options.most ?? MOST)
    .map(({ canonical: _canonical, ...alternative }) => alternative);
}

/** The plain price of exactly this model at exactly this place; nothing is guessed, and nothing is free. */
export function findRate(
  { provider, model }: { provider: string; model: string },
  { catalog, prices, places, at }: ElsewhereOptions,
): ModelPrice | undefined {
  const kind = places.find(({ name }) => name === provider)?.kind ?? provider;
  const offer = catalog.findModel(model)?.model.offers.find((candidate) => candidate.kind === kind);
  if (offer === undefined || (offer.retiresAt !== undefined && Date.parse(offer.retiresAt) <= at)) return undefined;
  const { price, source } = prices.priceOf({ provider, kind, upstreamModel: offer.id, model, at });
  if (price === undefined || source === "kin" || source === "none") return undefined;
  if (price.input === 0 && price.output === 0) return undefined;
  const { long_prompt: _long, ...plain } = price;
  return plain;
}

function priceAt(price: ModelPrice, sums: CostSums): Pick<Alternative, "warm" | "cold" | "arithmetic"> {
  const usage = usageOf(sums);
  const warm = priceUsage(price, usage);
  const cold = priceUsage(price, {
    ...usage,
    uncachedInput: promptOf(sums),
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
  });
  return { warm, cold, arithmetic: explain(price, sums, warm) };
}

function explain(price: ModelPrice, sums: CostSums, total: number): string {
  const rates = ratesFor(price, 0);
  const parts = [
    [sums.uncachedInput, "input", rates.input],
    [sums.cacheRead, "cache read", rates.cacheRead],
    [sums.cacheWrite5m, "cache written for 5 min", rates.cacheWrite5m],
    [sums.cacheWrite1h, "cache written for 1 h", rates.cacheWrite1h],
    [sums.output, "output", rates.output],
  ] as const;
  const told = parts
    .filter(([count]) => count > 0)
    .map(([count, what, rate]) => `${formatCount(count)} ${what} × $${rate}/M`);
  return `${told.join(" + ")} = ${formatMoney(total)}`;
}
