export * from "./contract.ts";
export * from "./thinking-signature.ts";
