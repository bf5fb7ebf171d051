import type { ModelPrice } from "@switchyard/wire";
import type { ModelOffer } from "../model.ts";
import { scalePrice } from "./complete-price.ts";

/** What an offer costs at a location and, where a change of price was announced, at a time (ms since the epoch). */
export function offerPrice(offer: ModelOffer, location = "global", at?: number): ModelPrice | undefined {
  const price = priceAtTime(offer, at);
  if (price === undefined) return undefined;
  const { regionalPriceFactor: factor } = offer;
  return factor === undefined || location === "global" ? { ...price } : scalePrice(price, factor);
}

function priceAtTime({ price, laterPrices = [] }: ModelOffer, at: number | undefined): ModelPrice | undefined {
  if (at === undefined) return price;
  return laterPrices.findLast(({ from }) => Date.parse(from) <= at)?.price ?? price;
}
