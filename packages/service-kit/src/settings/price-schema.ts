import { z } from "zod";
import type { ModelPrice } from "@switchyard/wire";
import { defined } from "./build-timeouts.ts";
import type { Parser } from "./parse-values.ts";
import { parseTokens } from "./parse-values.ts";
import { field } from "./schema-field.ts";

const parseRate: Parser<number> = (raw) => {
  const value = Number(raw);
  return String(raw).trim() !== "" && Number.isFinite(value) && value >= 0
    ? { value }
    : { problem: "is not an amount of dollars", remedy: "Write a number, e.g. 0.000003 per token or 3 per million." };
};

const rate = field(parseRate);

const rates = {
  input: rate,
  output: rate,
  cache_read: rate.optional(),
  cache_write_5m: rate.optional(),
  cache_write_1h: rate.optional(),
  reasoning: rate.optional(),
};

const priceSchema = z.strictObject({
  ...rates,
  request: rate.optional(),
  web_search: rate.optional(),
  long_prompt: z.strictObject({ above_tokens: field(parseTokens), ...rates }).optional(),
});

/** The fields by which an entry tells its price: dollars per million tokens, or as other programs' files have it. */
export const priceFields = {
  price: priceSchema.optional(),
  input_cost_per_token: rate.optional(),
  output_cost_per_token: rate.optional(),
  input_cost_per_million_tokens: rate.optional(),
  output_cost_per_million_tokens: rate.optional(),
};

const priced = z.strictObject(priceFields);

export type FilePrice = z.output<typeof priced>;

/** Dollars per million tokens, from whichever notation the entry has; a half price is no price. */
export function priceOf(entry: FilePrice): ModelPrice | undefined {
  if (entry.price !== undefined) {
    const { long_prompt: long, request, web_search, ...usual } = entry.price;
    return {
      ...ratesOf(usual),
      ...defined({ request, web_search }),
      ...(long === undefined ? {} : { long_prompt: { above_tokens: long.above_tokens, ...ratesOf(long) } }),
    };
  }
  const input = entry.input_cost_per_million_tokens ?? perMillion(entry.input_cost_per_token);
  const output = entry.output_cost_per_million_tokens ?? perMillion(entry.output_cost_per_token);
  return input === undefined || output === undefined ? undefined : { input, output };
}

type Apart = "long_prompt" | "request" | "web_search";
type FileRates = Omit<NonNullable<FilePrice["price"]>, Apart>;

function ratesOf(file: FileRates): Omit<ModelPrice, Apart> {
  const { input, output, cache_read, cache_write_5m, cache_write_1h, reasoning } = file;
  return { input, output, ...defined({ cache_read, cache_write_5m, cache_write_1h, reasoning }) };
}

function perMillion(perToken: number | undefined): number | undefined {
  return perToken === undefined ? undefined : Number((perToken * 1e6).toPrecision(12));
}
