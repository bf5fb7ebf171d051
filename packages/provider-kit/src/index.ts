export * from "./check-upstream.ts";
export * from "./create-translation-target.ts";
export * from "./create-unconfigured-provider.ts";
export * from "./fetch-text.ts";
export * from "./list-provider-models.ts";
export * from "./model-discovery.ts";
export type * from "./provider.ts";
export type * from "./provider-dependencies.ts";
