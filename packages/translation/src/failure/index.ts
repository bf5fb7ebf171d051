export { readAnthropicFailure } from "./read-anthropic-failure.ts";
export { readFailureInside, readOpenAiFailure } from "./read-open-ai-failure.ts";
export { parseRetryAfter } from "./retry-after.ts";
export { toGatewayError, type UpstreamFailure } from "./upstream-failure.ts";
