export * from "./create-translation-target.ts";
export * from "./fetch-text.ts";
export * from "./list-provider-models.ts";
export * from "./model-discovery.ts";
export type * from "./provider.ts";
