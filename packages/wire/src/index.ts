export * from "./errors.ts";
export * from "./failures.ts";
export * from "./headers.ts";
export * from "./messages.ts";
export * from "./provider-info.ts";
export * from "./stream-events.ts";
export * from "./usage.ts";
export * from "./warning.ts";
