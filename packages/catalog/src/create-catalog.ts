import type { ModelInfo, ModelPrice, ModelTier } from "@switchyard/wire";
import type { CustomModel } from "./custom-model-info.ts";
import { customModelInfo } from "./custom-model-info.ts";
import { CATALOG_VERSION, MODELS } from "./data/models.ts";
import type { OfferOptions } from "./model-info.ts";
import { toModelInfo } from "./model-info.ts";
import { candidateNames, normalizeModelName } from "./model-names.ts";
import type { CatalogModel, ModelOffer, ModelProfile, ProviderKind } from "./model.ts";
import { adaptProfile, profileByName, UNKNOWN_MODEL_PROFILE } from "./profiles.ts";

export interface CatalogOverrides {
  /** Canonical id → the price that replaces the catalogue's on every offer. */
  prices?: Readonly<Record<string, ModelPrice>>;
  /** Further names → canonical id. */
  aliases?: Readonly<Record<string, string>>;
  /** Models that are added, or replace those of the same canonical id. */
  models?: readonly CatalogModel[];
}

export interface ModelMatch {
  model: CatalogModel;
  /**
   * "exact": its own name; "alias": another name of it, or a provider's id; "pattern": the same after
   * dates, vendor prefixes and the like were taken off; "legacy": the model asked for is gone, this one
   * stands in for it, which the client should be told.
   */
  how: "exact" | "alias" | "pattern" | "legacy";
}

export interface Catalog {
  /** Names the state of the figures. */
  readonly version: string;
  readonly models: readonly CatalogModel[];
  findModel(name: string): ModelMatch | undefined;
  /** Of a model by any of its names; of an unknown one by what its name says, else "big". */
  tierOf(name: string): ModelTier;
  /** Every model that a kind of provider offers, in order of tier and preference. */
  offersOf(kind: ProviderKind, options?: OfferOptions): ModelInfo[];
  /** Upstream ids in order of preference; a tier without a model of its own gets the next one's. */
  tiersOf(kind: ProviderKind): Record<ModelTier, string[]>;
  /**
   * How the model is asked through an OpenAI dialect, at this kind of provider where one is named. An unknown one is
   * asked as its name tells, else like the model `unlessKnown`, else by what every compatible server takes.
   */
  profileOf(name: string, kind?: ProviderKind, unlessKnown?: string): ModelProfile;
  customModelInfo(custom: CustomModel): ModelInfo;
}

const TIER_ORDER: Readonly<Record<ModelTier, number>> = { big: 0, middle: 1, small: 2 };

/**
 * The models that this project knows: names, windows, prices, abilities, and where to get them.
 * Throws a RangeError when two models claim one name, or an override names a model that does not exist.
 */
export function createCatalog(overrides: CatalogOverrides = {}): Catalog {
  const models = mergeModels(overrides);
  const index = createIndex(models, overrides.aliases ?? {});

  function findModel(name: string): ModelMatch | undefined {
    const normalized = normalizeModelName(name);
    const direct = index.get(normalized);
    if (direct !== undefined) return { model: direct, how: direct.canonical === normalized ? "exact" : "alias" };
    const candidates = candidateNames(normalized);
    for (const candidate of candidates) {
      const model = index.get(candidate);
      if (model !== undefined) return { model, how: "pattern" };
    }
    const bare = candidates.at(-1) ?? normalized;
    const successor = models.find(({ legacy }) => legacy?.some((pattern) => pattern.test(bare)));
    return successor === undefined ? undefined : { model: successor, how: "legacy" };
  }

  function tierOf(name: string): ModelTier {
    return findModel(name)?.model.tier ?? tierByName(name);
  }

  function profileOf(name: string, kind?: ProviderKind, unlessKnown?: string): ModelProfile {
    const match = findModel(name);
    if (match !== undefined && match.how !== "legacy") return profileAt(match.model, kind);
    const profile = profileByName(normalizeModelName(name));
    if (profile === undefined && unlessKnown !== undefined) return profileOf(unlessKnown, kind);
    return adaptTo(profile ?? UNKNOWN_MODEL_PROFILE, kind);
  }

  return {
    version: CATALOG_VERSION,
    models,
    findModel,
    tierOf,
    offersOf: (kind, options) => listOffers(models, kind).map(({ model, offer }) => toModelInfo(model, offer, options)),
    tiersOf: (kind) => tiersOfOffers(listOffers(models, kind)),
    profileOf,
    customModelInfo: (custom) => customModelInfo({ findModel, tierOf }, custom),
  };
}

