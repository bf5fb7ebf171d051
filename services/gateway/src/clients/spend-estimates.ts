import { type Catalog, createPriceBook, overridesOf, type PriceBook, priceUsage, ratesFor } from "@switchyard/catalog";
import type { RankedCandidate } from "@switchyard/routing";
import type { Settings } from "@switchyard/service-kit";
import { mostImageTokens } from "@switchyard/tokenizer";
import {
  type AttemptFacts,
  type ModelInfo,
  type ModelPrice,
  NO_USAGE,
  type RequestFacts,
  type TokenUsage,
} from "@switchyard/wire";

type Facts = Pick<
  RequestFacts,
  "bytes" | "documents" | "images" | "imageBytes" | "imageCount" | "maxTokens" | "typedTools"
>;

/** What requests will cost and have cost, nano-dollars, by the prices that the ledger books them by. */
export interface SpendEstimates {
  /** As it is expected; an unknown price counts as nothing, as in the ledger. */
  expected(candidate: RankedCandidate): number;
  /** More than this one attempt cannot cost, whatever the answer is. */
  bound(candidate: RankedCandidate, facts: Facts): number;
  /** What a subscription paid costs nothing. */
  cost(attempt: AttemptFacts, usage: TokenUsage): number;
  /** Whoever paid; undefined: the provider does not tell it, and no price is known. */
  listPrice(attempt: AttemptFacts, usage: TokenUsage): number | undefined;
}

/** What upstreams put before a request: instructions for the use of tools. */
const OVERHEAD_TOKENS = 2000;
/** What one request searches at most: nobody tells beforehand, Claude Code asks for eight. */
const MOST_SEARCHES = 10;

export function createSpendEstimates(settings: Settings, catalog: Catalog): SpendEstimates {
  const book: PriceBook = createPriceBook({
    catalog,
    overrides: overridesOf(settings),
    locations: locationsOf(settings),
    now: Date.now,
  });
  const kinds = new Map(settings.providers.map(({ name, kind }) => [name, kind]));
  const priceOf = ({ provider, model }: RankedCandidate): ModelPrice | undefined =>
    book.priceOf({ provider, kind: kinds.get(provider) ?? "", upstreamModel: model.id, model: model.canonical }).price;
  return {
    expected(candidate) {
      const { estimatedUse, estimatedCostNanoDollars } = candidate;
      if (estimatedCostNanoDollars !== undefined) return estimatedCostNanoDollars;
      const price = priceOf(candidate);
      const { inputTokens: uncachedInput, outputTokens: output } = estimatedUse;
      return price === undefined ? 0 : priceUsage(price, { ...NO_USAGE, uncachedInput, output });
    },
    bound(candidate, facts) {
      const { price: told } = candidate.model;
      const input = mostInput(candidate.model, facts);
      // What is booked is the ledger's price or what the provider reports: never more than the dearer of both.
      const prices = [priceOf(candidate), told].filter((price) => price !== undefined);
      return Math.max(0, ...prices.map((price) => boundOf(price, { facts, input })));
    },
    cost: (attempt, usage) => (attempt.subscription ? 0 : book.cost(attempt, usage).nanoDollars),
    listPrice(attempt, usage) {
      const { reportedNanoDollars, tableNanoDollars } = book.cost(attempt, usage);
      return reportedNanoDollars ?? tableNanoDollars;
    },
  };
}

/** Prices differ by region. */
function locationsOf({ providers }: Settings): Record<string, string> {
  return Object.fromEntries(
    providers.flatMap(({ name, credential }) =>
      credential?.type === "google" ? [[name, credential.location] as const] : [],
    ),
  );
}

/**
 * Of a prompt in tokens. A token of text is at least a byte of it, and may be no more: digits are often a token each. An
 * image costs by its size and not by its bytes, where the most is known. What is fetched from elsewhere, and what costs
 * by rules that are not known, may fill the window.
 */
function mostInput(
  { canonical, context_window: window }: ModelInfo,
  { bytes, documents, images, imageBytes = 0, imageCount = 0, typedTools }: Facts,
): number {
  const perImage = mostImageTokens(canonical);
  if (documents || typedTools.length > 0 || (images && perImage === undefined)) return window;
  return Math.min(window, bytes - imageBytes + imageCount * (perImage ?? 0) + OVERHEAD_TOKENS);
}

/** The dearest use of so much input, and the whole answer. */
function boundOf(price: ModelPrice, { facts, input }: { facts: Facts; input: number }): number {
  const { maxTokens = 0, typedTools } = facts;
  const rates = [ratesFor(price, 0), ratesFor(price, input)];
  const dearest: ModelPrice = {
    ...price,
    input: Math.max(...rates.flatMap((one) => [one.input, one.cacheRead, one.cacheWrite5m, one.cacheWrite1h])),
    output: Math.max(...rates.flatMap((one) => [one.output, one.reasoning])),
  };
  const webSearches = typedTools.some((type) => type.startsWith("web_search")) ? MOST_SEARCHES : 0;
  const usage: TokenUsage = { ...NO_USAGE, uncachedInput: input, output: maxTokens, webSearches };
  return priceUsage(withoutSteps(dearest), usage);
}

/** The same rates for prompts of any length. */
function withoutSteps(price: ModelPrice): ModelPrice {
  const flat = { ...price };
  delete flat.long_prompt;
  return flat;
}
