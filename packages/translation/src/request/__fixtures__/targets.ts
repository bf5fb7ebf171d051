import type { TranslationContext, TranslationTarget } from "../../contract.ts";

/** Targets of every dialect, as a catalogue might describe them. */
export const OPENAI_CHAT: TranslationTarget = {
  dialect: "chat",
  issuer: { provider: "openai", model: "gpt-5.4", account: "aa11" },
  model: "gpt-5.4",
  maxOutputTokens: 128_000,
  contextWindow: 400_000,
  outputTokensField: "max_completion_tokens",
  systemRole: "developer",
  sampling: "without_reasoning",
  topK: false,
  reasoningControl: "effort",
  efforts: ["none", "low", "medium", "high", "xhigh"],
  reasoningAlwaysOn: false,
  reasoningHistory: "none",
  toolsExcludeEffort: false,
  images: true,
  documents: "file",
  toolSchema: "json_schema",
  maxToolNameLength: 64,
  parallelToolCalls: true,
  maxStopSequences: 4,
  promptCache: "key",
  streamUsage: true,
  structuredOutput: true,
  user: true,
};

export const OPENAI_RESPONSES: TranslationTarget = {
  ...OPENAI_CHAT,
  dialect: "responses",
  issuer: { provider: "openai", model: "gpt-5.6", account: "aa11" },
  model: "gpt-5.6",
  reasoningHistory: "encrypted",
};

export const DEEPSEEK: TranslationTarget = {
  ...OPENAI_CHAT,
  issuer: { provider: "deepseek", model: "deepseek-v4-pro", account: "bb22" },
  model: "deepseek-v4-pro",
  maxOutputTokens: 384_000,
  outputTokensField: "max_tokens",
  systemRole: "system",
  sampling: "always",
  reasoningControl: "thinking_type",
  efforts: ["low", "high", "max"],
  reasoningHistory: "reasoning_content",
  images: false,
  documents: "text_only",
  parallelToolCalls: false,
  maxStopSequences: 16,
  promptCache: "none",
  structuredOutput: false,
  user: false,
};

export const GEMINI: TranslationTarget = {
  ...OPENAI_CHAT,
  issuer: { provider: "gemini", model: "gemini-3.8-flash", account: "cc33" },
  model: "gemini-3.8-flash",
  maxOutputTokens: 65_536,
  outputTokensField: "max_tokens",
  systemRole: "system",
  sampling: "always",
  reasoningControl: "gemini_effort",
  efforts: ["minimal", "low", "medium", "high"],
  maxReasoningBudget: 24_576,
  reasoningAlwaysOn: true,
  reasoningHistory: "thought_signature",
  documents: "none",
  toolSchema: "openapi_subset",
  parallelToolCalls: false,
  maxStopSequences: 5,
  promptCache: "none",
  user: false,
};

export const OPENROUTER: TranslationTarget = {
  ...OPENAI_CHAT,
  issuer: { provider: "openrouter", model: "z-ai/glm-5.2", account: "dd44" },
  model: "z-ai/glm-5.2",
  outputTokensField: "max_tokens",
  systemRole: "system",
  sampling: "always",
  topK: true,
  reasoningControl: "openrouter",
  efforts: ["minimal", "low", "medium", "high", "xhigh"],
  reasoningHistory: "reasoning_details",
  documentUrls: true,
  promptCache: "markers",
};

export const PLAIN: TranslationTarget = {
  ...OPENAI_CHAT,
  issuer: { provider: "ollama", model: "qwen3-coder", account: "ee55" },
  model: "qwen3-coder",
  outputTokensField: "max_tokens",
  systemRole: "system",
  sampling: "always",
  reasoningControl: "none",
  efforts: [],
  images: false,
  documents: "none",
  parallelToolCalls: false,
  maxStopSequences: 0,
  promptCache: "none",
  streamUsage: false,
  structuredOutput: false,
  user: false,
};

export const ALL_TARGETS: Record<string, TranslationTarget> = {
  OPENAI_CHAT,
  OPENAI_RESPONSES,
  DEEPSEEK,
  GEMINI,
  OPENROUTER,
  PLAIN,
};

export const CONTEXT: TranslationContext = {
  messageId: "msg_0123",
  model: "claude-opus-5-5",
  estimatedInputTokens: 1200,
  sessionId: "5f2e8c1e-6f0a-4a39-9c52-1f6a4f7f1d11",
  apiVersion: "2023-06-01",
};
