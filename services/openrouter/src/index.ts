export * from "./openrouter-provider.ts";
