import { MINUTE, DAY, type Row } from "./limit-row.ts";

export const WORDED: Row[] = [
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

