import type { CatalogModel } from "../model.ts";
import { GPT_PROFILE } from "../profiles.ts";
import { openAiModel } from "./openai.ts";

/**
 * Ids, windows: https://developers.openai.com/api/docs/models/<model>, as of 2026-11.
 * Prices: https://developers.openai.com/api/docs/pricing, as of 2026-10-26.
 * All four leave OpenAI's API on 2027-01-14: https://developers.openai.com/api/docs/deprecations, as of
 * 2026-10-28. They are what other hosts of GitHub Models' API offer.
 */
const GPT_4 = { documents: true, profile: GPT_PROFILE, dialect: "chat", retiresAt: "2027-01-14T00:00:00Z" } as const;
const GPT_4_1 = { ...GPT_4, lineage: "gpt-4.1", contextWindow: 1_047_576, maxOutputTokens: 32_768 } as const;
/**
 * Azure kept the limit on descriptions that OpenAI itself has lifted ("string too long. Expected a string with
 * maximum length 1024"): https://github.com/All-Hands-AI/OpenHands/issues/4838 and
 * https://github.com/modelcontextprotocol/servers/issues/799, read 2026-11. Nobody has seen it on newer models.
 */
const GPT_4O = {
  ...GPT_4,
  lineage: "gpt-4o",
  contextWindow: 128_000,
  maxOutputTokens: 16_384,
  azureProfile: { maxToolDescriptionLength: 1024 },
} as const;

export const GPT_4_MODELS: readonly CatalogModel[] = [
  openAiModel({
    ...GPT_4_1,
    canonical: "gpt-4.1",
    displayName: "GPT-4.1",
    tier: "big",
    price: { input: 2, output: 8, cache_read: 0.5 },
    github: { id: "openai/gpt-4.1", rank: 1 },
  }),
  openAiModel({
    ...GPT_4_1,
    canonical: "gpt-4.1-mini",
    displayName: "GPT-4.1 mini",
    tier: "small",
    price: { input: 0.4, output: 1.6, cache_read: 0.1 },
    github: { id: "openai/gpt-4.1-mini", rank: 1 },
  }),
  openAiModel({
    ...GPT_4O,
    canonical: "gpt-4o",
    displayName: "GPT-4o",
    tier: "middle",
    price: { input: 2.5, output: 10, cache_read: 1.25 },
    github: { id: "openai/gpt-4o", rank: 1 },
  }),
  openAiModel({
    ...GPT_4O,
    canonical: "gpt-4o-mini",
    displayName: "GPT-4o mini",
    tier: "small",
    price: { input: 0.15, output: 0.6, cache_read: 0.075 },
    github: { id: "openai/gpt-4o-mini", rank: 2 },
  }),
];
