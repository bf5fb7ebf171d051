import type { CatalogModel } from "../model.ts";
import { claudeModel } from "./claude.ts";

/**
 * Ids, windows, limits: https://platform.claude.com/docs/en/models/<model>/overview, read 2026-11-21.
 * Prices: https://platform.claude.com/docs/en/about-claude/pricing, as of 2026-10-26.
 * Ids and quotas on Google Cloud: https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/partner-models/claude/quotas.
 */
const OPUS = { lineage: "opus", tier: "big", contextWindow: 1_000_000, maxOutputTokens: 128_000 } as const;
const OPUS_4_PRICE = { input: 5, output: 25, cache_read: 0.5, cache_write_5m: 6.25, cache_write_1h: 10 };
const VERTEX_OPUS = "anthropic-claude-opus";

export const CLAUDE_OPUS_MODELS: readonly CatalogModel[] = [
  claudeModel({
    ...OPUS,
    canonical: "claude-opus-5-5",
    displayName: "Claude Opus 5.5",
    rank: 1,
    aliases: ["opus", "claude-opus", "claude-opus-latest"],
    price: { input: 4, output: 20, cache_read: 0.2, cache_write_5m: 5, cache_write_1h: 8 },
    // Thinking cannot be disabled, forced tool use is an error: …/models/opus-5-5/migration-guide.
    claude: {
      thinking: ["adaptive"],
      efforts: ["low", "medium", "high", "xhigh", "max"],
      sampling: false,
      forcedToolUse: false,
      prefill: false,
    },
    quota: "claude-opus-5-5",
    vertex: { id: "claude-opus-5-5", sharedQuota: VERTEX_OPUS },
    openrouter: "anthropic/claude-opus-5.5",
  }),
  claudeModel({
    ...OPUS,
    canonical: "claude-opus-5",
    displayName: "Claude Opus 5",
    rank: 2,
    price: OPUS_4_PRICE,
    claude: {
      thinking: ["adaptive", "disabled"],
      efforts: ["low", "medium", "high", "xhigh", "max"],
      sampling: false,
      forcedToolUse: true,
      prefill: false,
    },
    quota: "claude-opus-5",
    vertex: { id: "claude-opus-5", sharedQuota: VERTEX_OPUS },
    openrouter: "anthropic/claude-opus-5",
  }),
  claudeModel({
    ...OPUS,
    canonical: "claude-opus-4-8",
    displayName: "Claude Opus 4.8",
    rank: 3,
    price: OPUS_4_PRICE,
    claude: {
      thinking: ["adaptive", "disabled"],
      efforts: ["low", "medium", "high", "xhigh", "max"],
      sampling: false,
      forcedToolUse: true,
      prefill: false,
    },
    quota: "claude-opus-4",
    vertex: { id: "claude-opus-4-8", sharedQuota: VERTEX_OPUS },
    openrouter: "anthropic/claude-opus-4.8",
  }),
  claudeModel({
    ...OPUS,
    canonical: "claude-opus-4-7",
    displayName: "Claude Opus 4.7",
    price: OPUS_4_PRICE,
    claude: {
      thinking: ["adaptive", "disabled"],
      efforts: ["low", "medium", "high", "xhigh", "max"],
      sampling: false,
      forcedToolUse: true,
      prefill: false,
    },
    quota: "claude-opus-4",
    vertex: { id: "claude-opus-4-7" },
    openrouter: "anthropic/claude-opus-4.7",
  }),
  claudeModel({
    ...OPUS,
    canonical: "claude-opus-4-6",
    displayName: "Claude Opus 4.6",
    price: OPUS_4_PRICE,
    // The last Opus that takes sampling parameters and thinking budgets, which clients of Claude 3 and 4 send.
    legacy: [/^claude-3-opus$/, /^claude-opus-4(-0|-1)?$/, /^claude-4-opus$/, /^claude-(2|2\.[01])$/],
    claude: {
      thinking: ["enabled", "adaptive", "disabled"],
      efforts: ["low", "medium", "high", "max"],
      sampling: true,
      forcedToolUse: true,
      prefill: false,
    },
    quota: "claude-opus-4",
    vertex: { id: "claude-opus-4-6" },
    openrouter: "anthropic/claude-opus-4.6",
  }),
  claudeModel({
    ...OPUS,
    canonical: "claude-opus-4-5",
    displayName: "Claude Opus 4.5",
    contextWindow: 200_000,
    maxOutputTokens: 64_000,
    price: OPUS_4_PRICE,
    claude: {
      thinking: ["enabled", "disabled"],
      efforts: ["low", "medium", "high"],
      sampling: true,
      forcedToolUse: true,
      prefill: true,
    },
    quota: "claude-opus-4",
    vertex: { id: "claude-opus-4-5@20251101" },
    openrouter: "anthropic/claude-opus-4.5",
  }),
];
