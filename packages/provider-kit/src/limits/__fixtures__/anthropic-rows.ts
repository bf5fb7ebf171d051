import { NOW, MINUTE, HOUR, DAY, type Row } from "./limit-row.ts";

const PLATFORM = "https://platform.claude.com/docs/en/api/rate-limits";

export const ANTHROPIC: Row[] = [
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

