export * from "./create-provider-settings.ts";
