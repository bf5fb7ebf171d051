export * from "./vertex-provider.ts";
