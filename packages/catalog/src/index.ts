export * from "./create-catalog.ts";
export type { CustomModel } from "./custom-model-info.ts";
export * from "./prices/price-usage.ts";
export type { OfferOptions } from "./model-info.ts";
export * from "./model.ts";
export { adaptProfile, UNKNOWN_MODEL_PROFILE } from "./profiles.ts";
export * from "./prices/create-price-book.ts";
export type { PriceSubject } from "./prices/find-price.ts";
export { overridesOf, type PriceOverride, type PriceSettings } from "./prices/price-overrides.ts";
