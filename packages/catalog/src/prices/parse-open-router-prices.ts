import type { ModelPrice } from "@switchyard/wire";

type Fields = Readonly<Record<string, unknown>>;

/** More than $10,000 per million is no price but a slip, of units for one: it must not become a bill. */
const MOST_DOLLARS_PER_TOKEN = 0.01;
const MOST_DOLLARS_PER_FEE = 100;

type Rates = NonNullable<ModelPrice["long_prompt"]>;

/**
 * The prices of OpenRouter's `GET /models`, by model id. Entries without a readable price are left out: a router's,
 * which depends on the model that it picks and is listed as "-1", among them. {} for anything that is no such list.
 * https://openrouter.ai/docs/api/api-reference/models/get-models, read 2026-11.
 */
export function parseOpenRouterPrices(json: unknown): ReadonlyMap<string, ModelPrice> {
  const data = asFields(json)["data"];
  const prices = new Map<string, ModelPrice>();
  for (const entry of Array.isArray(data) ? data : []) {
    const { id, pricing } = asFields(entry);
    const price = parseOpenRouterPrice(pricing);
    if (typeof id === "string" && id !== "" && price !== undefined) prices.set(id, price);
  }
  return prices;
}

/**
 * One entry's `pricing`: dollars per token as text, of fees dollars each. undefined: unknown or not to be told before
 * the request. A part that cannot be read counts as not told.
 */
export function parseOpenRouterPrice(pricing: unknown): ModelPrice | undefined {
  const fields = asFields(pricing);
  const [input, output] = [perMillion(fields["prompt"]), perMillion(fields["completion"])];
  if (input === undefined || output === undefined) return undefined;
  const reasoning = perMillion(fields["internal_reasoning"]);
  const long = readLongPrompt(fields, { input, output });
  return {
    input,
    output,
    ...readCacheRates(fields, input),
    // Listed as 0 where reasoning is charged as output.
    ...(reasoning === undefined || reasoning === 0 || reasoning === output ? {} : { reasoning }),
    ...readFee("request", fields["request"]),
    ...readFee("web_search", fields["web_search"]),
    ...(long === undefined ? {} : { long_prompt: long }),
  };
}

function readCacheRates(
  fields: Fields,
  input: number,
): Pick<ModelPrice, "cache_read" | "cache_write_5m" | "cache_write_1h"> {
  const read = perMillion(fields["input_cache_read"]);
  const write = perMillion(fields["input_cache_write"]);
  const hour = perMillion(fields["input_cache_write_1h"]);
  return {
    ...(read === undefined ? {} : { cache_read: read }),
    ...(write === undefined ? {} : { cache_write_5m: wholeWriteRate(write, input) }),
    ...(hour === undefined ? {} : { cache_write_1h: wholeWriteRate(hour, input) }),
  };
}

/**
 * Of Gemini's models the list has the storage alone, less than input costs: it is charged beside the input ("input
 * token price plus 5 minutes of cache storage", https://openrouter.ai/docs/features/prompt-caching).
 */
function wholeWriteRate(write: number, input: number): number {
  return write < input ? tidy(input + write) : write;
}

/** The lowest of the tiers by prompt length; what a tier leaves open costs what it costs below. Other conditions: no. */
function readLongPrompt(fields: Fields, base: { input: number; output: number }): Rates | undefined {
  const tiers = (Array.isArray(fields["overrides"]) ? fields["overrides"] : []).flatMap((value: unknown) => {
    const tier = asFields(value);
    const above = tier["min_prompt_tokens"];
    return typeof above === "number" && above > 0 && tier["utc_start"] === undefined ? [{ tier, above }] : [];
  });
  const lowest = tiers.toSorted((one, other) => one.above - other.above)[0];
  if (lowest === undefined) return undefined;
  const merged = { ...fields, ...lowest.tier };
  const input = perMillion(merged["prompt"]) ?? base.input;
  const output = perMillion(merged["completion"]) ?? base.output;
  return { above_tokens: lowest.above, input, output, ...readCacheRates(merged, input) };
}

function readFee<Name extends string>(name: Name, value: unknown): Partial<Record<Name, number>> {
  const dollars = readNumber(value, MOST_DOLLARS_PER_FEE);
  return dollars === undefined || dollars === 0 ? {} : ({ [name]: dollars } as Record<Name, number>);
}

function perMillion(value: unknown): number | undefined {
  const perToken = readNumber(value, MOST_DOLLARS_PER_TOKEN);
  return perToken === undefined ? undefined : tidy(perToken * 1e6);
}

/** Negative where the price depends on the request. */
function readNumber(value: unknown, most: number): number | undefined {
  if (typeof value !== "number" && (typeof value !== "string" || value.trim() === "")) return undefined;
  const number = Number(value);
  return number >= 0 && number <= most ? number : undefined;
}

/** Without the dust of binary fractions. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

function asFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
