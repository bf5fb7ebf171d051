import type { ModelPrice } from "@switchyard/wire";
import { bareName, normalizeModelName } from "../model-names.ts";

export interface ListedPrice {
  /** "vendor/model", as the list has it. */
  id: string;
  price: ModelPrice;
}

/** A list of prices that was fetched, to be asked by its ids and by models' plain names. */
export interface RefreshedPrices {
  byId(id: string): ListedPrice | undefined;
  /** Without vendor and date; undefined where two vendors' models share the name. */
  byName(name: string): ListedPrice | undefined;
}

export function createRefreshedPrices(prices: ReadonlyMap<string, ModelPrice>): RefreshedPrices {
  const ids = new Map<string, ListedPrice>();
  const names = new Map<string, ListedPrice | undefined>();
  for (const [id, price] of prices) {
    const listed = { id, price };
    ids.set(id.toLowerCase(), listed);
    const name = plainName(id);
    names.set(name, names.has(name) ? undefined : listed);
  }
  return { byId: (id) => ids.get(id.toLowerCase()), byName: (name) => names.get(plainName(name)) };
}

/** Any vendor is taken off, not only those that people put before names. */
function plainName(name: string): string {
  return bareName(normalizeModelName(name).replace(/^~?(?:[\w.-]+\/)+/, ""));
}
