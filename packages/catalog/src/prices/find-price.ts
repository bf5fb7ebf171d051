import type { ModelPrice } from "@switchyard/wire";
import type { Catalog } from "../create-catalog.ts";
import { OLDER_PRICES } from "../data/older-prices.ts";
import { bareName } from "../model-names.ts";
import type { CatalogModel, ModelOffer, ProviderKind } from "../model.ts";
import { completePrice, scalePrice } from "./complete-price.ts";
import { findKin } from "./find-kin.ts";
import { offerPrice } from "./offer-price.ts";
import type { RefreshedPrices } from "./refreshed-prices.ts";

/** Whose model, where. */
export interface PriceSubject {
  /** Name of the provider in the settings. */
  provider: string;
  kind: string;
  /** The id that the upstream takes. */
  upstreamModel: string;
  /** The catalogue's name of it, or what stands for one. */
  model: string;
  /** Where the provider runs it; default "global". */
  location?: string;
  /** ms since the epoch: prices change at announced times. */
  at?: number;
}

export type TableSource = "refreshed" | "catalog" | "kin" | "none";

export interface TablePrice {
  price: ModelPrice | undefined;
  source: TableSource;
  /** The price is a refreshed one, whatever it was found by. */
  refreshed: boolean;
  pricedAs?: string;
}

export interface PriceTables {
  catalog: Pick<Catalog, "models" | "findModel" | "tierOf">;
  refreshed: RefreshedPrices;
}

/** Where the list of refreshed prices is from, and what it prices by its own ids. */
const REFRESHED_KIND: ProviderKind = "openrouter";
/** Runs on hardware of one's own: nothing is charged by the token. */
const UNMETERED_KINDS: ReadonlySet<string> = new Set<ProviderKind>(["ollama"]);
/** "vendor/model:free", at no charge. */
const FREE_VARIANT = /^.+\/.+:free$/;

const FREE: ModelPrice = { input: 0, output: 0 };
const NOTHING: TablePrice = { price: undefined, source: "none", refreshed: false };

/**
 * The price of a model by the tables: listed at the provider itself; else known to be the same as listed elsewhere;
 * else, marked, that of the same model elsewhere or of its nearest kin.
 */
export function findPrice(subject: PriceSubject, tables: PriceTables): TablePrice {
  const { kind, upstreamModel } = subject;
  const known = findKnown(subject, tables);
  const listed = kind === REFRESHED_KIND ? tables.refreshed.byId(upstreamModel) : undefined;
  if (listed !== undefined) return refreshed(completePrice(listed.price, knownPrice(known, subject)));
  if (UNMETERED_KINDS.has(kind)) return { price: FREE, source: "catalog", refreshed: false };
  if (kind === REFRESHED_KIND && FREE_VARIANT.test(upstreamModel)) {
    return { price: FREE, source: "catalog", refreshed: false };
  }
  const offer = known?.offers.find((candidate) => candidate.kind === kind);
  const offered = known === undefined || offer === undefined ? NOTHING : priceOffer(known, offer, { subject, tables });
  if (offered.price !== undefined) return offered;
  return (
    priceElsewhere(known, { subject, tables }) ??
    priceByName(subject, tables) ??
    priceOfKin(known, { subject, tables }) ??
    NOTHING
  );
}

interface Search {
  subject: PriceSubject;
  tables: PriceTables;
}

/** What the catalogue has of it, by the id at this kind of provider or by any name but a successor's. */
function findKnown({ kind, upstreamModel, model }: PriceSubject, { catalog }: PriceTables): CatalogModel | undefined {
  const offered = catalog.models.find(({ offers }) =>
    offers.some((offer) => offer.kind === kind && offer.id === upstreamModel),
  );
  if (offered !== undefined) return offered;
  for (const name of [upstreamModel, model]) {
    const match = catalog.findModel(name);
    if (match !== undefined && match.how !== "legacy") return match.model;
  }
  return undefined;
}

function knownPrice(known: CatalogModel | undefined, { kind, at }: PriceSubject): ModelPrice | undefined {
  const offer = known?.offers.find((candidate) => candidate.kind === kind);
  return offer === undefined ? undefined : offerPrice(offer, "global", at);
}

/**
 * As the catalogue has it; but where it says that the provider charges what the refreshed list's does, the newer of
 * both counts.
 */
function priceOffer(known: CatalogModel, offer: ModelOffer, { subject, tables }: Search): TablePrice {
  const { location = "global", at } = subject;
  const price = offerPrice(offer, location, at);
  const twin = known.offers.find(({ kind }) => kind === REFRESHED_KIND);
  const listed = twin === undefined || !samePrice(twin, offer) ? undefined : tables.refreshed.byId(twin.id);
  if (listed === undefined) return { price, source: price === undefined ? "none" : "catalog", refreshed: false };
  const completed = completePrice(listed.price, offerPrice(offer, "global", at));
  const factor = location === "global" ? undefined : offer.regionalPriceFactor;
  return refreshed(factor === undefined ? completed : scalePrice(completed, factor));
}

function samePrice(one: ModelOffer, other: ModelOffer): boolean {
  return JSON.stringify(one.price) === JSON.stringify(other.price);
}

/** Of the same model at the first provider whose price is known, as by custom the maker's own. */
function priceElsewhere(known: CatalogModel | undefined, { subject, tables }: Search): TablePrice | undefined {
  for (const offer of known?.offers ?? []) {
    if (known === undefined || UNMETERED_KINDS.has(offer.kind)) continue;
    const found = priceOffer(known, offer, { subject: { ...subject, location: "global" }, tables });
    if (found.price !== undefined) return { ...found, source: "kin", pricedAs: known.canonical };
  }
  return undefined;
}

/** Of a model that the catalogue does not have: an older one's last price, or the refreshed list's under its plain name. */
function priceByName(
  { kind, upstreamModel, model }: PriceSubject,
  { refreshed: list }: PriceTables,
): TablePrice | undefined {
  for (const name of [upstreamModel, model]) {
    const bare = bareName(name);
    const older = OLDER_PRICES.find((one) => one.name.test(bare));
    if (older !== undefined) {
      const { price, kinds } = older;
      const isOwn = kinds.some((own) => own === kind);
      return { price, refreshed: false, ...(isOwn ? { source: "catalog" } : { source: "kin", pricedAs: bare }) };
    }
    const listed = list.byName(name);
    if (listed !== undefined) return { ...refreshed(listed.price), pricedAs: listed.id };
  }
  return undefined;
}

function priceOfKin(known: CatalogModel | undefined, { subject, tables }: Search): TablePrice | undefined {
  const models = tables.catalog.models.filter((model) => priceElsewhere(model, { subject, tables }) !== undefined);
  for (const name of [known?.canonical, subject.upstreamModel, subject.model]) {
    const kin = name === undefined ? undefined : findKin(name, { models, tier: tables.catalog.tierOf(name) });
    if (kin === undefined) continue;
    const own = kin.offers.find((offer) => offer.kind === subject.kind && offer.price !== undefined);
    const found = own === undefined ? undefined : priceOffer(kin, own, { subject, tables });
    const price = found ?? priceElsewhere(kin, { subject, tables });
    if (price !== undefined) return { ...price, source: "kin", pricedAs: kin.canonical };
  }
  return undefined;
}

function refreshed(price: ModelPrice): TablePrice {
  return { price, source: "refreshed", refreshed: true };
}
