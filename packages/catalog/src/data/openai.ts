import type { ModelPrice, ModelTier } from "@switchyard/wire";
import type { CatalogModel, ModelOffer, ModelProfile } from "../model.ts";

export interface OpenAiModelData {
  canonical: string;
  displayName: string;
  lineage: string;
  tier: ModelTier;
  rank?: number;
  aliases?: readonly string[];
  legacy?: readonly RegExp[];
  contextWindow: number;
  maxOutputTokens: number;
  documents: boolean;
  /** Of OpenAI's API. */
  price: ModelPrice;
  profile: ModelProfile;
  /** Responses where reasoning and tools go together only there, else chat completions. */
  dialect: "responses" | "chat";
  retiresAt?: string;
  /** What Azure's deployments take otherwise. */
  azureProfile?: Partial<ModelProfile>;
  /** GitHub Models' "publisher/name"; absent: never offered there. */
  github?: { id: string; rank: number };
}

/**
 * An OpenAI model with its offers. Azure's ids are the names of deployments, which by custom are the
 * models' own; Azure's prices depend on the contract and are left out. OpenRouter passes prices through.
 */
export function openAiModel(data: OpenAiModelData): CatalogModel {
  const { canonical, price, retiresAt, contextWindow, maxOutputTokens } = data;
  const dialects: ModelOffer["dialects"] = data.dialect === "responses" ? ["responses", "chat"] : ["chat", "responses"];
  const retires = retiresAt === undefined ? {} : { retiresAt };
  return {
    canonical,
    displayName: data.displayName,
    lineage: data.lineage,
    tier: data.tier,
    ...(data.rank === undefined ? {} : { rank: data.rank }),
    aliases: data.aliases ?? [],
    ...(data.legacy === undefined ? {} : { legacy: data.legacy }),
    contextWindow,
    maxOutputTokens,
    capabilities: {
      tools: true,
      images: true,
      documents: data.documents,
      thinking: data.profile.reasoningControl !== "none",
    },
    profile: { ...data.profile, contextWindow, maxOutputTokens, documents: data.documents ? "file" : "text_only" },
    offers: [
      // Limits are per model: https://developers.openai.com/api/docs/guides/rate-limits, read 2026-11.
      {
        kind: "openai",
        id: canonical,
        dialects,
        price,
        quotaBucket: `openai/${canonical}`,
        ...retires,
        nativeCountTokens: false,
      },
      {
        kind: "azure",
        id: canonical,
        dialects,
        quotaBucket: `azure/${canonical}`,
        nativeCountTokens: false,
        ...(data.azureProfile === undefined ? {} : { profile: data.azureProfile }),
      },
      {
        kind: "openrouter",
        id: `openai/${canonical}`,
        dialects: ["chat"],
        price,
        quotaBucket: "openrouter",
        nativeCountTokens: false,
      },
      ...githubOffers(data.github),
    ],
  };
}

/** Requests a day are counted per user and model: `x-ratelimit-type: UserByModelByDay`. */
function githubOffers(github: OpenAiModelData["github"]): ModelOffer[] {
  if (github === undefined) return [];
  return [
    {
      kind: "github-models",
      ...github,
      dialects: ["chat"],
      quotaBucket: `github-models/${github.id}`,
      nativeCountTokens: false,
    },
  ];
}
