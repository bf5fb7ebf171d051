import { openAi, type FailureCase } from "./failure-case.ts";

/** platform.openai.com/docs/guides/error-codes/api-errors */
export const OPENAI: readonly FailureCase[] = [
  {
    name: "rate limit with a header",
    status: 429,
    headers: { "retry-after": "6", "retry-after-ms": "5700" },
    body: openAi("Rate limit reached for requests", "rate_limit_exceeded", "requests"),
    failure: "throttled",
    retryAfterSeconds: 5.7,
  },
  {
    name: "rate limit by its wording",
    status: 429,
    body: openAi(
      "Rate limit reached for gpt-5 in organization org-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 2s.",
      "rate_limit_exceeded",
      "tokens",
    ),
    failure: "throttled",
    retryAfterSeconds: 2,
  },
  {
    name: "rate limit without a window",
    status: 429,
    body: openAi("Rate limit reached", "rate_limit_exceeded"),
    failure: "throttled-without-window",
  },
  {
    name: "quota",
    status: 429,
    headers: { "retry-after": "5" },
    body: openAi(
      "You exceeded your current quota, please check your plan and billing details.",
      "insufficient_quota",
      "insufficient_quota",
    ),
    failure: "billing",
    told: 402,
  },
  {
    name: "a key that is wrong, quoted in part",
    status: 401,
    body: openAi(
      "Incorrect API key provided: sk-proj-abcd********wxyz. You can find your API key at https://platform.openai.com/account/api-keys.",
      "invalid_api_key",
    ),
    failure: "auth",
    message:
      "Incorrect API key provided: [redacted] You can find your API key at https://platform.openai.com/account/api-keys.",
  },
  {
    name: "country",
    status: 403,
    body: openAi(
      "Country, region, or territory not supported",
      "unsupported_country_region_territory",
      "request_forbidden",
    ),
    failure: "capability",
    told: 400,
  },
  {
    name: "unknown model",
    status: 404,
    body: openAi("The model `gpt-9` does not exist or you do not have access to it.", "model_not_found"),
    failure: "model-not-found",
  },
  {
    name: "model that was shut down",
    status: 404,
    body: openAi(
      "The model `o1` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations",
      "model_not_found",
    ),
    failure: "retired",
  },
  {
    name: "server error",
    status: 500,
    body: openAi("The server had an error while processing your request.", null, "server_error"),
    failure: "overloaded",
    told: 500,
  },
  {
    name: "overload",
    status: 503,
    body: openAi("The engine is currently overloaded, please try again later", null, "server_error"),
    failure: "overloaded",
    told: 529,
  },
  {
    name: "policy",
    status: 400,
    body: openAi("Your prompt was flagged as potentially violating our usage policy.", "invalid_prompt"),
    failure: "content-policy",
  },
  {
    name: "parameter that the model refuses",
    status: 400,
    body: openAi(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      "unsupported_parameter",
    ),
    failure: "capability",
  },
  {
    name: "tools with an effort",
    status: 400,
    body: openAi(
      "Function tools with reasoning_effort are not supported for gpt-5.6-luna in /v1/chat/completions. To use function tools, use /v1/responses",
    ),
    failure: "capability",
  },
  {
    name: "a request that is wrong",
    status: 400,
    body: openAi("Invalid value: 'bogus'. Supported values are: 'system', 'user'.", "invalid_value"),
    failure: "bad-request",
  },
  {
    name: "conflict",
    status: 409,
    body: openAi("The resource was updated by another process."),
    failure: "overloaded",
    told: 529,
  },
];

/** learn.microsoft.com/azure/ai-foundry/openai/how-to/quota and /concepts/content-filter */
export const AZURE: readonly FailureCase[] = [
  {
    name: "rate limit in milliseconds",
    status: 429,
    headers: { "retry-after-ms": "1500", "retry-after": "2" },
    body: openAi("Requests have exceeded call rate limit.", "429"),
    failure: "throttled",
    retryAfterSeconds: 1.5,
  },
  {
    name: "rate limit of the gateway before it",
    status: 429,
    body: { statusCode: 429, message: "Rate limit is exceeded. Try again in 5 seconds." },
    failure: "throttled",
    retryAfterSeconds: 5,
  },
  {
    name: "limits that say nothing",
    status: 429,
    headers: { "x-ratelimit-remaining-tokens": "-1", "x-ratelimit-reset-tokens": "0", "retry-after": "-1" },
    body: openAi("Too many requests"),
    failure: "throttled-without-window",
  },
  {
    name: "deployment that is not there",
    status: 404,
    body: { error: { code: "DeploymentNotFound", message: "The API deployment for this resource does not exist." } },
    failure: "model-not-found",
  },
  {
    name: "content filter",
    status: 400,
    body: {
      error: {
        message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        type: null,
        param: "prompt",
        code: "content_filter",
        status: 400,
        innererror: { code: "ResponsibleAIPolicyViolation" },
      },
    },
    failure: "content-policy",
  },
  {
    name: "key that is wrong",
    status: 401,
    body: { error: { code: "401", message: "Access denied due to invalid subscription key or wrong API endpoint." } },
    failure: "auth",
  },
];
