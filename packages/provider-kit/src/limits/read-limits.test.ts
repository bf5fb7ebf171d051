import { describe, expect, it } from "@jest/globals";
import { parseErrorBody } from "@switchyard/translation";
import type { LimitObservation, ModelInfo } from "@switchyard/wire";
import * as fc from "fast-check";

import { defaultSignals, type LimitSignals } from "./limit-signals.ts";
import { readLimits } from "./read-limits.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

interface Row {
  name: string;
  /** Where the values, or their form, come from. */
  source: string;
  dialect?: ModelInfo["dialect"];
  signals?: LimitSignals;
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  told: LimitObservation[];
}

const PLATFORM = "https://platform.claude.com/docs/en/api/rate-limits";
const OPENAI = "https://developers.openai.com/api/docs/guides/rate-limits";
const AZURE_ZEROES = "https://github.com/openai/openai-dotnet/issues/838";
const OPENROUTER = "https://openrouter.ai/docs/api/reference/limits";
const GEMINI = "https://github.com/google-gemini/gemini-cli/issues/8437";

const ANTHROPIC: Row[] = [
  {
    name: "per minute, and a sum that says nothing new",
    source: "https://rdrr.io/cran/tidyllm/src/tests/testthat/claude/api.anthropic.com/v1/messages-e050b5-POST.R",
    headers: {
      "anthropic-ratelimit-requests-limit": "1000",
      "anthropic-ratelimit-requests-remaining": "999",
      "anthropic-ratelimit-requests-reset": "2026-11-20T12:00:01Z",
      "anthropic-ratelimit-input-tokens-limit": "80000",
      "anthropic-ratelimit-input-tokens-remaining": "79000",
      "anthropic-ratelimit-input-tokens-reset": "2026-11-20T12:00:02Z",
      "anthropic-ratelimit-output-tokens-limit": "16000",
      "anthropic-ratelimit-output-tokens-remaining": "16000",
      "anthropic-ratelimit-output-tokens-reset": "2026-11-20T12:00:00Z",
      "anthropic-ratelimit-tokens-limit": "96000",
      "anthropic-ratelimit-tokens-remaining": "95000",
      "anthropic-ratelimit-tokens-reset": "2026-11-20T12:00:02Z",
    },
    told: [
      { resource: "requests", limit: 1000, remaining: 999, resetMs: 1000, windowMs: MINUTE },
      { resource: "input_tokens", limit: 80_000, remaining: 79_000, resetMs: 2000, windowMs: MINUTE },
      { resource: "output_tokens", limit: 16_000, remaining: 16_000, windowMs: MINUTE },
    ],
  },
  {
    name: "a workspace's own limit of tokens",
    source: PLATFORM,
    headers: {
      "anthropic-ratelimit-input-tokens-limit": "80000",
      "anthropic-ratelimit-input-tokens-remaining": "80000",
      "anthropic-ratelimit-tokens-limit": "30000",
      "anthropic-ratelimit-tokens-remaining": "0",
      "anthropic-ratelimit-tokens-reset": "2026-11-20T12:00:30Z",
    },
    told: [
      { resource: "input_tokens", limit: 80_000, remaining: 80_000, windowMs: MINUTE },
      { resource: "tokens", limit: 30_000, remaining: 0, resetMs: 30_000, windowMs: MINUTE },
    ],
  },
  {
    name: "tokens alone",
    source: "https://github.com/anthropics/claude-code/issues/22407",
    headers: { "anthropic-ratelimit-tokens-limit": "100000", "anthropic-ratelimit-tokens-remaining": "85000" },
    told: [{ resource: "tokens", limit: 100_000, remaining: 85_000, windowMs: MINUTE }],
  },
  {
    name: "a subscription's windows",
    source: "https://github.com/anthropics/claude-code/issues/27508",
    headers: {
      "anthropic-ratelimit-unified-status": "allowed",
      "anthropic-ratelimit-unified-representative-claim": "five_hour",
      "anthropic-ratelimit-unified-reset": String(NOW / 1000 + 3600),
      "anthropic-ratelimit-unified-5h-status": "allowed",
      "anthropic-ratelimit-unified-5h-utilization": "0.42",
      "anthropic-ratelimit-unified-5h-reset": String(NOW / 1000 + 3600),
      "anthropic-ratelimit-unified-7d-status": "allowed_warning",
      "anthropic-ratelimit-unified-7d-utilization": "0.8",
      "anthropic-ratelimit-unified-7d-reset": String(NOW / 1000 + 400_000),
    },
    told: [
      { resource: "tokens", windowMs: 5 * HOUR, utilization: 0.42, resetMs: HOUR },
      { resource: "tokens", windowMs: 7 * DAY, utilization: 0.8, resetMs: 400_000_000 },
    ],
  },
  {
    name: "a subscription whose week is used up",
    source: "https://github.com/anthropics/claude-code/issues/12829",
    status: 429,
    headers: {
      "anthropic-ratelimit-unified-status": "rejected",
      "anthropic-ratelimit-unified-representative-claim": "seven_day",
      "anthropic-ratelimit-unified-reset": String(NOW / 1000 + 100_000),
      "anthropic-ratelimit-unified-5h-utilization": "0.1",
    },
    told: [
      { resource: "tokens", windowMs: 5 * HOUR, utilization: 0.1 },
      { resource: "tokens", windowMs: 7 * DAY, utilization: 1, resetMs: 100_000_000 },
    ],
  },
  {
    name: "a subscription that is used up in a window of one model",
    source: "https://github.com/anthropics/claude-code/issues/12829",
    status: 429,
    headers: {
      "anthropic-ratelimit-unified-status": "rejected",
      "anthropic-ratelimit-unified-representative-claim": "seven_day_opus",
      "anthropic-ratelimit-unified-reset": String(NOW / 1000 + 50_000),
    },
    told: [{ resource: "tokens", windowMs: 7 * DAY, utilization: 1, resetMs: 50_000_000 }],
  },
  {
    name: "garbage",
    source: PLATFORM,
    headers: {
      "anthropic-ratelimit-requests-limit": "many",
      "anthropic-ratelimit-requests-remaining": "49",
      "anthropic-ratelimit-tokens-remaining": "-5",
      "anthropic-ratelimit-unified-5h-utilization": "42%",
      "anthropic-ratelimit-unified-7d-utilization": "-0.5",
    },
    told: [],
  },
  {
    name: "a share in percent, which would be forty times too much",
    source: "https://github.com/anomalyco/opencode/pull/49499",
    headers: { "anthropic-ratelimit-unified-5h-utilization": "42" },
    told: [],
  },
  {
    name: "absurd resets and amounts",
    source: PLATFORM,
    headers: {
      "anthropic-ratelimit-requests-limit": "50",
      "anthropic-ratelimit-requests-remaining": "5000",
      "anthropic-ratelimit-requests-reset": "2999-01-01T00:00:00Z",
      "anthropic-ratelimit-input-tokens-limit": "9".repeat(40),
    },
    told: [{ resource: "requests", limit: 50, remaining: 50, resetMs: DAY, windowMs: MINUTE }],
  },
];

