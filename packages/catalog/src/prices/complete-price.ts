import type { ModelPrice } from "@switchyard/wire";

type CacheRate = "cache_read" | "cache_write_5m" | "cache_write_1h";

const CACHE_RATES = ["cache_read", "cache_write_5m", "cache_write_1h"] as const;

/**
 * A price that leaves rates open, with them filled in from another price of the same model: whoever charges half for
 * input charges half for cached input. Long prompts keep their surcharge the same way, unless the price has its own.
 */
export function completePrice(price: ModelPrice, like: ModelPrice | undefined): ModelPrice {
  if (like === undefined) return price;
  const { long_prompt: long, ...plain } = like;
  const completed = { ...extrasOf(plain), ...price, ...cacheRatesOf(price, like) };
  if (price.long_prompt !== undefined || long === undefined) return completed;
  return {
    ...completed,
    long_prompt: {
      above_tokens: long.above_tokens,
      input: inProportion(price.input, long.input, like.input),
      output: inProportion(price.output, long.output, like.output),
      ...longCacheRatesOf(completed, like),
    },
  };
}

/** The price with every rate times the factor; what is charged for a request or a search stays. */
export function scalePrice(price: ModelPrice, factor: number): ModelPrice {
  const { long_prompt: long, ...plain } = price;
  return {
    ...plain,
    ...scaleRates(plain, factor),
    ...(long === undefined ? {} : { long_prompt: { above_tokens: long.above_tokens, ...scaleRates(long, factor) } }),
  };
}

type PlainRates = Pick<ModelPrice, "input" | "output" | "reasoning" | CacheRate>;

function scaleRates(rates: PlainRates, factor: number): PlainRates {
  return {
    input: tidy(rates.input * factor),
    output: tidy(rates.output * factor),
    ...(rates.reasoning === undefined ? {} : { reasoning: tidy(rates.reasoning * factor) }),
    ...cacheRates((name) => {
      const rate = rates[name];
      return rate === undefined ? undefined : tidy(rate * factor);
    }),
  };
}

function extrasOf({ request, web_search: search }: ModelPrice): Pick<ModelPrice, "request" | "web_search"> {
  return { ...(request === undefined ? {} : { request }), ...(search === undefined ? {} : { web_search: search }) };
}

function cacheRatesOf(price: ModelPrice, like: ModelPrice): Partial<Record<CacheRate, number>> {
  return cacheRates((name) => {
    const known = like[name];
    return price[name] ?? (known === undefined ? undefined : inProportion(price.input, known, like.input));
  });
}

function longCacheRatesOf(completed: ModelPrice, like: ModelPrice): Partial<Record<CacheRate, number>> {
  const long = like.long_prompt;
  return cacheRates((name) => {
    const [own, known, knownLong] = [completed[name], like[name], long?.[name]];
    if (own === undefined || known === undefined || knownLong === undefined) return undefined;
    return inProportion(own, knownLong, known);
  });
}

function cacheRates(rateOf: (name: CacheRate) => number | undefined): Partial<Record<CacheRate, number>> {
  const found: Partial<Record<CacheRate, number>> = {};
  for (const name of CACHE_RATES) {
    const rate = rateOf(name);
    if (rate !== undefined) found[name] = rate;
  }
  return found;
}

/** `rate` × `part` ÷ `whole`; what stands to nothing in no proportion stays as it is. */
function inProportion(rate: number, part: number, whole: number): number {
  return whole === 0 ? rate : tidy((rate * part) / whole);
}

/** Without the dust of binary fractions. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
