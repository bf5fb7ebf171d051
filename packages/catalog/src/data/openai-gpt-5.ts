import type { CatalogModel } from "../model.ts";
import { GPT_MAX_PROFILE, GPT_REASONING_PROFILE } from "../profiles.ts";
import { openAiModel } from "./openai.ts";

/**
 * Ids, windows, efforts: https://developers.openai.com/api/docs/models/<model>, as of 2026-11.
 * Prices: https://developers.openai.com/api/docs/pricing, as of 2026-10-26.
 * Retirement: https://developers.openai.com/api/docs/deprecations, as of 2026-10-28.
 */
const GPT_5_6 = {
  lineage: "gpt-5.6",
  contextWindow: 1_050_000,
  maxOutputTokens: 128_000,
  documents: true,
  profile: GPT_MAX_PROFILE,
  dialect: "responses",
} as const;

export const GPT_5_MODELS: readonly CatalogModel[] = [
  openAiModel({
    ...GPT_5_6,
    canonical: "gpt-5.6-sol",
    displayName: "GPT-5.6 Sol",
    tier: "big",
    rank: 13,
    aliases: ["gpt-5.6"],
    // What OpenAI names as their replacement.
    legacy: [/^gpt-4(-turbo|-\d{4})?(-preview)?$/, /^o1(-pro)?$/, /^o3-mini$/],
    price: {
      input: 4,
      output: 20,
      cache_read: 0.4,
      cache_write_5m: 5,
      long_prompt: { above_tokens: 272_000, input: 8, output: 30, cache_read: 0.8, cache_write_5m: 10 },
    },
  }),
  openAiModel({
    ...GPT_5_6,
    canonical: "gpt-5.6-terra",
    displayName: "GPT-5.6 Terra",
    tier: "middle",
    rank: 12,
    legacy: [/^o4-mini$/],
    price: {
      input: 2,
      output: 12,
      cache_read: 0.2,
      cache_write_5m: 2.5,
      long_prompt: { above_tokens: 272_000, input: 4, output: 18, cache_read: 0.4, cache_write_5m: 5 },
    },
  }),
  openAiModel({
    ...GPT_5_6,
    canonical: "gpt-5.6-luna",
    displayName: "GPT-5.6 Luna",
    tier: "small",
    rank: 12,
    price: {
      input: 0.2,
      output: 1.2,
      cache_read: 0.02,
      cache_write_5m: 0.25,
      long_prompt: { above_tokens: 272_000, input: 0.4, output: 1.8, cache_read: 0.04, cache_write_5m: 0.5 },
    },
  }),
  openAiModel({
    ...GPT_5_6,
    canonical: "gpt-5.5",
    displayName: "GPT-5.5",
    lineage: "gpt-5.5",
    tier: "big",
    profile: GPT_REASONING_PROFILE,
    price: {
      input: 5,
      output: 30,
      cache_read: 0.5,
      long_prompt: { above_tokens: 272_000, input: 10, output: 45, cache_read: 1 },
    },
  }),
  openAiModel({
    ...GPT_5_6,
    canonical: "gpt-5.4",
    displayName: "GPT-5.4",
    lineage: "gpt-5.4",
    tier: "big",
    profile: GPT_REASONING_PROFILE,
    price: {
      input: 2.5,
      output: 15,
      cache_read: 0.25,
      long_prompt: { above_tokens: 272_000, input: 5, output: 22.5, cache_read: 0.5 },
    },
  }),
  openAiModel({
    ...GPT_5_6,
    canonical: "gpt-5.4-mini",
    displayName: "GPT-5.4 mini",
    lineage: "gpt-5.4",
    tier: "small",
    contextWindow: 400_000,
    documents: false,
    profile: GPT_REASONING_PROFILE,
    price: { input: 0.75, output: 4.5, cache_read: 0.075 },
  }),
  openAiModel({
    ...GPT_5_6,
    canonical: "gpt-5.1",
    displayName: "GPT-5.1",
    lineage: "gpt-5.1",
    tier: "big",
    contextWindow: 400_000,
    documents: false,
    profile: { ...GPT_REASONING_PROFILE, efforts: ["none", "low", "medium", "high"], toolsExcludeEffort: false },
    price: { input: 1.25, output: 10, cache_read: 0.125 },
    retiresAt: "2027-04-01T00:00:00Z",
  }),
];
