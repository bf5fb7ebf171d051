import type { Catalog } from "@switchyard/catalog";
import type { ModelInfo, ModelTier } from "@switchyard/wire";

import type { CatalogEntry } from "./read-catalog.ts";

export interface MapOptions {
  catalog: Catalog;
  /** Most tokens of one request and its answer, whatever the model could take; undefined: the entry's own. */
  requestLimits: (entry: CatalogEntry) => RequestLimits;
}

export interface RequestLimits {
  maxInputTokens?: number;
  maxOutputTokens?: number;
}

/** What is assumed where the catalogue does not say. */
const DEFAULT_LIMITS = { maxInputTokens: 128_000, maxOutputTokens: 4096 };

/**
 * Most tokens per request of the free tier, by the tier of the model's rate limits; a coding session
 * fits into none of them (docs.github.com/en/github-models/use-github-models/prototyping-with-ai-models#rate-limits).
 */
export function freeTierLimits({ rateLimitTier }: Pick<CatalogEntry, "rateLimitTier">): Required<RequestLimits> {
  const reasoning = rateLimitTier === "custom" || rateLimitTier.startsWith("reasoning");
  return { maxInputTokens: reasoning ? 4000 : 8000, maxOutputTokens: 4000 };
}

/** A catalogue entry as this service offers it; what it does not say comes from what is known of the model. */
export function mapCatalogEntry(entry: CatalogEntry, options: MapOptions): ModelInfo {
  const match = options.catalog.findModel(entry.id);
  const known = match?.how === "legacy" ? undefined : match?.model;
  const limits = options.requestLimits(entry);
  const can = (capability: string): boolean | undefined => entry.capabilities?.has(capability);
  return {
    id: entry.id,
    canonical: known?.canonical ?? entry.id,
    display_name: entry.name,
    aliases: [...(known?.aliases ?? [])],
    tier: known?.tier ?? guessTier(entry),
    context_window: smallest(
      entry.maxInputTokens ?? known?.contextWindow ?? DEFAULT_LIMITS.maxInputTokens,
      limits.maxInputTokens,
    ),
    max_output_tokens: smallest(
      entry.maxOutputTokens ?? known?.maxOutputTokens ?? DEFAULT_LIMITS.maxOutputTokens,
      limits.maxOutputTokens,
    ),
    capabilities: {
      tools: can("tool-calling") ?? known?.capabilities.tools ?? false,
      images: entry.takesImages,
      documents: false,
      thinking: can("reasoning") ?? known?.capabilities.thinking ?? false,
      server_tools: [],
    },
    // Requests a day are counted per user and model ("UserByModelByDay").
    quota_bucket: `github-models/${entry.id}`,
    dialect: "chat",
    native_count_tokens: false,
  };
}

/**
 * Which models serve a tier, best first: those that can call tools before those that cannot, then by the
 * room they give a conversation, then by the length of their answers, then by the known order of preference.
 */
export function rankTiers(models: readonly ModelInfo[], catalog: Catalog): Record<ModelTier, string[]> {
  const idsOf = (tier: ModelTier): string[] =>
    models
      .filter((model) => model.tier === tier)
      .toSorted((a, b) => compareModels(a, b, catalog))
      .map(({ id }) => id);
  const [big, middle, small] = [idsOf("big"), idsOf("middle"), idsOf("small")];
  return {
    big: firstFilled(big, middle, small),
    middle: firstFilled(middle, big, small),
    small: firstFilled(small, middle, big),
  };
}

function compareModels(a: ModelInfo, b: ModelInfo, catalog: Catalog): number {
  return (
    Number(b.capabilities.tools) - Number(a.capabilities.tools) ||
    b.context_window - a.context_window ||
    b.max_output_tokens - a.max_output_tokens ||
    rankOf(a, catalog) - rankOf(b, catalog) ||
    a.id.localeCompare(b.id)
  );
}

function rankOf(model: ModelInfo, catalog: Catalog): number {
  return catalog.findModel(model.canonical)?.model.rank ?? Infinity;
}

/** The largest models have the tightest rate limits; small ones say so in their names. */
function guessTier(entry: CatalogEntry): ModelTier {
  if (/\b(?:mini|nano|small|lite|flash|tiny|haiku|[1-9]b)\b/i.test(entry.id.replaceAll("-", " "))) return "small";
  switch (entry.rateLimitTier) {
    case "low":
      return "small";
    case "high":
      return (entry.maxInputTokens ?? 0) >= 100_000 && (entry.maxOutputTokens ?? 0) >= 16_000 ? "big" : "middle";
    default:
      return entry.capabilities?.has("reasoning") === true ? "big" : "middle";
  }
}

function smallest(limit: number, other: number | undefined): number {
  return other === undefined ? limit : Math.min(limit, other);
}

function firstFilled(...lists: string[][]): string[] {
  return [...(lists.find((list) => list.length > 0) ?? [])];
}
