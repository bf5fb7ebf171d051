export * from "./state.ts";
export * from "./limits/index.ts";
export type { MemoryStateOptions } from "./memory/create-memory-state.ts";
export { createMemoryState } from "./memory/create-memory-state.ts";
export * from "./rules/index.ts";
