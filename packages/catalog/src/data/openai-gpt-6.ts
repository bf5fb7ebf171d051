import type { CatalogModel } from "../model.ts";
import { GPT_ALWAYS_REASONING_PROFILE, GPT_MAX_PROFILE } from "../profiles.ts";
import { openAiModel } from "./openai.ts";

/**
 * Ids, windows, efforts: https://developers.openai.com/api/docs/models/<model>, as of 2026-11.
 * Prices: https://developers.openai.com/api/docs/pricing, as of 2026-10-26. Cache writes are those that
 * live 30 minutes; above 272,000 input tokens everything costs double, output 1.5 times.
 */
const GPT_6 = {
  lineage: "gpt-6",
  contextWindow: 1_050_000,
  maxOutputTokens: 128_000,
  documents: true,
  profile: GPT_MAX_PROFILE,
  dialect: "responses",
} as const;

export const GPT_6_MODELS: readonly CatalogModel[] = [
  openAiModel({
    ...GPT_6,
    canonical: "gpt-6.1-sol",
    displayName: "GPT-6.1 Sol",
    tier: "big",
    rank: 11,
    profile: GPT_ALWAYS_REASONING_PROFILE,
    price: {
      input: 2,
      output: 10,
      cache_read: 0.1,
      cache_write_5m: 2.5,
      long_prompt: { above_tokens: 272_000, input: 4, output: 15, cache_read: 0.2, cache_write_5m: 5 },
    },
  }),
  openAiModel({
    ...GPT_6,
    canonical: "gpt-6.1-terra",
    displayName: "GPT-6.1 Terra",
    tier: "middle",
    rank: 11,
    price: {
      input: 1,
      output: 5,
      cache_read: 0.05,
      cache_write_5m: 1.25,
      long_prompt: { above_tokens: 272_000, input: 2, output: 7.5, cache_read: 0.1, cache_write_5m: 2.5 },
    },
  }),
  openAiModel({
    ...GPT_6,
    canonical: "gpt-6-astra",
    displayName: "GPT-6 Astra",
    tier: "big",
    profile: GPT_ALWAYS_REASONING_PROFILE,
    price: {
      input: 10,
      output: 50,
      cache_read: 1,
      cache_write_5m: 12.5,
      long_prompt: { above_tokens: 272_000, input: 20, output: 75, cache_read: 2, cache_write_5m: 25 },
    },
  }),
  openAiModel({
    ...GPT_6,
    canonical: "gpt-6-sol",
    displayName: "GPT-6 Sol",
    tier: "big",
    rank: 12,
    price: {
      input: 2,
      output: 10,
      cache_read: 0.2,
      cache_write_5m: 2.5,
      long_prompt: { above_tokens: 272_000, input: 4, output: 15, cache_read: 0.4, cache_write_5m: 5 },
    },
  }),
  openAiModel({
    ...GPT_6,
    canonical: "gpt-6-luna",
    displayName: "GPT-6 Luna",
    tier: "small",
    rank: 11,
    // What OpenAI names as their replacement: https://developers.openai.com/api/docs/deprecations.
    legacy: [/^gpt-3\.5-turbo(-.*)?$/, /^gpt-4\.1-nano$/],
    price: {
      input: 0.1,
      output: 0.5,
      cache_read: 0.01,
      cache_write_5m: 0.125,
      long_prompt: { above_tokens: 272_000, input: 0.2, output: 0.75, cache_read: 0.02, cache_write_5m: 0.25 },
    },
  }),
];
