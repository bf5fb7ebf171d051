import { z } from "zod";
import { parseBoolean, parseText, parseTokens } from "./parse-values.ts";
import { priceFields, priceOf } from "./price-schema.ts";
import { field } from "./schema-field.ts";
import type { CustomModelSettings } from "./settings.ts";

const text = field(parseText);
const tokens = field(parseTokens);

/** A model of `custom_models`, and the fields of a models.yaml entry that say nothing of its endpoint. */
export const customModelSchema = z.strictObject({
  model_id: text,
  model_name: text.optional(),
  can_stream: field(parseBoolean).optional(),
  max_tokens: tokens.optional(),
  context: tokens.optional(),
  max_input_tokens: tokens.optional(),
  ...priceFields,
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
