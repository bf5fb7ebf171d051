import type { Catalog, Dialect, ProviderKind } from "@switchyard/catalog";
import type { CustomModelSettings, ProviderSettings } from "@switchyard/service-kit";
import type { ModelInfo, ModelTier } from "@switchyard/wire";

export interface ProviderModels {
  models: readonly ModelInfo[];
  /** Upstream ids in order of preference. */
  tiers: Readonly<Record<ModelTier, readonly string[]>>;
}

export interface ListModelsOptions {
  /** Where the provider runs its models, for prices and quotas that depend on it. */
  location?: string;
  /** Instead of the catalogue's order of preference. */
  tiers?: Readonly<Record<ModelTier, readonly string[]>>;
  /** Instead of the catalogue's offers: what the upstream itself lists. */
  offers?: readonly ModelInfo[];
  /** The dialect of a model that the catalogue does not offer here. Default: chat completions. */
  dialectOf?: (model: ModelInfo) => Dialect;
}

const TIERS: readonly ModelTier[] = ["big", "middle", "small"];

/**
 * What a configured provider offers: the catalogue's models (or the upstream's own list), those that only
 * configuration knows, and those that it merely names as a tier's; under the names and limits that
 * configuration gives them.
 */
export function listProviderModels(
  settings: ProviderSettings,
  catalog: Catalog,
  options: ListModelsOptions = {},
): ProviderModels {
  const { kind } = settings;
  const offered = options.offers ?? catalog.offersOf(kind, locationOf(options));
  const known = new Map(offered.map((model) => [model.id, model]));
  for (const custom of settings.customModels) known.set(custom.modelName, describeCustom(custom, catalog, offered));
  const tiers = mergeTiers(settings, options.tiers ?? catalog.tiersOf(kind), new Set(known.keys()));
  for (const tier of TIERS)
    for (const id of settings.models[tier])
      if (!known.has(id)) known.set(id, { ...describeNamed(id, catalog, { kind, offered, options }), tier });
  return { models: [...known.values()].map((model) => adjust(model, settings)), tiers };
}

/** Reached like the offer of the same model, where there is one: a deployment of one's own, another window. */
function describeCustom(custom: CustomModelSettings, catalog: Catalog, offered: readonly ModelInfo[]): ModelInfo {
  const model = catalog.customModelInfo(custom);
  const same = custom.direct ? undefined : offered.find(({ canonical }) => canonical === model.canonical);
  return same === undefined ? model : { ...model, dialect: same.dialect };
}

/** Configured tiers as they are; the others by preference, as far as the models are there. */
function mergeTiers(
  settings: ProviderSettings,
  preferred: Readonly<Record<ModelTier, readonly string[]>>,
  known: ReadonlySet<string>,
): Record<ModelTier, readonly string[]> {
  const customs = settings.customModels.map(({ modelName }) => modelName);
  const idsOf = (tier: ModelTier): readonly string[] => {
    if (settings.models[tier].length > 0) return settings.models[tier];
    const there = preferred[tier].filter((id) => known.has(id));
    // A provider of custom models alone serves every tier with them.
    return there.length > 0 ? there : customs;
  };
  return { big: idsOf("big"), middle: idsOf("middle"), small: idsOf("small") };
}

interface NamedContext {
  kind: ProviderKind;
  offered: readonly ModelInfo[];
  options: ListModelsOptions;
}

/**
 * A model that configuration names without describing it: a deployment, a variant, something new. It is
 * taken for the offer of the same model where the name tells which one that is.
 */
function describeNamed(id: string, catalog: Catalog, { kind, offered, options }: NamedContext): ModelInfo {
  const match = catalog.findModel(id);
  const same = match === undefined ? undefined : offered.find(({ canonical }) => canonical === match.model.canonical);
  if (same !== undefined && match?.how !== "legacy") return { ...same, id };
  const custom = catalog.customModelInfo({ modelId: id, modelName: id, direct: false });
  const model: ModelInfo = { ...custom, quota_bucket: `${kind}/${id}` };
  return { ...model, dialect: options.dialectOf?.(model) ?? "chat" };
}

function locationOf({ location }: ListModelsOptions): { location?: string } {
  return location === undefined ? {} : { location };
}

/** Configured aliases and output limit; quotas of a further provider of the same kind are its own. */
function adjust(model: ModelInfo, settings: ProviderSettings): ModelInfo {
  const named = Object.entries(settings.aliases)
    .filter(([, target]) => target === model.id)
    .map(([alias]) => alias);
  return {
    ...model,
    aliases: [...new Set([...model.aliases, ...named])],
    max_output_tokens: Math.min(model.max_output_tokens, settings.maxTokens ?? Infinity),
    quota_bucket: settings.name === settings.kind ? model.quota_bucket : `${settings.name}/${model.quota_bucket}`,
  };
}
