import type { FailureCase } from "./failure-case.ts";

/** openrouter.ai/docs/api/reference/errors-and-debugging and /limits */
export const OPENROUTER: readonly FailureCase[] = [
  {
    name: "credits used up",
    status: 402,
    body: {
      error: { code: 402, message: "Insufficient credits. Add more using https://openrouter.ai/settings/credits" },
    },
    failure: "billing",
  },
  {
    name: "budget of running requests",
    status: 402,
    headers: { "retry-after": "3" },
    body: {
      error: {
        code: 402,
        message: "This request would exceed your available credits given your current in-flight requests.",
        metadata: { reason: "in_flight_budget_exhausted", limit_source: "openrouter_in_flight_budget" },
      },
    },
    failure: "throttled",
    told: 429,
    retryAfterSeconds: 3,
  },
  {
    name: "request dearer than the budget",
    status: 402,
    body: {
      error: {
        code: 402,
        message: "This request exceeds your in-flight budget.",
        metadata: { reason: "weight_exceeds_budget", limit_source: "openrouter_credits" },
      },
    },
    failure: "billing",
  },
  {
    name: "limit of the key",
    status: 403,
    body: {
      error: { code: 403, message: "Budget limit exceeded", metadata: { limit_source: "openrouter_key_limit" } },
    },
    failure: "billing",
    told: 402,
  },
  {
    name: "moderation",
    status: 403,
    body: {
      error: {
        code: 403,
        message: 'google/gemini requires moderation. Your input was flagged for "violence"',
        metadata: { reasons: ["violence"] },
      },
    },
    failure: "content-policy",
    told: 400,
  },
  {
    name: "the body's own headers",
    status: 429,
    body: {
      error: {
        code: 429,
        message: "Rate limit exceeded: free-models-per-day",
        metadata: {
          headers: { "Retry-After": "7200" },
        },
      },
    },
    failure: "throttled",
    retryAfterSeconds: 7200,
  },
  {
    name: "upstream's limit",
    status: 429,
    body: {
      error: {
        code: 429,
        message: "Provider returned error",
        metadata: { raw: "deepseek/deepseek-v4 is temporarily rate-limited upstream.", provider_name: "Chutes" },
      },
    },
    failure: "throttled-without-window",
    message: "Provider returned error: deepseek/deepseek-v4 is temporarily rate-limited upstream.",
  },
  {
    name: "no endpoint with tools",
    status: 404,
    body: { error: { code: 404, message: "No endpoints found that support tool use." } },
    failure: "capability",
    told: 400,
  },
  {
    name: "no endpoint",
    status: 404,
    body: { error: { code: 404, message: "No endpoints found for foo/bar." } },
    failure: "model-not-found",
  },
  {
    name: "model id",
    status: 400,
    body: { error: { code: 400, message: "foo/bar is not a valid model ID" } },
    failure: "model-not-found",
    told: 404,
  },
  {
    name: "upstream that is down",
    status: 502,
    body: { error: { code: 502, message: "Provider returned an invalid response" } },
    failure: "overloaded",
    told: 502,
  },
];
