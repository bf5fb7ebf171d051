import type { CatalogModel } from "../model.ts";
import { claudeModel } from "./claude.ts";

/**
 * Ids, windows, limits: https://platform.claude.com/docs/en/models/<model>/overview, read 2026-11-21.
 * Prices: https://platform.claude.com/docs/en/about-claude/pricing, as of 2026-10-26 (cache reads of
 * Sonnet 5.5 cut to 0.05 of input on 2026-10-07).
 */
const SONNET = { lineage: "sonnet", tier: "middle", contextWindow: 1_000_000 } as const;
const SONNET_4_PRICE = { input: 3, output: 15, cache_read: 0.3, cache_write_5m: 3.75, cache_write_1h: 6 };
const VERTEX_SONNET = "anthropic-claude-sonnet";

export const CLAUDE_SONNET_MODELS: readonly CatalogModel[] = [
  claudeModel({
    ...SONNET,
    canonical: "claude-sonnet-5-5",
    displayName: "Claude Sonnet 5.5",
    rank: 1,
    aliases: ["sonnet", "claude-sonnet", "claude-sonnet-latest"],
    maxOutputTokens: 128_000,
    price: { input: 2, output: 10, cache_read: 0.1, cache_write_5m: 2.5, cache_write_1h: 4 },
    // Thinking is turned down by `between_tools`, forced tool use is an error: …/models/sonnet-5-5/overview.
    claude: {
      thinking: ["adaptive", "between_tools"],
      efforts: ["low", "medium", "high", "xhigh", "max"],
      sampling: false,
      forcedToolUse: false,
      prefill: false,
    },
    quota: "claude-sonnet-5-5",
    vertex: { id: "claude-sonnet-5-5", sharedQuota: VERTEX_SONNET },
    openrouter: "anthropic/claude-sonnet-5.5",
  }),
  claudeModel({
    ...SONNET,
    canonical: "claude-sonnet-5",
    displayName: "Claude Sonnet 5",
    rank: 2,
    maxOutputTokens: 128_000,
    price: { input: 2, output: 10, cache_read: 0.2, cache_write_5m: 2.5, cache_write_1h: 4 },
    // Budgets and sampling parameters are a 400: …/models/sonnet-5/overview.
    claude: {
      thinking: ["adaptive", "disabled"],
      efforts: ["low", "medium", "high", "xhigh", "max"],
      sampling: false,
      forcedToolUse: true,
      prefill: false,
    },
    quota: "claude-sonnet-5",
    vertex: { id: "claude-sonnet-5", sharedQuota: VERTEX_SONNET },
    openrouter: "anthropic/claude-sonnet-5",
  }),
  claudeModel({
    ...SONNET,
    canonical: "claude-sonnet-4-6",
    displayName: "Claude Sonnet 4.6",
    rank: 3,
    maxOutputTokens: 64_000,
    price: SONNET_4_PRICE,
    // The last Sonnet that takes sampling parameters and thinking budgets, which clients of Claude 3 and 4 send.
    legacy: [
      /^claude-3(-5|-7)?-sonnet(-v2)?$/,
      /^claude-sonnet-4(-0)?$/,
      /^claude-4-sonnet$/,
      /^claude-instant(-.*)?$/,
    ],
    claude: {
      thinking: ["enabled", "adaptive", "disabled"],
      efforts: ["low", "medium", "high", "max"],
      sampling: true,
      forcedToolUse: true,
      prefill: false,
    },
    quota: "claude-sonnet-4",
    vertex: { id: "claude-sonnet-4-6" },
    openrouter: "anthropic/claude-sonnet-4.6",
  }),
  claudeModel({
    ...SONNET,
    canonical: "claude-sonnet-4-5",
    displayName: "Claude Sonnet 4.5",
    contextWindow: 200_000,
    maxOutputTokens: 64_000,
    price: SONNET_4_PRICE,
    claude: {
      thinking: ["enabled", "disabled"],
      efforts: [],
      sampling: true,
      forcedToolUse: true,
      prefill: true,
    },
    quota: "claude-sonnet-4",
    // Announced in the official SDK, @anthropic-ai/sdk 1.11: "end-of-life on November 30th, 2026".
    retiresAt: "2026-11-30T00:00:00Z",
    vertex: { id: "claude-sonnet-4-5@20250929" },
    openrouter: "anthropic/claude-sonnet-4.5",
  }),
];
