import type { ModelPrice, ModelTier } from "@switchyard/wire";
import type { CatalogModel, ModelOffer, ModelProfile, ScheduledPrice } from "../model.ts";
import { GEMINI_PROFILE } from "../profiles.ts";

/**
 * Ids, windows, thinking levels: https://ai.google.dev/gemini-api/docs/models and …/latest-model, read 2026-11-21.
 * Prices: https://ai.google.dev/gemini-api/docs/pricing, as of 2026-10-26.
 * Retirement: https://ai.google.dev/gemini-api/docs/deprecations, as of 2026-11-10.
 * On Google Cloud's OpenAI endpoint the ids carry the publisher:
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/migrate/openai/overview.
 */
interface GeminiModelData {
  canonical: string;
  displayName: string;
  tier: ModelTier;
  rank?: number;
  aliases?: readonly string[];
  legacy?: readonly RegExp[];
  efforts: readonly string[];
  price: ModelPrice;
  laterPrices?: readonly ScheduledPrice[];
  retiresAt?: string;
}

const WINDOW = { contextWindow: 1_048_576, maxOutputTokens: 65_536 } as const;
const LEVELS = ["minimal", "low", "medium", "high"];

export const GEMINI_MODELS: readonly CatalogModel[] = [
  geminiModel({
    canonical: "gemini-4-argon",
    displayName: "Gemini 4 Argon",
    tier: "big",
    rank: 21,
    aliases: ["gemini-4"],
    efforts: ["low", "medium", "high"],
    // Introductory price until 2026-11-30.
    price: { input: 2, output: 10, cache_read: 0.1 },
    laterPrices: [{ from: "2026-12-01T00:00:00Z", price: { input: 4, output: 20, cache_read: 0.2 } }],
  }),
  geminiModel({
    canonical: "gemini-3.1-pro-preview",
    displayName: "Gemini 3.1 Pro",
    tier: "big",
    rank: 22,
    aliases: ["gemini-3.1-pro", "gemini-pro-latest"],
    // Shut down on 2026-03-09; its named replacement.
    legacy: [/^gemini-3-pro(-preview)?$/],
    efforts: ["low", "medium", "high"],
    price: {
      input: 2,
      output: 12,
      cache_read: 0.2,
      long_prompt: { above_tokens: 200_000, input: 4, output: 18, cache_read: 0.4 },
    },
  }),
  geminiModel({
    canonical: "gemini-3.8-flash",
    displayName: "Gemini 3.8 Flash",
    tier: "middle",
    rank: 21,
    aliases: ["gemini-flash-latest"],
    legacy: [/^gemini-3-flash-preview$/],
    efforts: LEVELS,
    price: { input: 0.75, output: 3.75, cache_read: 0.075 },
  }),
  geminiModel({
    canonical: "gemini-3.5-flash",
    displayName: "Gemini 3.5 Flash",
    tier: "middle",
    rank: 22,
    efforts: LEVELS,
    price: { input: 1.5, output: 9, cache_read: 0.15 },
  }),
  geminiModel({
    canonical: "gemini-3.5-flash-lite",
    displayName: "Gemini 3.5 Flash-Lite",
    tier: "small",
    rank: 21,
    aliases: ["gemini-flash-lite-latest"],
    legacy: [/^gemini-(1\.5|2\.0)-flash(-lite|-8b)?(-exp|-00\d)?$/],
    efforts: LEVELS,
    price: { input: 0.3, output: 2.5, cache_read: 0.03 },
  }),
  geminiModel({
    canonical: "gemini-2.5-pro",
    displayName: "Gemini 2.5 Pro",
    tier: "big",
    efforts: ["low", "medium", "high"],
    legacy: [/^gemini-1\.5-pro(-00\d)?$/],
    price: {
      input: 1.25,
      output: 10,
      cache_read: 0.125,
      long_prompt: { above_tokens: 200_000, input: 2.5, output: 15, cache_read: 0.25 },
    },
    retiresAt: "2026-12-01T00:00:00Z",
  }),
  geminiModel({
    canonical: "gemini-2.5-flash",
    displayName: "Gemini 2.5 Flash",
    tier: "small",
    efforts: ["none", "low", "medium", "high"],
    price: { input: 0.3, output: 2.5, cache_read: 0.03 },
    retiresAt: "2026-12-01T00:00:00Z",
  }),
];

function geminiModel(data: GeminiModelData): CatalogModel {
  const profile: ModelProfile = {
    ...GEMINI_PROFILE,
    ...WINDOW,
    efforts: data.efforts,
    reasoningAlwaysOn: !data.efforts.includes("none"),
  };
  return {
    canonical: data.canonical,
    displayName: data.displayName,
    lineage: "gemini",
    tier: data.tier,
    ...(data.rank === undefined ? {} : { rank: data.rank }),
    aliases: data.aliases ?? [],
    ...(data.legacy === undefined ? {} : { legacy: data.legacy }),
    ...WINDOW,
    capabilities: { tools: true, images: true, documents: false, thinking: true },
    profile,
    offers: geminiOffers(data),
  };
}

/** Limits are per model and project: https://ai.google.dev/gemini-api/docs/rate-limits, read 2026-11. */
function geminiOffers({ canonical, price, laterPrices, retiresAt }: GeminiModelData): ModelOffer[] {
  const later = laterPrices === undefined ? {} : { laterPrices };
  const common = { dialects: ["chat"], price, ...later, nativeCountTokens: false } as const;
  const retires = retiresAt === undefined ? {} : { retiresAt };
  return [
    { kind: "gemini", id: canonical, ...common, quotaBucket: `gemini/${canonical}`, ...retires },
    { kind: "vertex", id: `google/${canonical}`, ...common, quotaBucket: `vertex/{location}/${canonical}` },
    { kind: "openrouter", id: `google/${canonical}`, ...common, quotaBucket: "openrouter" },
  ];
}