const PER_RESOURCE: Row[] = [
  {
    name: "Go durations of a minute's limits, tokens by use beside tokens reserved",
    source: "https://community.openai.com/t/how-to-get-rate-limit-reset-time-for-response-api/1268905",
    headers: {
      "x-ratelimit-limit-requests": "5000",
      "x-ratelimit-limit-tokens": "160000",
      "x-ratelimit-limit-tokens_usage_based": "160000",
      "x-ratelimit-remaining-requests": "4999",
      "x-ratelimit-remaining-tokens": "159976",
      "x-ratelimit-remaining-tokens_usage_based": "159000",
      "x-ratelimit-reset-requests": "12ms",
      "x-ratelimit-reset-tokens": "9ms",
      "x-ratelimit-reset-tokens_usage_based": "375ms",
    },
    told: [
      { resource: "requests", limit: 5000, remaining: 4999, resetMs: 12, windowMs: MINUTE },
      { resource: "tokens", limit: 160_000, remaining: 159_000, resetMs: 375, windowMs: MINUTE },
    ],
  },
  {
    name: "a day's requests under a minute's name",
    source: "https://github.com/newrelic/newrelic-python-agent (answers recorded for its tests)",
    headers: {
      "x-ratelimit-limit-requests": "200",
      "x-ratelimit-remaining-requests": "197",
      "x-ratelimit-reset-requests": "16m17.764s",
      "x-ratelimit-limit-tokens": "40000",
      "x-ratelimit-remaining-tokens": "39929",
      "x-ratelimit-reset-tokens": "106ms",
    },
    told: [
      { resource: "requests", limit: 200, remaining: 197, resetMs: 977_764, windowMs: DAY },
      { resource: "tokens", limit: 40_000, remaining: 39_929, resetMs: 106, windowMs: MINUTE },
    ],
  },
  {
    name: "Groq's day of requests",
    source: "https://console.groq.com/docs/rate-limits",
    headers: {
      "x-ratelimit-limit-requests": "14400",
      "x-ratelimit-remaining-requests": "14370",
      "x-ratelimit-reset-requests": "2m59.56s",
    },
    told: [{ resource: "requests", limit: 14_400, remaining: 14_370, resetMs: 179_560, windowMs: DAY }],
  },
  {
    name: "figures that fit no window",
    source: OPENAI,
    headers: {
      "x-ratelimit-limit-tokens": "150000",
      "x-ratelimit-remaining-tokens": "149984",
      "x-ratelimit-reset-tokens": "6m0s",
    },
    told: [{ resource: "tokens", limit: 150_000, remaining: 149_984, resetMs: 360_000 }],
  },
  {
    name: "windows in the names",
    source: "https://github.com/mistralai/client-ts/issues/169",
    headers: {
      "x-ratelimit-limit-tokens-minute": "5000000",
      "x-ratelimit-remaining-tokens-minute": "4999911",
      "x-ratelimit-tokens-query-cost": "52",
      "x-ratelimit-limit-req-minute": "720",
      "x-ratelimit-remaining-req-minute": "717",
    },
    told: [
      { resource: "tokens", limit: 5_000_000, remaining: 4_999_911, windowMs: MINUTE },
      { resource: "requests", limit: 720, remaining: 717, windowMs: MINUTE },
    ],
  },
  {
    name: "days in the names, resets in seconds",
    source: "https://inference-docs.cerebras.ai/support/rate-limits",
    headers: {
      "x-ratelimit-limit-requests-day": "14400",
      "x-ratelimit-remaining-requests-day": "14388",
      "x-ratelimit-reset-requests-day": "33011.382867813110",
    },
    told: [{ resource: "requests", limit: 14_400, remaining: 14_388, resetMs: 33_011_383, windowMs: DAY }],
  },
  {
    name: "resets in seconds and milliseconds since the epoch, and in RFC 3339",
    source: "https://docs.digitalocean.com/products/inference/reference/quota-specific-response-headers/",
    headers: {
      "x-ratelimit-limit-requests": "60",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": String(NOW / 1000 + 30),
      "x-ratelimit-limit-input-tokens": "100",
      "x-ratelimit-reset-input-tokens": String(NOW + 30_000),
      "x-ratelimit-limit-output-tokens": "100",
      "x-ratelimit-reset-output-tokens": "2026-11-20T12:00:30Z",
    },
    told: [
      { resource: "requests", limit: 60, remaining: 0, resetMs: 30_000 },
      { resource: "input_tokens", limit: 100, resetMs: 30_000 },
      { resource: "output_tokens", limit: 100, resetMs: 30_000 },
    ],
  },
  {
    name: "windows in the names, another way",
    source: "https://docs.digitalocean.com/products/inference/reference/quota-specific-response-headers/",
    headers: {
      "x-ratelimit-limit-tokens-per-day": "1000000",
      "x-ratelimit-remaining-tokens-per-day": "0",
      "x-ratelimit-reset-tokens-per-day": String(NOW / 1000 + 3600),
      "x-ratelimit-limit-tokens-per-minute": "5000",
    },
    told: [
      { resource: "tokens", limit: 1_000_000, remaining: 0, resetMs: HOUR, windowMs: DAY },
      { resource: "tokens", limit: 5000, windowMs: MINUTE },
    ],
  },
  {
    name: "what remains without a limit",
    source: "https://github.com/EvolvingPrograms/oaib/issues/11",
    headers: { "x-ratelimit-remaining-requests": "79", "x-ratelimit-remaining-tokens": "61353" },
    told: [
      { resource: "requests", remaining: 79 },
      { resource: "tokens", remaining: 61_353 },
    ],
  },
  {
    name: "requests that remain of ten seconds, where the provider says so",
    source:
      "https://clemenssiebler.com/posts/understanding-azure-openai-x-ratelimit-remaining-tokens-x-ratelimit-remaining-requests-headers/",
    signals: { dialects: ["per_resource"], bareRequestsWindowMs: 10_000 },
    headers: { "x-ratelimit-remaining-requests": "19", "x-ratelimit-remaining-tokens": "19913" },
    told: [
      { resource: "requests", remaining: 19, windowMs: 10_000 },
      { resource: "tokens", remaining: 19_913 },
    ],
  },
  {
    name: "−1 and 0 that mean nothing",
    source: AZURE_ZEROES,
    dialect: "responses",
    headers: {
      "x-ratelimit-limit-tokens": "-1",
      "x-ratelimit-remaining-tokens": "-1",
      "x-ratelimit-reset-tokens": "0",
      "x-ratelimit-limit-requests": "0",
      "x-ratelimit-remaining-requests": "0",
    },
    told: [],
  },
  {
    name: "a bare 0 on Responses",
    source: AZURE_ZEROES,
    dialect: "responses",
    headers: { "x-ratelimit-remaining-requests": "0", "x-ratelimit-remaining-tokens": "500" },
    told: [{ resource: "tokens", remaining: 500 }],
  },
  {
    name: "a bare 0 elsewhere, which is a 0",
    source: AZURE_ZEROES,
    headers: { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "7" },
    told: [{ resource: "requests", remaining: 0, resetMs: 7000 }],
  },
  {
    name: "garbage",
    source: OPENAI,
    headers: {
      "x-ratelimit-limit-requests": "NaN",
      "x-ratelimit-remaining-requests": "5",
      "x-ratelimit-remaining-tokens": "1e999",
      "x-ratelimit-reset-tokens": "soon",
      "x-ratelimit-limit-wishes": "3",
      "x-ratelimit-limit-constructor": "3",
    },
    told: [],
  },
  {
    name: "a reset beyond reason",
    source: OPENAI,
    headers: { "x-ratelimit-limit-requests": "10", "x-ratelimit-reset-requests": "9000h" },
    told: [{ resource: "requests", limit: 10, resetMs: DAY }],
  },
];

