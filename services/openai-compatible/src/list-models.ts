import type { Catalog, Dialect } from "@switchyard/catalog";
import { listProviderModels, type ProviderModels } from "@switchyard/provider-kit";
import type { ProviderSettings } from "@switchyard/service-kit";
import type { ModelInfo, ModelTier } from "@switchyard/wire";

import type { EndpointQuirks } from "./quirks/index.ts";
import type { ListedUpstreamModel } from "./read-model-list.ts";

export interface ListContext {
  settings: ProviderSettings;
  catalog: Catalog;
  quirks: EndpointQuirks;
}

/** Output assumed for a model of which only the window is known. */
const ASSUMED_OUTPUT_SHARE = 4;

/** The catalogue's offers, or what the upstream lists, each by an API that this endpoint speaks. */
export function listModels(context: ListContext, listing: readonly ListedUpstreamModel[] | undefined): ProviderModels {
  const { settings, catalog, quirks } = context;
  const listed = listing?.map((model) => describeListed(model, context));
  const { models, tiers } = listProviderModels(settings, catalog, {
    dialectOf: () => quirks.newModelDialect,
    ...(listed === undefined ? {} : { offers: listed, tiers: tiersOf(listed, catalog, settings) }),
  });
  return { models: models.map((model) => withDialect(model, context)), tiers };
}

/** A model that no list has, in the way of a new one. */
export function describeNew(name: string, context: ListContext): ModelInfo {
  return withDialect(
    describeListed({ id: name, contextWindow: undefined, maxOutputTokens: undefined }, context),
    context,
  );
}

function describeListed({ id, contextWindow, maxOutputTokens }: ListedUpstreamModel, context: ListContext): ModelInfo {
  const { settings, catalog, quirks } = context;
  const offer = catalog
    .offersOf(settings.kind)
    .find((candidate) => candidate.id === id || candidate.id === untagged(id));
  const custom = catalog.customModelInfo({ modelId: id, modelName: id, direct: false });
  const known = catalog.findModel(id);
  const base: ModelInfo = offer === undefined ? { ...custom, dialect: quirks.newModelDialect } : { ...offer, id };
  const assumed =
    offer === undefined && (known === undefined || known.how === "legacy") ? quirks.assumedContextWindow : undefined;
  const window = contextWindow ?? assumed ?? base.context_window;
  return {
    ...base,
    context_window: window,
    max_output_tokens:
      maxOutputTokens ?? Math.min(base.max_output_tokens, Math.max(1, Math.floor(window / ASSUMED_OUTPUT_SHARE))),
    quota_bucket: offer?.quota_bucket ?? `${settings.kind}/${id}`,
  };
}

/** "qwen3-coder:latest" is "qwen3-coder". */
function untagged(id: string): string {
  return id.replace(/:latest$/, "");
}

/** The configured API, else the model's own where the endpoint speaks it, else chat completions. */
function withDialect(model: ModelInfo, { settings, quirks }: ListContext): ModelInfo {
  const custom = settings.customModels.some(({ modelName, direct }) => modelName === model.id && direct);
  const wanted: Dialect = custom ? "messages" : (settings.dialect ?? model.dialect);
  return { ...model, dialect: quirks.addresses[wanted] === undefined ? "chat" : wanted };
}

/**
 * What a list of names says of its tiers: models that the catalogue prefers first, then the larger window.
 * A tier without a model of its own gets the next one's.
 */
function tiersOf(
  models: readonly ModelInfo[],
  catalog: Catalog,
  { kind }: ProviderSettings,
): Record<ModelTier, string[]> {
  const preferred = catalog.tiersOf(kind);
  const rank = (model: ModelInfo, tier: ModelTier): number => {
    const place = preferred[tier].findIndex((id) => id === model.id || id === untagged(model.id));
    return place < 0 ? Infinity : place;
  };
  const idsOf = (tier: ModelTier): string[] =>
    models
      .filter((model) => model.tier === tier)
      .toSorted(
        (a, b) =>
          difference(rank(a, tier), rank(b, tier)) || b.context_window - a.context_window || a.id.localeCompare(b.id),
      )
      .map(({ id }) => id);
  const [big, middle, small] = [idsOf("big"), idsOf("middle"), idsOf("small")];
  return {
    big: firstFilled(big, middle, small),
    middle: firstFilled(middle, big, small),
    small: firstFilled(small, middle, big),
  };
}

function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function firstFilled(...lists: string[][]): string[] {
  return [...(lists.find((list) => list.length > 0) ?? [])];
}
