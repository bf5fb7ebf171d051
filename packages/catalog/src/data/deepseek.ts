import type { CatalogModel } from "../model.ts";
import { DEEPSEEK_PROFILE } from "../profiles.ts";

/**
 * Ids, windows, limits, prices: https://api-docs.deepseek.com/quick_start/pricing, read 2026-11-21.
 * Prices are those outside peak hours (01:00–04:00 and 06:00–10:00 UTC on Chinese working days, when
 * everything costs double). Concurrency, not rate, is limited there, per model.
 */
const WINDOW = { contextWindow: 1_000_000, maxOutputTokens: 384_000 } as const;

export const DEEPSEEK_MODELS: readonly CatalogModel[] = [
  {
    canonical: "deepseek-v4-pro",
    displayName: "DeepSeek V4 Pro",
    lineage: "deepseek",
    tier: "big",
    rank: 31,
    aliases: ["deepseek-pro"],
    legacy: [/^deepseek-(reasoner|r1)$/],
    ...WINDOW,
    capabilities: { tools: true, images: false, documents: false, thinking: true },
    profile: { ...DEEPSEEK_PROFILE, ...WINDOW },
    offers: [
      {
        kind: "deepseek",
        id: "deepseek-v4-pro",
        dialects: ["chat", "messages", "responses"],
        price: { input: 0.66, output: 1.98, cache_read: 0.022 },
        quotaBucket: "deepseek/deepseek-v4-pro",
        nativeCountTokens: false,
      },
      openrouterOffer("deepseek/deepseek-v4-pro"),
    ],
  },
  {
    canonical: "deepseek-v4-flash",
    displayName: "DeepSeek V4.1 Flash",
    lineage: "deepseek",
    tier: "middle",
    rank: 31,
    // "deepseek-flash" is its name of today; the older ones reach the same model.
    aliases: ["deepseek-flash", "deepseek-v4.1-flash", "deepseek-v4-flash-vision-exp"],
    legacy: [/^deepseek-(chat|v3(\.\d)?)$/],
    ...WINDOW,
    capabilities: { tools: true, images: true, documents: false, thinking: true },
    profile: { ...DEEPSEEK_PROFILE, ...WINDOW, images: true },
    offers: [
      {
        kind: "deepseek",
        id: "deepseek-v4-flash",
        dialects: ["chat", "messages", "responses"],
        price: { input: 0.15, output: 0.6, cache_read: 0.003 },
        quotaBucket: "deepseek/deepseek-flash",
        nativeCountTokens: false,
      },
      openrouterOffer("deepseek/deepseek-v4-flash"),
    ],
  },
];

/** Served by several hosts at prices of their own, which OpenRouter reports with each answer. */
function openrouterOffer(id: string): CatalogModel["offers"][number] {
  return { kind: "openrouter", id, dialects: ["chat"], quotaBucket: "openrouter", nativeCountTokens: false };
}
