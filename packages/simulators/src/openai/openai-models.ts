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

const MILLION = 1_050_000;
const REASONING = { ownedBy: "system", maxOutputTokens: 128_000, samplingWording: "value", images: true } as const;
const FIVE_SIX = {
  ...REASONING,
  created: 1_783_555_200,
  contextWindow: MILLION,
  efforts: ["none", "low", "medium", "high", "xhigh"],
  responsesEfforts: ["max"],
  defaultEffort: "medium",
  chatTools: "only_with_none",
} as const;
const FIVE_FOUR = {
  ...REASONING,
  created: 1_772_668_800,
  contextWindow: MILLION,
  efforts: ["none", "low", "medium", "high", "xhigh"],
  responsesEfforts: [],
  defaultEffort: "none",
  chatTools: "without_effort",
} as const;
const FIVE = {
  ...REASONING,
  created: 1_754_524_800,
  contextWindow: 400_000,
  efforts: ["minimal", "low", "medium", "high"],
  responsesEfforts: [],
  defaultEffort: "medium",
  chatTools: "always",
} as const;
const PLAIN = {
  ownedBy: "system",
  efforts: [],
  responsesEfforts: [],
  defaultEffort: "none",
  chatTools: "always",
  samplingWording: "parameter",
  images: true,
} as const;

/**
 * Names: the model enumerations of OpenAI's API description. Efforts and the rule on tools, seen 2026-11:
 * github.com/livekit/agents/pull/7169 and github.com/BerriAI/litellm/pull/34569 (5.6),
 * github.com/enricoros/big-AGI/issues/1159 ("max"), github.com/pipecat-ai/pipecat/issues/4043 (5.4),
 * github.com/livekit/agents/pull/3966 (5.1). Windows and limits: platform.openai.com/docs/models.
 */
export const OPENAI_MODELS: readonly OpenAiModel[] = [
  { ...FIVE_SIX, id: "gpt-5.6", snapshot: "gpt-5.6-2026-07-09" },
  { ...FIVE_SIX, id: "gpt-5.6-sol", snapshot: "gpt-5.6-sol-2026-07-09" },
  { ...FIVE_SIX, id: "gpt-5.6-terra", snapshot: "gpt-5.6-terra-2026-07-09" },
  { ...FIVE_SIX, id: "gpt-5.6-luna", snapshot: "gpt-5.6-luna-2026-07-09" },
  { ...FIVE_FOUR, id: "gpt-5.5", snapshot: "gpt-5.5-2026-04-23", created: 1_776_902_400, defaultEffort: "medium" },
  { ...FIVE_FOUR, id: "gpt-5.4", snapshot: "gpt-5.4-2026-03-05" },
  { ...FIVE_FOUR, id: "gpt-5.4-mini", snapshot: "gpt-5.4-mini-2026-03-17", contextWindow: 400_000 },
  { ...FIVE_FOUR, id: "gpt-5.4-nano", snapshot: "gpt-5.4-nano-2026-03-17", contextWindow: 400_000 },
  {
    ...FIVE_FOUR,
    id: "gpt-5.2",
    snapshot: "gpt-5.2-2025-12-11",
    created: 1_765_411_200,
    contextWindow: 400_000,
    chatTools: "always",
  },
  {
    ...FIVE_FOUR,
    id: "gpt-5.1",
    snapshot: "gpt-5.1-2025-11-13",
    created: 1_762_992_000,
    contextWindow: 400_000,
    efforts: ["none", "low", "medium", "high"],
    chatTools: "always",
  },
  { ...FIVE, id: "gpt-5", snapshot: "gpt-5-2025-08-07" },
  { ...FIVE, id: "gpt-5-mini", snapshot: "gpt-5-mini-2025-08-07" },
  { ...FIVE, id: "gpt-5-nano", snapshot: "gpt-5-nano-2025-08-07" },
  {
    ...FIVE,
    id: "o3",
    snapshot: "o3-2025-04-16",
    created: 1_744_761_600,
    contextWindow: 200_000,
    maxOutputTokens: 100_000,
    efforts: ["low", "medium", "high"],
    samplingWording: "parameter",
  },
  {
    ...FIVE,
    id: "o4-mini",
    snapshot: "o4-mini-2025-04-16",
    created: 1_744_761_600,
    contextWindow: 200_000,
    maxOutputTokens: 100_000,
    efforts: ["low", "medium", "high"],
    samplingWording: "parameter",
    shutdownDate: "2026-10-23",
  },
  {
    ...PLAIN,
    id: "gpt-4.1",
    snapshot: "gpt-4.1-2025-04-14",
    created: 1_744_588_800,
    contextWindow: 1_047_576,
    maxOutputTokens: 32_768,
  },
  {
    ...PLAIN,
    id: "gpt-4.1-mini",
    snapshot: "gpt-4.1-mini-2025-04-14",
    created: 1_744_588_800,
    contextWindow: 1_047_576,
    maxOutputTokens: 32_768,
  },
  {
    ...PLAIN,
    id: "gpt-4.1-nano",
    snapshot: "gpt-4.1-nano-2025-04-14",
    created: 1_744_588_800,
    contextWindow: 1_047_576,
    maxOutputTokens: 32_768,
    shutdownDate: "2026-10-23",
  },
  {
    ...PLAIN,
    id: "gpt-4o",
    snapshot: "gpt-4o-2024-11-20",
    created: 1_732_060_800,
    contextWindow: 128_000,
    maxOutputTokens: 16_384,
  },
  {
    ...PLAIN,
    id: "gpt-4o-mini",
    snapshot: "gpt-4o-mini-2024-07-18",
    created: 1_721_260_800,
    contextWindow: 128_000,
    maxOutputTokens: 16_384,
  },
];

export function isReasoningModel(model: OpenAiModel): boolean {
  return model.efforts.length > 0;
}
