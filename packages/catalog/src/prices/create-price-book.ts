import { createHash } from "node:crypto";
import type { AttemptFacts, ModelPrice, PricedCost, TokenUsage } from "@switchyard/wire";
import type { Catalog } from "../create-catalog.ts";
import { candidateNames, normalizeModelName } from "../model-names.ts";
import { completePrice } from "./complete-price.ts";
import { findPrice, type PriceSubject, type TablePrice } from "./find-price.ts";
import { findOverride, type PriceOverride } from "./price-overrides.ts";
import { priceUsage } from "./price-usage.ts";
import { createRefreshedPrices, type RefreshedPrices } from "./refreshed-prices.ts";

/**
 * configuration: set by whoever runs the mesh; refreshed: on the list that was fetched; catalog: checked in with the
 * code; kin: of the same model elsewhere or of the nearest one; none: nobody knows.
 */
export type PriceSource = "configuration" | "refreshed" | "catalog" | "kin" | "none";

export interface FoundPrice {
  /** undefined: unknown. */
  price: ModelPrice | undefined;
  /** "configuration 3fa9c1d2", "openrouter 2026-11-21T10:00Z", "catalog 2026-11-21", "none". */
  version: string;
  source: PriceSource;
  /** Whose price it is, where it is not the model's own. */
  pricedAs?: string;
}

/** A model that was priced by another one's price, or not at all. */
export interface UnknownPrice {
  provider: string;
  kind: string;
  model: string;
  upstreamModel: string;
  /** Absent: it costs nothing as far as the books know. */
  pricedAs?: string;
}

export type PricedFacts = Pick<AttemptFacts, "provider" | "providerKind" | "model" | "upstreamModel" | "at">;

export interface PriceBook {
  /** Never throws: what nobody knows has the source "none". */
  priceOf(subject: PriceSubject): FoundPrice;
  /** By the prices of when it was sent. What the provider told wins; the table's figure is kept beside it. */
  cost(facts: PricedFacts, usage: TokenUsage): PricedCost;
  /** From now on these prices, by id, in place of those of the last refresh. */
  refresh(prices: ReadonlyMap<string, ModelPrice>, version: string): void;
}

export interface PriceBookOptions {
  catalog: Catalog;
  overrides?: readonly PriceOverride[];
  /** Provider's name → where it runs its models: "us", "europe-west1". Default everywhere: "global". */
  locations?: Readonly<Record<string, string>>;
  /** Told once of each model of each provider, until the next refresh finds it a price of its own. */
  onUnknown?: (unknown: UnknownPrice) => void;
  /** ms since the epoch. */
  now: () => number;
}

/** Prices that were looked up are remembered for this many models. */
const MOST_REMEMBERED = 2000;

export function createPriceBook(options: PriceBookOptions): PriceBook {
  const { catalog, overrides = [], locations = {}, onUnknown, now } = options;
  const overridesVersion = `configuration ${createHash("sha256").update(JSON.stringify(overrides)).digest("hex").slice(0, 8)}`;
  const catalogVersion = `catalog ${catalog.version}`;
  const changes = changesOf(catalog);
  const reported = new Set<string>();
  let list: RefreshedPrices = createRefreshedPrices(new Map());
  let listVersion = "none";
  let remembered = new Map<string, FoundPrice>();

  function look(subject: PriceSubject): FoundPrice {
    const found = findPrice(subject, { catalog, refreshed: list });
    const names = namesOf(subject, catalog);
    const override = findOverride(overrides, { provider: subject.provider, names });
    if (override !== undefined) {
      const like = found.source === "catalog" || found.source === "refreshed" ? found.price : undefined;
      const price = completePrice(override.price, found.pricedAs === undefined ? like : undefined);
      return { price, version: overridesVersion, source: "configuration" };
    }
    const { price, source, pricedAs } = found;
    return { price, source, version: versionOf(found), ...(pricedAs === undefined ? {} : { pricedAs }) };
  }

  function versionOf({ price, refreshed }: TablePrice): string {
    if (price === undefined) return "none";
    return refreshed ? listVersion : catalogVersion;
  }

  function priceOf(asked: PriceSubject): FoundPrice {
    const at = asked.at ?? now();
    const subject = { ...asked, at, location: asked.location ?? locations[asked.provider] ?? "global" };
    const period = changes.filter((change) => change <= at).length;
    const key = JSON.stringify([
      subject.provider,
      subject.kind,
      subject.upstreamModel,
      subject.model,
      subject.location,
      period,
    ]);
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const found = look(subject);
    if (remembered.size >= MOST_REMEMBERED) remembered = new Map();
    remembered.set(key, found);
    if (found.price === undefined || found.pricedAs !== undefined) report(subject, found);
    return found;
  }

  function report({ provider, kind, model, upstreamModel }: PriceSubject, { pricedAs }: FoundPrice): void {
    const key = JSON.stringify([provider, upstreamModel]);
    if (reported.has(key) || reported.size >= MOST_REMEMBERED) return;
    reported.add(key);
    onUnknown?.({ provider, kind, model, upstreamModel, ...(pricedAs === undefined ? {} : { pricedAs }) });
  }

  return {
    priceOf,
    cost({ provider, providerKind: kind, model, upstreamModel, at }, usage) {
      const { price, version, pricedAs } = priceOf({ provider, kind, model, upstreamModel, at });
      const table = price === undefined ? undefined : priceUsage(price, usage);
      const told = usage.reportedCostNanoDollars;
      return {
        nanoDollars: told ?? table ?? 0,
        ...(table === undefined ? {} : { tableNanoDollars: table }),
        ...(told === undefined ? {} : { reportedNanoDollars: told }),
        priceVersion: version,
        ...(pricedAs === undefined ? {} : { pricedAs }),
      };
    },
    refresh(prices, version) {
      [list, listVersion, remembered] = [createRefreshedPrices(prices), version, new Map()];
    },
  };
}

/** When any price of the catalogue changes, ms since the epoch. */
function changesOf({ models }: Catalog): number[] {
  const times = models.flatMap(({ offers }) =>
    offers.flatMap(({ laterPrices = [] }) => laterPrices.map(({ from }) => Date.parse(from))),
  );
  return [...new Set(times)];
}

/** Every name by which configuration may mean the model. */
function namesOf({ upstreamModel, model }: PriceSubject, catalog: Catalog): ReadonlySet<string> {
  const names = new Set<string>();
  for (const name of [upstreamModel, model]) {
    const normalized = normalizeModelName(name);
    for (const candidate of [normalized, ...candidateNames(normalized)]) names.add(candidate);
    const match = catalog.findModel(name);
    if (match === undefined || match.how === "legacy") continue;
    for (const alias of [match.model.canonical, ...match.model.aliases]) names.add(alias);
  }
  return names;
}
