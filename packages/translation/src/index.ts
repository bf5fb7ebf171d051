export * from "./answer/index.ts";
export * from "./contract.ts";
export * from "./failure/index.ts";
export * from "./request/index.ts";
export * from "./thinking-signature.ts";
export * from "./tool-names.ts";
export * from "./tool-use-id.ts";
export { IMAGE_NOT_SEEN } from "./request/content-parts.ts";