function mergeModels({ models = [], prices = {} }: CatalogOverrides): readonly CatalogModel[] {
  const merged = new Map(MODELS.map((model) => [model.canonical, model]));
  for (const model of models) merged.set(model.canonical, model);
  for (const [canonical, price] of Object.entries(prices)) {
    const model = merged.get(canonical);
    if (model === undefined) throw new RangeError(`There is no model "${canonical}" whose price could be set.`);
    merged.set(canonical, { ...model, offers: model.offers.map((offer) => ({ ...offer, price })) });
  }
  return [...merged.values()];
}

function createIndex(
  models: readonly CatalogModel[],
  aliases: Readonly<Record<string, string>>,
): Map<string, CatalogModel> {
  const index = new Map<string, CatalogModel>();
  for (const model of models) {
    for (const name of [model.canonical, ...model.aliases, ...model.offers.map(({ id }) => id)]) {
      const holder = index.get(normalizeModelName(name));
      if (holder !== undefined && holder !== model) {
        throw new RangeError(`"${name}" is claimed by ${holder.canonical} and ${model.canonical}.`);
      }
      index.set(normalizeModelName(name), model);
    }
  }
  for (const [alias, canonical] of Object.entries(aliases)) {
    const model = index.get(normalizeModelName(canonical));
    if (model === undefined) throw new RangeError(`"${alias}" stands for "${canonical}", which is not a model.`);
    index.set(normalizeModelName(alias), model);
  }
  return index;
}

function profileAt({ profile, offers }: CatalogModel, kind: ProviderKind | undefined): ModelProfile {
  const adapted = adaptTo(profile, kind);
  const offered = kind === undefined ? undefined : offers.find((offer) => offer.kind === kind)?.profile;
  return offered === undefined ? adapted : { ...adapted, ...offered };
}

function adaptTo(profile: ModelProfile, kind: ProviderKind | undefined): ModelProfile {
  return kind === undefined ? profile : adaptProfile(profile, kind);
}

interface Offered {
  model: CatalogModel;
  offer: ModelOffer;
}

function listOffers(models: readonly CatalogModel[], kind: ProviderKind): Offered[] {
  return models
    .flatMap((model) => model.offers.filter((offer) => offer.kind === kind).map((offer) => ({ model, offer })))
    .toSorted((a, b) => orderOf(a) - orderOf(b));
}

function rankOf({ model, offer }: Offered): number | undefined {
  return offer.rank ?? model.rank;
}

function orderOf(offered: Offered): number {
  return TIER_ORDER[offered.model.tier] * 1000 + (rankOf(offered) ?? 999);
}

function tiersOfOffers(offers: readonly Offered[]): Record<ModelTier, string[]> {
  const idsOf = (tier: ModelTier): string[] =>
    offers
      .filter((offered) => offered.model.tier === tier && rankOf(offered) !== undefined)
      .map(({ offer }) => offer.id);
  const [big, middle, small] = [idsOf("big"), idsOf("middle"), idsOf("small")];
  return {
    big: firstFilled(big, middle, small),
    middle: firstFilled(middle, big, small),
    small: firstFilled(small, middle, big),
  };
}

function firstFilled(...lists: string[][]): string[] {
  return [...(lists.find((list) => list.length > 0) ?? [])];
}

function tierByName(name: string): ModelTier {
  const lower = name.toLowerCase();
  if (lower.includes("opus")) return "big";
  if (lower.includes("sonnet")) return "middle";
  return lower.includes("haiku") ? "small" : "big";
}