const PLAIN: Row[] = [
  {
    name: "free models' day, resets in milliseconds since the epoch",
    source: OPENROUTER,
    headers: {
      "x-ratelimit-limit": "50",
      "x-ratelimit-remaining": "12",
      "x-ratelimit-reset": String(NOW + 12 * HOUR),
    },
    told: [{ resource: "requests", limit: 50, remaining: 12, resetMs: 12 * HOUR, windowMs: DAY }],
  },
  {
    name: "free models' day, inside the body of the 429",
    source: "https://github.com/Gitlawb/openclaude/issues/936",
    status: 429,
    body: {
      error: {
        message: "Rate limit exceeded: free-models-per-day",
        code: 429,
        metadata: {
          headers: {
            "X-RateLimit-Limit": "50",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": String(NOW + 2 * HOUR),
          },
        },
      },
    },
    told: [{ resource: "requests", limit: 50, remaining: 0, resetMs: 2 * HOUR, windowMs: DAY }],
  },
  {
    name: "a minute",
    source: OPENROUTER,
    headers: { "x-ratelimit-limit": "20", "x-ratelimit-remaining": "3", "x-ratelimit-reset": String(NOW + 20_000) },
    told: [{ resource: "requests", limit: 20, remaining: 3, resetMs: 20_000 }],
  },
  {
    name: "GitHub's type of a 429",
    source:
      "https://devactivity.com/insights/navigating-github-models-api-rate-limits-essential-for-effective-planning-a-software-development-project",
    status: 429,
    headers: { "x-ratelimit-type": "UserByModelByDay", "retry-after": "24367", "x-ratelimit-timeremaining": "24367" },
    told: [{ resource: "requests", windowMs: DAY, remaining: 0, resetMs: 24_367_000 }],
  },
  {
    name: "a type of tokens, with retry-after alone",
    source: "a 429 of Microsoft Foundry, quoted in public code, seen 2026-11",
    status: 429,
    headers: { "x-ratelimit-type": "UserByModelByMinuteUncachedInputTokens", "retry-after": "23" },
    told: [{ resource: "input_tokens", windowMs: MINUTE, remaining: 0, resetMs: 23_000 }],
  },
  {
    name: "a type of concurrency",
    source:
      "https://devactivity.com/insights/navigating-github-models-api-rate-limits-essential-for-effective-planning-a-software-development-project",
    status: 429,
    headers: { "x-ratelimit-type": "UserConcurrentRequests" },
    told: [{ resource: "concurrency", remaining: 0 }],
  },
  {
    name: "a type on an answer that tells no figures",
    source:
      "https://devactivity.com/insights/navigating-github-models-api-rate-limits-essential-for-effective-planning-a-software-development-project",
    headers: { "x-ratelimit-type": "UserByModelByDay" },
    told: [],
  },
  {
    name: "IETF's fields",
    source: "https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-03",
    headers: { "ratelimit-limit": "100", "ratelimit-remaining": "50", "ratelimit-reset": "50" },
    told: [{ resource: "requests", limit: 100, remaining: 50, resetMs: 50_000 }],
  },
];

