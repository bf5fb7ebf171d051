export * from "./anthropic-provider.ts";
