import { priceOf } from "@switchyard/routing";
import type { ModelInfo, TokenUsage } from "@switchyard/wire";

import type { Quota } from "./quota.ts";
import { BASE_TOKENS, type Turn } from "./workday.ts";

export interface UpstreamOptions {
  name: string;
  model: ModelInfo;
  quota: Quota;
  firstTokenMs: number;
  tokensPerSecond: number;
  /** What its quota counts of a request; default: the input that no cache answers. */
  counts?: (usage: TokenUsage) => number;
}

/** The provider's own side: its quota, its prompt caches, its prices. */
export interface Upstream extends UpstreamOptions {
  /** undefined: 429. */
  ask(conversation: string, turn: Turn, now: number): Answer | undefined;
  /** ms until it would take this request. */
  msUntilRoom(conversation: string, turn: Turn, now: number): number;
}

export interface Answer {
  usage: TokenUsage;
  nanoDollars: number;
  durationMs: number;
}

/** From the last use on: platform.claude.com/docs/en/build-with-claude/prompt-caching. */
export const CACHE_MS = 300_000;

export function createUpstream(options: UpstreamOptions): Upstream {
  const caches = new Map<string, { tokens: number; generation: number; until: number }>();

  function usageOf(conversation: string, { promptTokens, outputTokens, generation }: Turn, now: number): TokenUsage {
    const cache = caches.get(conversation);
    const alive = cache !== undefined && cache.until > now;
    const cached = alive ? (cache.generation === generation ? Math.min(cache.tokens, promptTokens) : BASE_TOKENS) : 0;
    return {
      uncachedInput: 0,
      cacheRead: cached,
      cacheWrite5m: promptTokens - cached,
      cacheWrite1h: 0,
      output: outputTokens,
      reasoning: 0,
      estimated: false,
    };
  }

  const countOf = (usage: TokenUsage): number =>
    options.counts?.(usage) ?? usage.uncachedInput + usage.cacheWrite5m + usage.cacheWrite1h;

  return {
    ...options,
    ask: (conversation, turn, now) => {
      const usage = usageOf(conversation, turn, now);
      if (!options.quota.take(countOf(usage), now)) return undefined;
      const durationMs = options.firstTokenMs + (turn.outputTokens / options.tokensPerSecond) * 1000;
      caches.set(conversation, {
        tokens: turn.promptTokens,
        generation: turn.generation,
        until: now + durationMs + CACHE_MS,
      });
      return { usage, nanoDollars: priceOf(options.model, usage) ?? 0, durationMs };
    },
    msUntilRoom: (conversation, turn, now) => options.quota.msUntil(countOf(usageOf(conversation, turn, now)), now),
  };
}
