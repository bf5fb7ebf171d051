import type { SimulatedModel } from "../../../engine/dialect.ts";

/** ai.google.dev/gemini-api/docs/models and …/thinking, seen 2026-11. */
export interface GeminiModel {
  id: string;
  inputTokenLimit: number;
  outputTokenLimit: number;
  /** Values of reasoning_effort. */
  efforts: readonly string[];
  /** Tool calls come and go back with thought signatures. */
  signatures: boolean;
}

const LEVELS = ["low", "medium", "high"];
const FLASH_LEVELS = ["minimal", ...LEVELS];
const LIMITS = { inputTokenLimit: 1_048_576, outputTokenLimit: 65_536 } as const;

const MODELS: readonly GeminiModel[] = [
  { id: "gemini-4-argon", ...LIMITS, efforts: LEVELS, signatures: true },
  { id: "gemini-3.8-flash", ...LIMITS, efforts: FLASH_LEVELS, signatures: true },
  { id: "gemini-3.5-flash", ...LIMITS, efforts: FLASH_LEVELS, signatures: true },
  { id: "gemini-3.5-flash-lite", ...LIMITS, efforts: FLASH_LEVELS, signatures: true },
  { id: "gemini-3.1-pro-preview", ...LIMITS, efforts: LEVELS, signatures: true },
  { id: "gemini-3-pro", ...LIMITS, efforts: LEVELS, signatures: true },
  { id: "gemini-3-flash", ...LIMITS, efforts: FLASH_LEVELS, signatures: true },
  { id: "gemini-2.5-pro", ...LIMITS, efforts: LEVELS, signatures: false },
  { id: "gemini-2.5-flash", ...LIMITS, efforts: ["none", ...LEVELS], signatures: false },
];

export function listGeminiModels(added: readonly SimulatedModel[] = []): GeminiModel[] {
  const more = added.map((model) => ({
    id: bareName(model.id),
    inputTokenLimit: model.contextWindow ?? LIMITS.inputTokenLimit,
    outputTokenLimit: model.maxOutputTokens ?? LIMITS.outputTokenLimit,
    efforts: model.reasoning === true ? LEVELS : [],
    signatures: model.reasoning === true,
  }));
  return [...more, ...MODELS];
}

/** "models/gemini-x" on Google's own API and "google/gemini-x" on its cloud are "gemini-x". */
export function bareName(id: string): string {
  return id.replace(/^(models|google)\//, "");
}
