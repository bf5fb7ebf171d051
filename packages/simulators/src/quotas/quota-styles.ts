import { formatGoDuration } from "../openai/go-duration.ts";
import { wordRateLimit } from "../openai/providers/azure/azure-access.ts";
import { quotaExceeded, wordGeminiProblem } from "../openai/providers/gemini/gemini-errors.ts";
import type { QuotaExcess, QuotaReading } from "./quota-book.ts";
import type { QuotaResource } from "./quota-rule.ts";
import { precisionOf, toSeconds, type QuotaStyle, type Refusal } from "./quota-style.ts";

const WORDS: Readonly<Record<QuotaResource, string>> = {
  requests: "requests",
  input_tokens: "input tokens",
  output_tokens: "output tokens",
  tokens: "tokens",
  concurrency: "concurrent connections",
};

/**
 * Cached reads are free, output counts as it is produced and `max_tokens` does not matter:
 * platform.claude.com/docs/en/api/rate-limits, read 2026-11.
 */
const ANTHROPIC: QuotaStyle = {
  tokens: "as_produced",
  headers: (readings, now) => Object.assign({}, ...readings.map((reading) => anthropicHeaders(reading, now))),
  refuse: (excess, { dialect, exchange }) => {
    const { resource, limit, windowMs } = excess.rule;
    const rate = resource === "concurrency" ? "" : " per minute";
    const message =
      `This request would exceed your organization's rate limit of ${limit} ${WORDS[resource]}${rate}. ` +
      "For details, refer to: https://docs.claude.com/en/api/rate-limits.";
    const answer = dialect.wordError({ status: 429, message }, exchange);
    return { ...answer, headers: { "retry-after": String(toSeconds(excess.retryAfterMs, windowMs)) } };
  },
};

function anthropicHeaders({ rule, remaining, resetMs }: QuotaReading, now: number): Record<string, string> {
  if (rule.resource === "concurrency") return {};
  const prefix = `anthropic-ratelimit-${rule.resource.replace("_", "-")}`;
  const step = precisionOf(rule.windowMs);
  const reset = new Date(Math.ceil((now + resetMs) / step) * step).toISOString();
  return {
    [`${prefix}-limit`]: String(rule.limit),
    [`${prefix}-remaining`]: String(remaining),
    [`${prefix}-reset`]: reset.replace(".000Z", "Z"),
  };
}

/**
 * Counts as Anthropic does, tells nothing of what is left:
 * docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/quotas, read 2026-11.
 */
const VERTEX: QuotaStyle = {
  tokens: "as_produced",
  headers: () => ({}),
  refuse: (_excess, { dialect, exchange }) => ({ ...dialect.wordError({ status: 429 }, exchange), headers: {} }),
};

/**
 * A request counts the larger of its output limit and its estimated prompt, cached or not, when it comes:
 * developers.openai.com/api/docs/guides/rate-limits and …/prompt-caching, read 2026-11.
 */
const OPENAI: QuotaStyle = {
  tokens: "larger",
  headers: (readings) => Object.assign({}, ...readings.map((reading) => rateLimitHeaders(reading, true))),
  refuse: (excess, { dialect, exchange, model }) => {
    const { rule, retryAfterMs, remaining, wanted } = excess;
    const per = rule.resource === "requests" ? "requests per min (RPM)" : "tokens per min (TPM)";
    const type = rule.resource === "requests" ? "requests" : "tokens";
    const message =
      `Rate limit reached for ${model} in organization org-simulated on ${per}: Limit ${rule.limit}, ` +
      `Used ${rule.limit - remaining}, Requested ${Math.ceil(wanted)}. Please try again in ` +
      `${formatGoDuration(retryAfterMs)}. Visit https://platform.openai.com/account/rate-limits to learn more.`;
    return { ...dialect.wordError({ status: 429, type, message }, exchange), headers: retryHeaders(excess) };
  },
};

function rateLimitHeaders({ rule, remaining, resetMs }: QuotaReading, withReset: boolean): Record<string, string> {
  const { resource } = rule;
  if (resource !== "requests" && resource !== "tokens") return {};
  return {
    [`x-ratelimit-limit-${resource}`]: String(rule.limit),
    [`x-ratelimit-remaining-${resource}`]: String(remaining),
    ...(withReset ? { [`x-ratelimit-reset-${resource}`]: formatGoDuration(resetMs) } : {}),
  };
}