const WORDED: Row[] = [
  {
    name: "GitHub's and Azure's day",
    source:
      "https://devactivity.com/insights/navigating-github-models-api-rate-limits-essential-for-effective-planning-a-software-development-project",
    status: 429,
    body: {
      error: {
        code: "RateLimitReached",
        message:
          "Rate limit of 150 per 86400s exceeded for UserByModelByDay. Please wait 42567 seconds before retrying.",
      },
    },
    told: [{ resource: "requests", limit: 150, remaining: 0, windowMs: DAY, resetMs: 42_567_000 }],
  },
  {
    name: "Foundry's minute of tokens",
    source: "a 429 of Microsoft Foundry, quoted in public code, seen 2026-11",
    status: 429,
    body: {
      error: {
        code: "RateLimitReached",
        message:
          "Rate limit of 300000 per 60s exceeded for UserByModelByMinuteUncachedInputTokens. Please wait 2300 seconds before retrying.",
      },
    },
    told: [{ resource: "input_tokens", limit: 300_000, remaining: 0, windowMs: MINUTE, resetMs: MINUTE }],
  },
  {
    name: "OpenAI's minute",
    source: "https://console.groq.com/docs/errors",
    status: 429,
    body: {
      error: {
        message:
          "Rate limit reached for gpt-5 in organization org-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 2s.",
        code: "rate_limit_exceeded",
      },
    },
    told: [{ resource: "tokens", limit: 30_000, remaining: 1000, windowMs: MINUTE }],
  },
  {
    name: "the same words in another error",
    source: "https://console.groq.com/docs/errors",
    status: 400,
    body: { error: { message: "Rate limit of 150 per 86400s exceeded for UserByModelByDay." } },
    told: [],
  },
  {
    name: "a limit of nothing",
    source:
      "https://devactivity.com/insights/navigating-github-models-api-rate-limits-essential-for-effective-planning-a-software-development-project",
    status: 429,
    body: { error: { message: "Rate limit of 0 per 0s exceeded for UserByModelByMinute. Please wait 0 seconds" } },
    told: [],
  },
];

