import type { ModelInfo } from "@switchyard/wire";
import type { CatalogModel, ModelOffer } from "./model.ts";
import { offerPrice } from "./prices/offer-price.ts";

export interface OfferOptions {
  /** Where the provider runs the model: "global", "us", "europe-west1". Default "global". */
  location?: string;
  /** When its price holds, ms since the epoch; prices that were announced for later begin then. Default: now. */
  at?: number;
}

/** Google's multi-region endpoints, which share a lineage's quota like the global one. */
const SHARED_LOCATIONS = new Set(["global", "us", "eu"]);

/** A model as one provider offers it, in the shape that services tell about themselves. */
export function toModelInfo(model: CatalogModel, offer: ModelOffer, options: OfferOptions = {}): ModelInfo {
  const location = options.location ?? "global";
  const { capabilities } = model;
  return {
    id: offer.id,
    canonical: model.canonical,
    display_name: model.displayName,
    aliases: [...model.aliases],
    tier: model.tier,
    context_window: Math.min(model.contextWindow, offer.contextWindow ?? Infinity),
    max_output_tokens: Math.min(model.maxOutputTokens, offer.maxOutputTokens ?? Infinity),
    capabilities: { ...capabilities, server_tools: [...(offer.serverTools ?? [])] },
    ...priceAt(offer, location, options.at ?? Date.now()),
    quota_bucket: quotaBucketAt(offer, location),
    ...(offer.retiresAt === undefined ? {} : { retires_at: offer.retiresAt }),
    dialect: offer.dialects[0],
    native_count_tokens: offer.nativeCountTokens,
  };
}

function quotaBucketAt(offer: ModelOffer, location: string): string {
  const shared = SHARED_LOCATIONS.has(location) ? offer.sharedQuotaBucket : undefined;
  return (shared ?? offer.quotaBucket).replace("{location}", location);
}

function priceAt(offer: ModelOffer, location: string, at: number): Pick<ModelInfo, "price"> {
  const price = offerPrice(offer, location, at);
  return price === undefined ? {} : { price };
}
