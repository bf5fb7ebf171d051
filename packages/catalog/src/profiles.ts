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
  efforts: ["none", "low", "medium", "high", "xhigh"],
  reasoningHistory: "encrypted",
  toolsExcludeEffort: true,
  maxStopSequences: 0,
};

/**
 * The effort "max" is Responses' alone: https://github.com/enricoros/big-AGI/issues/1159 and
 * https://github.com/BerriAI/litellm-docs/pull/1173, read 2026-11.
 */
export const GPT_MAX_PROFILE: ModelProfile = withMaxOnResponses(GPT_REASONING_PROFILE);

/**
 * Models that take no effort below low, so that nothing makes chat completions take their tools ("no value lets
 * tools through on this endpoint"): https://github.com/genkit-ai/genkit/pull/6303,
 * https://github.com/bolna-ai/bolna/pull/1019, https://github.com/BerriAI/litellm-docs/pull/1173, read 2026-11.
 */
export const GPT_ALWAYS_REASONING_PROFILE: ModelProfile = withMaxOnResponses({
  ...GPT_REASONING_PROFILE,
  efforts: ["low", "medium", "high", "xhigh"],
  reasoningAlwaysOn: true,
  sampling: "never",
});

/**
 * The older of OpenAI's reasoning models, o1 to o4 and GPT-5 to 5.3, which other hosts still offer: the efforts
 * that all of them take, tools beside any of them.
 * https://learn.microsoft.com/azure/ai-foundry/openai/how-to/reasoning, read 2026-11.
 */
const OLDER_GPT_REASONING_PROFILE: ModelProfile = {
  ...GPT_REASONING_PROFILE,
  efforts: ["low", "medium", "high"],
  reasoningAlwaysOn: true,
  sampling: "never",
  toolsExcludeEffort: false,
};

/** "gpt-5-chat" does not reason. */
const OLDER_GPT_REASONING_NAME =
  /^(?:[\w-]+\/)*(?:o[134](?:-mini|-pro)?|gpt-5(?:\.[0-3])?(?:-mini|-nano|-pro|-codex)?)$/;

/** How a model is asked that is not in the catalogue but whose name says what it is. */
export function profileByName(name: string): ModelProfile | undefined {
  return OLDER_GPT_REASONING_NAME.test(name) ? OLDER_GPT_REASONING_PROFILE : undefined;
}

function withMaxOnResponses(profile: ModelProfile): ModelProfile {
  return { ...profile, efforts: [...profile.efforts, "max"], chatEfforts: profile.efforts };
}

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
 * "Thinking mode does not support this tool_choice", unless it is auto or none:
 * https://github.com/deepseek-ai/DeepSeek-V3/issues/1376, read 2026-11.
 */
export const DEEPSEEK_PROFILE: ModelProfile = {
  ...UNKNOWN_MODEL_PROFILE,
  reasoningControl: "thinking_type",
  efforts: ["high", "max"],
  reasoningHistory: "reasoning_content",
  forcedToolChoice: "without_reasoning",
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
   * https://openrouter.ai/docs/features/prompt-caching, read 2026-11. It reaches OpenAI's reasoning models by
   * Responses itself (their details are of format "openai-responses-v1"), so what holds there holds here.
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
    chatEfforts: profile.efforts,
    ...standInFor(profile),
  }),
  /**
   * https://docs.github.com/en/rest/models/inference, read 2026-11. OpenAI's reasoning models refuse the documented
   * max_tokens: https://github.com/tak-bro/aicommit2/issues/162, https://github.com/sigoden/aichat/pull/1174.
   */
  "github-models": (profile) => ({
    outputTokensField: profile.reasoningControl === "effort" ? profile.outputTokensField : "max_tokens",
    systemRole: "system",
    promptCache: "none",
    documents: "text_only",
    user: false,
  }),
  /** https://docs.ollama.com/api/openai-compatibility, read 2026-11: neither tool choice nor user. */
  ollama: () => ({ outputTokensField: "max_tokens", promptCache: "none", parallelToolCalls: false, user: false }),
};

/**
 * What the hosts behind OpenRouter demand of calls that another model made:
 * Google's a thought signature (https://github.com/RooCodeInc/Roo-Code/pull/10640), DeepSeek's some reasoning
 * (https://github.com/danny-avila/LibreChat/issues/13366), read 2026-11.
 */
function standInFor({ reasoningHistory }: ModelProfile): Partial<ModelProfile> {
  if (reasoningHistory === "thought_signature") return { reasoningStandIn: "signature" };
  return reasoningHistory === "reasoning_content" ? { reasoningStandIn: "text" } : {};
}
