import type { SimulatedModel } from "../engine/dialect.ts";

/** What OpenAI's checks need to know of a model. */
export interface OpenAiModel {
  id: string;
  /** Answers name the dated model. */
  snapshot: string;
  ownedBy: string;
  /** Seconds since the epoch. */
  created: number;
  contextWindow: number;
  maxOutputTokens: number;
  /** Values of the effort that chat completions and Responses take; empty: not a reasoning model. */
  efforts: readonly string[];
  /** More values that only Responses take. */
  responsesEfforts: readonly string[];
  /** The effort when none is asked for. */
  defaultEffort: string;
  /**
   * Function tools on chat completions: always, refused beside an effort other than "none", or refused unless the
   * effort is "none" in so many words.
   */
  chatTools: "always" | "without_effort" | "only_with_none";
  /** How a refused sampling parameter is worded: as an unsupported value, or as an unsupported parameter. */
  samplingWording: "value" | "parameter";
  images: boolean;
  /** Day of its retirement, as GET /v1/models tells it. */
  shutdownDate?: string;
}

type Defaults = Omit<OpenAiModel, "id" | "snapshot">;

const REASONING: Defaults = {
  ownedBy: "system",
  created: seconds("2026-07-09"),
  contextWindow: 1_050_000,
  maxOutputTokens: 128_000,
  efforts: ["none", "low", "medium", "high", "xhigh"],
  responsesEfforts: ["max"],
  defaultEffort: "medium",
  chatTools: "only_with_none",
  samplingWording: "value",
  images: true,
};
const ALWAYS_REASONING: Defaults = { ...REASONING, efforts: ["low", "medium", "high", "xhigh"] };
const FIVE_FOUR: Defaults = {
  ...REASONING,
  created: seconds("2026-03-05"),
  responsesEfforts: [],
  defaultEffort: "none",
  chatTools: "without_effort",
};
const FIVE_ONE: Defaults = {
  ...FIVE_FOUR,
  created: seconds("2025-11-13"),
  contextWindow: 400_000,
  efforts: ["none", "low", "medium", "high"],
  chatTools: "always",
};
const FIVE: Defaults = {
  ...FIVE_ONE,
  created: seconds("2025-08-07"),
  efforts: ["minimal", "low", "medium", "high"],
  defaultEffort: "medium",
};
const O_SERIES: Defaults = {
  ...FIVE,
  created: seconds("2025-04-16"),
  contextWindow: 200_000,
  maxOutputTokens: 100_000,
  efforts: ["low", "medium", "high"],
  samplingWording: "parameter",
};
const GPT_4_1: Defaults = {
  ...O_SERIES,
  created: seconds("2025-04-14"),
  contextWindow: 1_047_576,
  maxOutputTokens: 32_768,
  efforts: [],
  defaultEffort: "none",
};
const GPT_4O: Defaults = {
  ...GPT_4_1,
  created: seconds("2024-11-20"),
  contextWindow: 128_000,
  maxOutputTokens: 16_384,
};

/**
 * Names, windows, limits: developers.openai.com/api/docs/models. Efforts and the rule on tools as observed by users,
 * seen 2026-11: github.com/livekit/agents/pull/7169 and github.com/BerriAI/litellm/pull/34569 (5.6),
 * github.com/enricoros/big-AGI/issues/1159 ("max" on Responses only), github.com/genkit-ai/genkit/pull/6303 and
 * github.com/UKGovernmentBEIS/inspect_ai/pull/5254 (6 Astra), github.com/onyx-dot-app/onyx/issues/15008 (6 Sol),
 * github.com/pipecat-ai/pipecat/issues/4043 (5.4), github.com/livekit/agents/pull/3966 (5.1).
 */
export const OPENAI_MODELS: readonly OpenAiModel[] = [
  dated("gpt-6.1-sol", "2026-10-14", ALWAYS_REASONING),
  dated("gpt-6.1-terra", "2026-10-14", REASONING),
  dated("gpt-6-astra", "2026-09-03", ALWAYS_REASONING),
  dated("gpt-6-sol", "2026-09-22", REASONING),
  dated("gpt-6-luna", "2026-09-22", REASONING),
  dated("gpt-5.6", "2026-07-09", REASONING),
  dated("gpt-5.6-sol", "2026-07-09", REASONING),
  dated("gpt-5.6-terra", "2026-07-09", REASONING),
  dated("gpt-5.6-luna", "2026-07-09", REASONING),
  dated("gpt-5.5", "2026-04-23", { ...FIVE_FOUR, defaultEffort: "medium" }),
  dated("gpt-5.4", "2026-03-05", FIVE_FOUR),
  dated("gpt-5.4-mini", "2026-03-17", { ...FIVE_FOUR, contextWindow: 400_000 }),
  dated("gpt-5.4-nano", "2026-03-17", { ...FIVE_FOUR, contextWindow: 400_000 }),
  dated("gpt-5.2", "2025-12-11", { ...FIVE_ONE, efforts: REASONING.efforts }),
  dated("gpt-5.1", "2025-11-13", FIVE_ONE),
  dated("gpt-5", "2025-08-07", FIVE),
  dated("gpt-5-mini", "2025-08-07", FIVE),
  dated("gpt-5-nano", "2025-08-07", FIVE),
  dated("o3", "2025-04-16", O_SERIES),
  dated("gpt-4.1", "2025-04-14", { ...GPT_4_1, shutdownDate: "2027-01-14" }),
  dated("gpt-4.1-mini", "2025-04-14", { ...GPT_4_1, shutdownDate: "2027-01-14" }),
  dated("gpt-4o", "2024-11-20", { ...GPT_4O, shutdownDate: "2027-01-14" }),
  dated("gpt-4o-mini", "2024-07-18", { ...GPT_4O, shutdownDate: "2027-01-14" }),
];

function dated(id: string, date: string, facts: Defaults): OpenAiModel {
  return { ...facts, id, snapshot: `${id}-${date}`, created: seconds(date) };
}

function seconds(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000;
}

/** A model that only this simulator knows: of OpenAI's plain kind, or of its reasoning kind. */
export function addedModel(added: SimulatedModel): OpenAiModel {
  const facts = added.reasoning === true ? REASONING : GPT_4_1;
  return {
    ...facts,
    id: added.id,
    snapshot: added.id,
    contextWindow: added.contextWindow ?? facts.contextWindow,
    maxOutputTokens: added.maxOutputTokens ?? facts.maxOutputTokens,
  };
}

export function isReasoningModel(model: OpenAiModel): boolean {
  return model.efforts.length > 0;
}
