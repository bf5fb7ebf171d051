export { parseErrorBody, type ErrorBody } from "./error-body.ts";
export { secondsUntilPacificMidnight } from "./pacific-midnight.ts";
export { readAnthropicFailure } from "./read-anthropic-failure.ts";
export { readFailureInside, readOpenAiFailure } from "./read-open-ai-failure.ts";
export { clockOf, headersInside, parseRetryAfter } from "./retry-after.ts";
export { toGatewayError, type UpstreamFailure } from "./upstream-failure.ts";
