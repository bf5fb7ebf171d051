import { z } from "zod";

/**
 * An entry of GitHub's model catalogue (docs.github.com/en/rest/models/catalog), as far as it is used.
 * Lenient: fields came and went with the versions of the API.
 */
const ENTRY = z.object({
  id: z.string().min(1),
  name: z.string().nullish(),
  rate_limit_tier: z.string().nullish(),
  capabilities: z.array(z.string()).nullish(),
  limits: z
    .object({ max_input_tokens: z.number().nullish(), max_output_tokens: z.number().nullish() })
    .nullish()
    .catch(undefined),
  supported_input_modalities: z.array(z.string()).nullish(),
  supported_output_modalities: z.array(z.string()).nullish(),
  tags: z.array(z.string()).nullish().catch(undefined),
});

export interface CatalogEntry {
  /** "publisher/name", what a request names. */
  id: string;
  name: string;
  /** "low", "high", "embeddings", "custom", …; lower case, "" when it is not said. */
  rateLimitTier: string;
  /** undefined: the catalogue does not say. */
  capabilities: ReadonlySet<string> | undefined;
  maxInputTokens: number | undefined;
  maxOutputTokens: number | undefined;
  takesImages: boolean;
}

/**
 * The models that answer with text. Entries that cannot be read are left out.
 *
 * @throws Error when nothing is left
 */
export function readCatalog(json: unknown): readonly CatalogEntry[] {
  const entries = listOf(json).flatMap(readEntry);
  if (entries.length === 0) throw new Error("it names no model that writes text");
  return entries;
}

function readEntry(value: unknown): CatalogEntry[] {
  const parsed = ENTRY.safeParse(value);
  if (!parsed.success) return [];
  const { id, name, rate_limit_tier, capabilities, limits } = parsed.data;
  const { supported_input_modalities: input, supported_output_modalities: output } = parsed.data;
  const rateLimitTier = (rate_limit_tier ?? "").toLowerCase();
  if (rateLimitTier === "embeddings" || (output !== undefined && output !== null && !output.includes("text")))
    return [];
  return [
    {
      id,
      name: name ?? id,
      rateLimitTier,
      capabilities:
        capabilities === undefined || capabilities === null
          ? undefined
          : new Set(capabilities.map((capability) => capability.toLowerCase())),
      maxInputTokens: positive(limits?.max_input_tokens),
      maxOutputTokens: positive(limits?.max_output_tokens),
      takesImages: input?.includes("image") ?? false,
    },
  ];
}

/** A bare list, or one below the name that imitations give it. */
function listOf(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  if (typeof json !== "object" || json === null) return [];
  const { data, models } = json as { data?: unknown; models?: unknown };
  if (Array.isArray(data)) return data;
  return Array.isArray(models) ? models : [];
}

function positive(value: number | null | undefined): number | undefined {
  return value !== null && value !== undefined && value > 0 ? value : undefined;
}
