export * from "./claude-code-request.ts";
export * from "./create-provider-settings.ts";
export * from "./create-request-context.ts";
export * from "./create-test-dependencies.ts";
export * from "./start-test-upstream.ts";
