import { z } from "zod";
import type { ModelPrice } from "@switchyard/wire";
import { parseBoolean, parseText, parseTokens } from "./parse-values.ts";
import type { Parser } from "./parse-values.ts";
import { field } from "./schema-field.ts";
import type { CustomModelSettings } from "./settings.ts";

const parseDollars: Parser<number> = (raw) => {
  const value = Number(raw);
  return String(raw).trim() !== "" && Number.isFinite(value) && value >= 0
    ? { value }
    : { problem: "is not an amount of dollars", remedy: "Write a number, e.g. 0.000003 per token or 3 per million." };
};

const dollars = field(parseDollars);
const text = field(parseText);
const tokens = field(parseTokens);

const priceSchema = z.strictObject({
  input: dollars,
  output: dollars,
  cache_read: dollars.optional(),
  cache_write_5m: dollars.optional(),
  cache_write_1h: dollars.optional(),
});

/** A model of `custom_models`, and the fields of a models.yaml entry that say nothing of its endpoint. */
export const customModelSchema = z.strictObject({
  model_id: text,
  model_name: text.optional(),
  can_stream: field(parseBoolean).optional(),
  max_tokens: tokens.optional(),
  context: tokens.optional(),
  max_input_tokens: tokens.optional(),
  price: priceSchema.optional(),
  input_cost_per_token: dollars.optional(),
  output_cost_per_token: dollars.optional(),
  input_cost_per_million_tokens: dollars.optional(),
  output_cost_per_million_tokens: dollars.optional(),
  extra_headers: z.record(z.string(), z.unknown()).optional(),
  extra_body: z.record(z.string(), z.unknown()).optional(),
  reasoning_effort: text.optional(),
  direct: field(parseBoolean).optional(),
});

export type FileCustomModel = z.output<typeof customModelSchema>;

/** `headers` are the entry's extra headers, checked. */
export function toCustomModel(
  model: FileCustomModel,
  headers: Readonly<Record<string, string>>,
  direct = false,
): CustomModelSettings {
  const price = priceOf(model);
  return {
    modelId: model.model_id,
    modelName: model.model_name ?? model.model_id,
    ...(model.max_tokens === undefined ? {} : { maxTokens: model.max_tokens }),
    ...(model.context === undefined ? {} : { contextWindow: model.context }),
    ...(model.max_input_tokens === undefined ? {} : { maxInputTokens: model.max_input_tokens }),
    ...(price === undefined ? {} : { price }),
    extraHeaders: headers,
    extraBody: model.extra_body ?? {},
    ...(model.reasoning_effort === undefined ? {} : { reasoningEffort: model.reasoning_effort }),
    canStream: model.can_stream ?? true,
    direct: model.direct ?? direct,
  };
}

/** Dollars per million tokens, from whichever notation the entry has; a half price is no price. */
function priceOf(model: FileCustomModel): ModelPrice | undefined {
  if (model.price !== undefined) {
    const { input, output, cache_read: read, cache_write_5m: write5m, cache_write_1h: write1h } = model.price;
    return {
      input,
      output,
      ...(read === undefined ? {} : { cache_read: read }),
      ...(write5m === undefined ? {} : { cache_write_5m: write5m }),
      ...(write1h === undefined ? {} : { cache_write_1h: write1h }),
    };
  }
  const input = model.input_cost_per_million_tokens ?? perMillion(model.input_cost_per_token);
  const output = model.output_cost_per_million_tokens ?? perMillion(model.output_cost_per_token);
  return input === undefined || output === undefined ? undefined : { input, output };
}

function perMillion(perToken: number | undefined): number | undefined {
  return perToken === undefined ? undefined : Number((perToken * 1e6).toPrecision(12));
}
