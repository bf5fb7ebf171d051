import { MINUTE, HOUR, DAY, type Row } from "./limit-row.ts";

const GEMINI = "https://github.com/google-gemini/gemini-cli/issues/8437";

export const GOOGLE: Row[] = [
  {
    name: "several quotas at once, the day until midnight in California",
    source: GEMINI,
    status: 429,
    body: [
      {
        error: {
          code: 429,
          status: "RESOURCE_EXHAUSTED",
          details: [
            {
              "@type": "type.googleapis.com/google.rpc.QuotaFailure",
              violations: [
                {
                  quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_input_token_count",
                  quotaId: "GenerateContentInputTokensPerModelPerMinute-FreeTier",
                  quotaValue: "250000",
                },
                {
                  quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
                  quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
                  quotaValue: "50",
                },
              ],
            },
            { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "47s" },
          ],
        },
      },
    ],
    told: [
      { resource: "input_tokens", limit: 250_000, remaining: 0, resetMs: 47_000, windowMs: MINUTE },
      { resource: "requests", limit: 50, remaining: 0, resetMs: 20 * HOUR, windowMs: DAY },
    ],
  },
  {
    name: "a quota in ErrorInfo",
    source: "https://cloud.google.com/apis/design/errors",
    status: 429,
    body: {
      error: {
        details: [
          {
            reason: "RATE_LIMIT_EXCEEDED",
            metadata: {
              quota_metric: "generativelanguage.googleapis.com/generate_content_requests",
              quota_limit: "GenerateContentRequestsPerDayPerProject",
              quota_limit_value: "1000",
            },
          },
        ],
      },
    },
    told: [{ resource: "requests", limit: 1000, remaining: 0, resetMs: 20 * HOUR, windowMs: DAY }],
  },
  {
    name: "a quota of nothing, and no delay",
    source: "https://github.com/google-gemini/gemini-cli/issues/14811",
    status: 429,
    body: { error: { details: [{ violations: [{ quotaId: "TokensPerMinute", quotaValue: "0" }, null, 7, {}] }] } },
    told: [{ resource: "tokens", remaining: 0, windowMs: MINUTE }],
  },
  {
    name: "shared capacity, which has no quota",
    source: "https://github.com/google-gemini/gemini-cli/issues/14811",
    status: 429,
    body: {
      error: { code: 429, message: "Resource exhausted. Please try again later.", status: "RESOURCE_EXHAUSTED" },
    },
    told: [],
  },
];

