import { parseOpenRouterPrice } from "@switchyard/catalog";
import type { ModelPrice } from "@switchyard/wire";
import { z } from "zod";

/**
 * An entry of OpenRouter's /models (openrouter.ai/docs/api/api-reference/models/get-models), as far as it
 * is used.
 */
const ENTRY = z.object({
  id: z.string().min(1),
  name: z.string().nullish(),
  context_length: z.number().nullish(),
  architecture: z
    .object({
      input_modalities: z.array(z.string()).nullish(),
      output_modalities: z.array(z.string()).nullish(),
    })
    .nullish()
    .catch(undefined),
  pricing: z.unknown().optional(),
  top_provider: z
    .object({ context_length: z.number().nullish(), max_completion_tokens: z.number().nullish() })
    .nullish()
    .catch(undefined),
  supported_parameters: z.array(z.string()).nullish().catch(undefined),
  expiration_date: z.string().nullish().catch(undefined),
});

export interface ListedModel {
  id: string;
  name: string;
  /** Tokens; undefined: not said. */
  contextWindow: number | undefined;
  maxOutputTokens: number | undefined;
  takesImages: boolean;
  takesFiles: boolean;
  /** Dollars per million tokens; undefined: unknown or depending on the request. */
  price: ModelPrice | undefined;
  /** Parameters of chat completions that the model takes; undefined: not said. */
  parameters: ReadonlySet<string> | undefined;
  /** RFC 3339. */
  retiresAt: string | undefined;
}

/**
 * The models that answer with text. Entries that cannot be read are left out.
 *
 * @throws Error when nothing is left
 */
export function readModels(json: unknown): ReadonlyMap<string, ListedModel> {
  const data = typeof json === "object" && json !== null ? (json as { data?: unknown }).data : undefined;
  const models = (Array.isArray(data) ? data : []).flatMap(readEntry);
  if (models.length === 0) throw new Error("it names no model that writes text");
  return new Map(models.map((model) => [model.id, model]));
}

function readEntry(value: unknown): ListedModel[] {
  const parsed = ENTRY.safeParse(value);
  if (!parsed.success) return [];
  const { id, name, context_length, architecture, pricing, top_provider, supported_parameters } = parsed.data;
  const output = architecture?.output_modalities;
  if (output !== null && output !== undefined && !output.includes("text")) return [];
  return [
    {
      id,
      name: name ?? id,
      contextWindow: positive(top_provider?.context_length) ?? positive(context_length),
      maxOutputTokens: positive(top_provider?.max_completion_tokens),
      takesImages: architecture?.input_modalities?.includes("image") ?? false,
      takesFiles: architecture?.input_modalities?.includes("file") ?? false,
      price: parseOpenRouterPrice(pricing),
      parameters: supported_parameters ? new Set(supported_parameters) : undefined,
      retiresAt: readDate(parsed.data.expiration_date),
    },
  ];
}

function readDate(text: string | null | undefined): string | undefined {
  const date = Date.parse(text ?? "");
  return Number.isNaN(date) ? undefined : new Date(date).toISOString();
}

function positive(value: number | null | undefined): number | undefined {
  return value !== null && value !== undefined && value > 0 ? value : undefined;
}
