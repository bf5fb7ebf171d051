export { mostImageTokens } from "./calibration.ts";
export * from "./count-tokens.ts";
export { imageTokens } from "./image-tokens.ts";
export type { CountPiece } from "./text-counter.ts";
