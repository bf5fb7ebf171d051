import { NOW, MINUTE, HOUR, DAY, type Row } from "./limit-row.ts";

const OPENROUTER = "https://openrouter.ai/docs/api/reference/limits";

export const PLAIN: Row[] = [
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

