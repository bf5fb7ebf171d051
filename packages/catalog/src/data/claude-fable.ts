import type { CatalogModel, ClaudeTraits } from "../model.ts";
import { claudeModel } from "./claude.ts";

/**
 * Fable, and Mythos, its sister for verified organisations.
 * Ids, windows, limits: https://platform.claude.com/docs/en/models/<model>/overview, read 2026-11-21.
 * Prices: https://platform.claude.com/docs/en/about-claude/pricing, as of 2026-10-26.
 */
const FABLE = { tier: "big", contextWindow: 1_000_000, maxOutputTokens: 128_000, quota: "claude-fable-5" } as const;

/** Thinking is always on and forced tool use an error since 5.1: …/models/opus-5-5/overview. */
const FABLE_TRAITS: ClaudeTraits = {
  thinking: ["adaptive"],
  efforts: ["low", "medium", "high", "xhigh", "max"],
  sampling: false,
  forcedToolUse: false,
  prefill: false,
};

const PRICE_5_1 = { input: 10, output: 50, cache_read: 0.25, cache_write_5m: 12.5, cache_write_1h: 20 };
const PRICE_5 = { ...PRICE_5_1, cache_read: 1 };

export const CLAUDE_FABLE_MODELS: readonly CatalogModel[] = [
  claudeModel({
    ...FABLE,
    canonical: "claude-fable-5-2",
    displayName: "Claude Fable 5.2",
    lineage: "fable",
    aliases: ["fable", "claude-fable", "claude-fable-latest"],
    // Released 2026-11-09. No official price list with it was at hand: no price.
    claude: FABLE_TRAITS,
    vertex: { id: "claude-fable-5-2", sharedQuota: "anthropic-claude-fable" },
    openrouter: "anthropic/claude-fable-5.2",
  }),
  claudeModel({
    ...FABLE,
    canonical: "claude-fable-5-1",
    displayName: "Claude Fable 5.1",
    lineage: "fable",
    price: PRICE_5_1,
    claude: FABLE_TRAITS,
    vertex: { id: "claude-fable-5-1", sharedQuota: "anthropic-claude-fable" },
    openrouter: "anthropic/claude-fable-5.1",
  }),
  claudeModel({
    ...FABLE,
    canonical: "claude-fable-5",
    displayName: "Claude Fable 5",
    lineage: "fable",
    price: PRICE_5,
    claude: { ...FABLE_TRAITS, forcedToolUse: true },
    vertex: { id: "claude-fable-5", sharedQuota: "anthropic-claude-fable" },
    openrouter: "anthropic/claude-fable-5",
  }),
  claudeModel({
    ...FABLE,
    canonical: "claude-mythos-5-2",
    displayName: "Claude Mythos 5.2",
    lineage: "mythos",
    aliases: ["mythos", "claude-mythos", "claude-mythos-latest"],
    // The id stands in the official SDK, @anthropic-ai/sdk 1.11; no price list with it was at hand.
    claude: FABLE_TRAITS,
    quota: "claude-mythos-5",
    vertex: { id: "claude-mythos-5-2", sharedQuota: "anthropic-claude-mythos" },
  }),
  claudeModel({
    ...FABLE,
    canonical: "claude-mythos-5-1",
    displayName: "Claude Mythos 5.1",
    lineage: "mythos",
    price: PRICE_5_1,
    claude: FABLE_TRAITS,
    quota: "claude-mythos-5",
    vertex: { id: "claude-mythos-5-1", sharedQuota: "anthropic-claude-mythos" },
  }),
  claudeModel({
    ...FABLE,
    canonical: "claude-mythos-5",
    displayName: "Claude Mythos 5",
    lineage: "mythos",
    price: PRICE_5,
    claude: { ...FABLE_TRAITS, forcedToolUse: true },
    quota: "claude-mythos-5",
    vertex: { id: "claude-mythos-5", sharedQuota: "anthropic-claude-mythos" },
  }),
];
