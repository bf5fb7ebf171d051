export { explainForbidden } from "./allowed.ts";
export * from "./choose-mode.ts";
export * from "./contract.ts";
export * from "./explain-no-route.ts";
export * from "./fitness.ts";
export * from "./list-candidates.ts";
export * from "./plan-request.ts";
export { type ExpectedTokens, priceExpected, priceOf } from "./price.ts";
export * from "./requested-model.ts";