function remainingHeaders(readings: readonly QuotaReading[]): Record<string, string> {
  return Object.assign({}, ...readings.map((reading) => rateLimitHeaders(reading, false)));
}

function retryHeaders({ retryAfterMs, rule }: QuotaExcess): Record<string, string> {
  return {
    "retry-after": String(toSeconds(retryAfterMs, rule.windowMs)),
    "retry-after-ms": String(Math.ceil(retryAfterMs)),
  };
}

/**
 * A request counts its prompt and its output limit, when it comes; requests are checked in intervals of 1 or 10 s:
 * learn.microsoft.com/azure/ai-foundry/openai/how-to/quota, read 2026-11.
 */
const AZURE: QuotaStyle = {
  tokens: "sum",
  headers: remainingHeaders,
  refuse: (excess, { dialect, exchange }) => {
    const kind = excess.rule.resource === "requests" ? "call" : "token";
    const message = wordRateLimit(kind, Math.max(1, Math.ceil(excess.retryAfterMs / 1_000)));
    return { ...dialect.wordError({ status: 429, message }, exchange), headers: retryHeaders(excess) };
  },
};

/** Tells the wait in the body, and nothing in headers: ai.google.dev/gemini-api/docs/rate-limits, read 2026-11. */
const GEMINI: QuotaStyle = {
  tokens: "as_produced",
  headers: () => ({}),
  refuse: ({ retryAfterMs, rule }, { model }) => {
    const answer = wordGeminiProblem(quotaExceeded(model, toSeconds(retryAfterMs, rule.windowMs)));
    return { ...answer, headers: {} };
  },
};

/** docs.github.com/en/github-models/use-github-models/prototyping-with-ai-models#rate-limits, read 2026-11. */
const GITHUB_MODELS: QuotaStyle = {
  tokens: "sum",
  headers: remainingHeaders,
  refuse: ({ rule, retryAfterMs }, { dialect, exchange }) => {
    const seconds = toSeconds(retryAfterMs, rule.windowMs);
    const what = GITHUB_LIMITS[rule.resource];
    const message = `Rate limit of ${rule.limit} per 60s exceeded for ${what}. Please wait ${seconds} seconds before retrying.`;
    return {
      ...dialect.wordError({ status: 429, type: what, message }, exchange),
      headers: {
        "retry-after": String(seconds),
        "x-ratelimit-type": what,
        "x-ratelimit-timeremaining": String(seconds),
      },
    };
  },
};

const GITHUB_LIMITS: Readonly<Record<QuotaResource, string>> = {
  requests: "UserByModelByMinute",
  input_tokens: "UserByModelByMinuteTokens",
  output_tokens: "UserByModelByMinuteTokens",
  tokens: "UserByModelByMinuteTokens",
  concurrency: "UserConcurrentRequests",
};

/** Headers come with refusals only, the reset in ms since the epoch: openrouter.ai/docs/api/reference/limits, read 2026-11. */
const OPENROUTER: QuotaStyle = {
  tokens: "as_produced",
  headers: () => ({}),
  refuse: ({ rule, retryAfterMs }, { dialect, exchange }) => ({
    ...dialect.wordError({ status: 429, message: "Rate limit exceeded: limit_rpm. " }, exchange),
    headers: {
      "x-ratelimit-limit": String(rule.limit),
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Math.ceil(exchange.request.at + retryAfterMs)),
      "retry-after": String(toSeconds(retryAfterMs, rule.windowMs)),
    },
  }),
};

/** Says no more than that it is too much: api-docs.deepseek.com/quick_start/rate_limit, read 2026-11. */
const SILENT: QuotaStyle = {
  tokens: "as_produced",
  headers: () => ({}),
  refuse: (_excess: QuotaExcess, { dialect, exchange }: Refusal) => dialect.wordError({ status: 429 }, exchange),
};

/** By kind of simulator. */
export const QUOTA_STYLES: Readonly<Record<string, QuotaStyle>> = {
  anthropic: ANTHROPIC,
  vertex: VERTEX,
  openai: OPENAI,
  azure: AZURE,
  gemini: GEMINI,
  "github-models": GITHUB_MODELS,
  openrouter: OPENROUTER,
  deepseek: SILENT,
  ollama: SILENT,
};
