export * from "./openai-compatible-provider.ts";