const GOOGLE: Row[] = [
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

function read({ dialect = "chat", signals, status = 200, headers = {}, body }: Row): LimitObservation[] {
  return readLimits(
    {
      status,
      headers,
      dialect,
      now: NOW,
      ...(body === undefined ? {} : { error: parseErrorBody(JSON.stringify(body)) }),
    },
    signals ?? defaultSignals(dialect),
  );
}

describe.each([
  ["anthropic-ratelimit-*", ANTHROPIC.map((row): Row => ({ dialect: "messages", ...row }))],
  ["x-ratelimit-* by resource", PER_RESOURCE],
  ["x-ratelimit-* without one", PLAIN],
  ["the words of a 429", WORDED],
  ["Google's quotas", GOOGLE],
])("%s", (_dialect, rows) => {
  it.each(rows.map((row) => [row.name, row.source, row] as const))(
    "tells of limits: %s (%s)",
    (_name, _source, row) => {
      expect(read(row)).toEqual(row.told);
    },
  );
});

describe("whatever an upstream sends", () => {
  const names = fc.constantFrom(
    ...[...ANTHROPIC, ...PER_RESOURCE, ...PLAIN].flatMap(({ headers = {} }) => Object.keys(headers)),
  );
  const values = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.integer().map((amount) => `${amount}s`),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  );
  const dialects = fc.constantFrom("messages" as const, "chat" as const, "responses" as const);

  it("no figure is negative, endless or without reason, and nothing throws", () => {
    fc.assert(
      fc.property(fc.dictionary(names, values), fc.json(), dialects, (headers, body, dialect) => {
        const error = parseErrorBody(body);
        const told = readLimits({ status: 429, headers, dialect, now: NOW, error }, defaultSignals(dialect));
        for (const { limit = 1, remaining = 0, resetMs = 1, windowMs = 1, utilization = 0 } of told) {
          expect(limit).toBeGreaterThan(0);
          expect(remaining).toBeGreaterThanOrEqual(0);
          expect(resetMs).toBeGreaterThan(0);
          expect(resetMs).toBeLessThanOrEqual(7 * DAY);
          expect(windowMs).toBeGreaterThan(0);
          expect(utilization).toBeGreaterThanOrEqual(0);
          expect(utilization).toBeLessThanOrEqual(1);
          expect([limit, remaining, resetMs].every(Number.isFinite)).toBe(true);
        }
      }),
    );
  });
});
