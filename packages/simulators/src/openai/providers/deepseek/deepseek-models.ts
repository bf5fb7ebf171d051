import type { SimulatedModel } from "../../../engine/dialect.ts";

export interface DeepSeekModel {
  id: string;
  contextWindow: number;
  maxOutputTokens: number;
  images: boolean;
}

const LIMITS = { contextWindow: 1_000_000, maxOutputTokens: 384_000 } as const;

/** api-docs.deepseek.com/quick_start/pricing, seen 2026-11; deepseek-v4-flash is the older name of deepseek-flash. */
const MODELS: readonly DeepSeekModel[] = [
  { id: "deepseek-v4-pro", ...LIMITS, images: false },
  { id: "deepseek-flash", ...LIMITS, images: true },
  { id: "deepseek-v4-flash", ...LIMITS, images: true },
];

export function listDeepSeekModels(added: readonly SimulatedModel[] = []): DeepSeekModel[] {
  const more = added.map((model) => ({
    id: model.id,
    contextWindow: model.contextWindow ?? LIMITS.contextWindow,
    maxOutputTokens: model.maxOutputTokens ?? LIMITS.maxOutputTokens,
    images: false,
  }));
  return [...more, ...MODELS];
}
