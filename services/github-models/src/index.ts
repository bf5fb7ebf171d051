export * from "./github-models-provider.ts";
