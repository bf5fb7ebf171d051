import { google, type FailureCase } from "./failure-case.ts";

/** ai.google.dev/gemini-api/docs/troubleshooting and /rate-limits; cloud.google.com/apis/design/errors */
export const GEMINI: readonly FailureCase[] = [
  {
    name: "limit per minute",
    status: 429,
    body: google(
      429,
      "RESOURCE_EXHAUSTED",
      "You exceeded your current quota, please check your plan and billing details.",
      [
        {
          "@type": "type.googleapis.com/google.rpc.QuotaFailure",
          violations: [{ quotaId: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier" }],
        },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.4s" },
      ],
    ),
    failure: "throttled",
    retryAfterSeconds: 34.4,
  },
  {
    name: "limit per day, until midnight in California",
    status: 429,
    body: google(429, "RESOURCE_EXHAUSTED", "Quota exceeded", [
      { violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }] },
      { retryDelay: "12s" },
    ]),
    failure: "throttled",
    retryAfterSeconds: 20 * 3600,
  },
  {
    name: "model outside of the plan",
    status: 429,
    body: google(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: generate_content_free_tier_requests, limit: 0"),
    failure: "billing",
    told: 402,
  },
  {
    name: "shared capacity",
    status: 429,
    body: google(429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."),
    failure: "throttled-without-window",
  },
  {
    name: "key that is wrong",
    status: 400,
    body: google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    failure: "auth",
    told: 401,
  },
  {
    name: "permission",
    status: 403,
    body: google(403, "PERMISSION_DENIED", "Permission denied on resource project x."),
    failure: "auth",
  },
  {
    name: "location",
    status: 400,
    body: google(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
    failure: "capability",
  },
  {
    name: "overload",
    status: 503,
    body: google(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    failure: "overloaded",
    told: 529,
  },
  {
    name: "deadline",
    status: 504,
    body: google(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
    failure: "timeout",
  },
  {
    name: "model that is not there",
    status: 404,
    body: google(404, "NOT_FOUND", "models/gemini-9 is not found for API version v1main"),
    failure: "model-not-found",
  },
];
