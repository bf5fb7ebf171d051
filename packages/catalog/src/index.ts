export * from "./create-catalog.ts";
export type { CustomModel } from "./custom-model-info.ts";
export * from "./prices/price-usage.ts";
export type { OfferOptions } from "./model-info.ts";
export * from "./model.ts";
export { adaptProfile, UNKNOWN_MODEL_PROFILE } from "./profiles.ts";
