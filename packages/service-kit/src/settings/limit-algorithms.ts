import type { ProviderKind } from "@switchyard/catalog";
import type { LimitAlgorithm } from "./settings.ts";

/** How a kind of provider counts, where configuration does not say it. */
export interface Enforcement {
  /** Of windows shorter than a day. */
  short: LimitAlgorithm;
  /** Requests are held to their share of these shorter windows too. */
  requestsSubWindowMs?: number;
  day: LimitAlgorithm;
  /** Time zone whose midnight ends a day of "fixed_window". */
  dayEnds?: string;
}

/**
 * A sliding window is never above what any other algorithm allows within a window: right where a provider does not
 * say how it counts, and where it resets every minute without saying at which second.
 */
const SLIDING: Enforcement = { short: "sliding_window", day: "sliding_window" };

const ENFORCEMENTS: Readonly<Partial<Record<ProviderKind, Enforcement>>> = Object.freeze({
  // "The API uses the token bucket algorithm": https://platform.claude.com/docs/en/api/rate-limits
  anthropic: { ...SLIDING, short: "token_bucket" },
  // Requests are judged over "a small period of time, typically 1 or 10 seconds", tokens by a counter of the minute:
  // https://learn.microsoft.com/azure/ai-services/openai/how-to/quota
  azure: { ...SLIDING, requestsSubWindowMs: 10_000 },
  // "Requests per day (RPD) quotas reset at midnight Pacific time": https://ai.google.dev/gemini-api/docs/rate-limits
  gemini: { ...SLIDING, day: "fixed_window", dayEnds: "America/Los_Angeles" },
  // Its x-ratelimit-type is "UserByModelByDay"; when the day ends is not told, its retry-after corrects it:
  // https://docs.github.com/github-models/use-github-models/prototyping-with-ai-models#rate-limits
  "github-models": { ...SLIDING, day: "fixed_window", dayEnds: "UTC" },
  // "The counter resets at UTC midnight": https://openrouter.ai/docs/client-sdks/typescript/models/freemodeldailyrequests
  openrouter: { ...SLIDING, day: "fixed_window", dayEnds: "UTC" },
});

/** Kinds without an entry: Vertex counts per minute and says no more of it
 * (https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/partner-models/claude/quotas), OpenAI's limits
 * "may be quantized" (https://developers.openai.com/api/docs/guides/rate-limits), the others publish no algorithm. */
export function enforcementOf(kind: ProviderKind): Enforcement {
  return ENFORCEMENTS[kind] ?? SLIDING;
}
