import type { ModelProfile, ProviderKind } from "./model.ts";

/**
 * What is sent to a model that nobody knows: the common core of OpenAI's chat completions, as every
 * compatible server takes it. Sampling is passed on, reasoning is not asked for.
 */
export const UNKNOWN_MODEL_PROFILE: ModelProfile = {
  outputTokensField: "max_tokens",
  systemRole: "system",
  sampling: "always",
  topK: false,
  reasoningControl: "none",
  efforts: [],
  reasoningAlwaysOn: false,
  reasoningHistory: "none",
  toolsExcludeEffort: false,
  images: true,
  documents: "text_only",
  toolSchema: "json_schema",
  maxToolNameLength: 64,
  parallelToolCalls: true,
  maxStopSequences: 4,
  promptCache: "none",
  streamUsage: true,
  structuredOutput: true,
  user: true,
};

/** OpenAI's models without reasoning. https://developers.openai.com/api/docs/models, read 2026-11. */
export const GPT_PROFILE: ModelProfile = {
  ...UNKNOWN_MODEL_PROFILE,
  outputTokensField: "max_completion_tokens",
  documents: "file",
  promptCache: "key",
};

/**
 * OpenAI's reasoning models: sampling only while effort is "none", tools together with an effort only
 * on Responses ("Function tools with reasoning_effort are not supported … in /v1/chat/completions. To
 * use function tools, use /v1/responses"), no `stop`.
 * https://developers.openai.com/api/docs/guides/reasoning, read 2026-11.
 */
export const GPT_REASONING_PROFILE: ModelProfile = {
  ...GPT_PROFILE,
  systemRole: "developer",
  sampling: "without_reasoning",
  reasoningControl: "effort",
  efforts: ["none", "low", "medium", "high", "xhigh", "max"],
  reasoningHistory: "encrypted",
  toolsExcludeEffort: true,
  maxStopSequences: 0,
};

/**
 * Gemini through Google's OpenAI endpoint: tool schemas are a subset of OpenAPI, thought signatures have
 * to come back with their tool calls.
 * https://ai.google.dev/gemini-api/docs/openai and …/thought-signatures, read 2026-11.
 */
export const GEMINI_PROFILE: ModelProfile = {
  ...UNKNOWN_MODEL_PROFILE,
  reasoningControl: "gemini_effort",
  efforts: ["low", "medium", "high"],
  reasoningAlwaysOn: true,
  reasoningHistory: "thought_signature",
  toolSchema: "openapi_subset",
  parallelToolCalls: false,
  maxStopSequences: 5,
  user: false,
};

/**
 * DeepSeek: `thinking: {type}` switches, `reasoning_effort` takes high and max, reasoning_content has to
 * come back with tool calls. https://api-docs.deepseek.com/api/create-chat-completion, read 2026-11.
 */
export const DEEPSEEK_PROFILE: ModelProfile = {
  ...UNKNOWN_MODEL_PROFILE,
  reasoningControl: "thinking_type",
  efforts: ["high", "max"],
  reasoningHistory: "reasoning_content",
  images: false,
  parallelToolCalls: false,
  maxStopSequences: 16,
  structuredOutput: false,
  user: false,
};

/** A Claude model behind an endpoint that only speaks chat completions. */
export const CLAUDE_PROFILE: ModelProfile = {
  ...UNKNOWN_MODEL_PROFILE,
  sampling: "never",
  reasoningControl: "effort",
  efforts: ["low", "medium", "high", "xhigh", "max"],
  documents: "file",
  promptCache: "markers",
};

/** What a kind of provider makes of every model that it offers. */
export function adaptProfile(profile: ModelProfile, kind: ProviderKind): ModelProfile {
  const adapt = ADAPTATIONS[kind];
  return adapt === undefined ? profile : { ...profile, ...adapt(profile) };
}

type Adapt = (profile: ModelProfile) => Partial<ModelProfile>;

const ADAPTATIONS: Readonly<Partial<Record<ProviderKind, Adapt>>> = {
  /**
   * One dialect for all vendors. https://openrouter.ai/docs/use-cases/reasoning-tokens and
   * https://openrouter.ai/docs/features/prompt-caching, read 2026-11.
   */
  openrouter: (profile) => ({
    outputTokensField: "max_tokens",
    systemRole: "system",
    toolsExcludeEffort: false,
    maxStopSequences: 4,
    topK: true,
    parallelToolCalls: true,
    structuredOutput: true,
    user: true,
    promptCache: profile.promptCache === "key" ? "none" : profile.promptCache,
    ...(profile.reasoningControl === "none"
      ? {}
      : { reasoningControl: "openrouter", reasoningHistory: "reasoning_details" }),
  }),
  /** https://docs.github.com/en/rest/models/inference, read 2026-11. */
  "github-models": () => ({
    outputTokensField: "max_tokens",
    systemRole: "system",
    promptCache: "none",
    documents: "text_only",
    user: false,
  }),
  /** https://docs.ollama.com/api/openai-compatibility, read 2026-11: neither tool choice nor user. */
  ollama: () => ({ outputTokensField: "max_tokens", promptCache: "none", parallelToolCalls: false, user: false }),
};
