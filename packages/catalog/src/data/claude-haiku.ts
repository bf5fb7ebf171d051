import type { CatalogModel } from "../model.ts";
import { claudeModel } from "./claude.ts";

/**
 * Ids, windows, limits: https://platform.claude.com/docs/en/models/<model>/overview, read 2026-11-21.
 * Prices: https://platform.claude.com/docs/en/about-claude/pricing, as of 2026-10-26.
 */
const HAIKU = { lineage: "haiku", tier: "small" } as const;

export const CLAUDE_HAIKU_MODELS: readonly CatalogModel[] = [
  claudeModel({
    ...HAIKU,
    canonical: "claude-haiku-5-5",
    displayName: "Claude Haiku 5.5",
    rank: 1,
    aliases: ["haiku", "claude-haiku", "claude-haiku-latest"],
    contextWindow: 1_000_000,
    maxOutputTokens: 128_000,
    price: {
      input: 0.1,
      output: 0.5,
      cache_read: 0.01,
      cache_write_5m: 0.125,
      cache_write_1h: 0.2,
      long_prompt: {
        above_tokens: 100_000,
        input: 0.5,
        output: 2.5,
        cache_read: 0.05,
        cache_write_5m: 0.625,
        cache_write_1h: 1,
      },
    },
    // Budgets, sampling parameters and prefill are a 400: …/models/haiku-5-5/migration-guide.
    claude: {
      thinking: ["adaptive", "disabled"],
      efforts: ["low", "medium", "high", "xhigh", "max"],
      sampling: false,
      forcedToolUse: true,
      prefill: false,
    },
    quota: "claude-haiku-5-5",
    vertex: { id: "claude-haiku-5-5", sharedQuota: "anthropic-claude-haiku" },
    openrouter: "anthropic/claude-haiku-5.5",
  }),
  claudeModel({
    ...HAIKU,
    canonical: "claude-haiku-4-5",
    displayName: "Claude Haiku 4.5",
    rank: 2,
    contextWindow: 200_000,
    maxOutputTokens: 64_000,
    price: { input: 1, output: 5, cache_read: 0.1, cache_write_5m: 1.25, cache_write_1h: 2 },
    legacy: [/^claude-3(-5)?-haiku$/],
    claude: {
      thinking: ["enabled", "disabled"],
      efforts: [],
      sampling: true,
      forcedToolUse: true,
      prefill: true,
    },
    quota: "claude-haiku-4-5",
    vertex: { id: "claude-haiku-4-5@20251001" },
    openrouter: "anthropic/claude-haiku-4.5",
  }),
];
