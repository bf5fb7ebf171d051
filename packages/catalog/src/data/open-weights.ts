import type { CatalogModel, ModelOffer, ModelProfile } from "../model.ts";
import { UNKNOWN_MODEL_PROFILE } from "../profiles.ts";

/**
 * Models that run anywhere: on Ollama, and at many hosts through OpenRouter, at prices of the hosts'
 * own, which OpenRouter reports with each answer.
 * Ollama's choice for Claude Code: https://ollama.com/blog/claude (gpt-oss:20b, qwen3-coder), read 2026-11-21.
 * Windows: https://huggingface.co/Qwen/Qwen3-Coder-30B-A3B-Instruct, https://openrouter.ai/models, read 2026-11-21.
 */
const OPEN_PROFILE: ModelProfile = { ...UNKNOWN_MODEL_PROFILE, images: false, documents: "text_only" };
const GPT_OSS_PROFILE: ModelProfile = {
  ...OPEN_PROFILE,
  reasoningControl: "effort",
  efforts: ["low", "medium", "high"],
  reasoningAlwaysOn: true,
  contextWindow: 131_072,
  maxOutputTokens: 32_768,
};
const TEXT_AND_TOOLS = { tools: true, images: false, documents: false } as const;

export const OPEN_WEIGHT_MODELS: readonly CatalogModel[] = [
  {
    canonical: "qwen3-coder",
    displayName: "Qwen3 Coder",
    lineage: "qwen",
    tier: "big",
    rank: 41,
    aliases: ["qwen3-coder:30b", "qwen3-coder:latest"],
    contextWindow: 262_144,
    maxOutputTokens: 65_536,
    capabilities: { ...TEXT_AND_TOOLS, thinking: false },
    profile: { ...OPEN_PROFILE, contextWindow: 262_144, maxOutputTokens: 65_536 },
    offers: [ollama("qwen3-coder"), openrouter("qwen/qwen3-coder")],
  },
  {
    canonical: "gpt-oss:120b",
    displayName: "gpt-oss 120B",
    lineage: "gpt-oss",
    tier: "middle",
    rank: 41,
    aliases: ["gpt-oss-120b"],
    contextWindow: 131_072,
    maxOutputTokens: 32_768,
    capabilities: { ...TEXT_AND_TOOLS, thinking: true },
    profile: GPT_OSS_PROFILE,
    offers: [ollama("gpt-oss:120b"), openrouter("openai/gpt-oss-120b")],
  },
  {
    canonical: "gpt-oss:20b",
    displayName: "gpt-oss 20B",
    lineage: "gpt-oss",
    tier: "small",
    rank: 41,
    aliases: ["gpt-oss-20b", "gpt-oss", "gpt-oss:latest"],
    contextWindow: 131_072,
    maxOutputTokens: 32_768,
    capabilities: { ...TEXT_AND_TOOLS, thinking: true },
    profile: GPT_OSS_PROFILE,
    offers: [ollama("gpt-oss:20b"), openrouter("openai/gpt-oss-20b")],
  },
  {
    canonical: "kimi-k2.7-code",
    displayName: "Kimi K2.7 Code",
    lineage: "kimi",
    tier: "big",
    aliases: [],
    contextWindow: 262_144,
    // OpenRouter's own figure for it.
    maxOutputTokens: 16_384,
    capabilities: { ...TEXT_AND_TOOLS, images: true, thinking: true },
    profile: { ...OPEN_PROFILE, images: true, contextWindow: 262_144, maxOutputTokens: 16_384 },
    offers: [openrouter("moonshotai/kimi-k2.7-code")],
  },
  {
    canonical: "glm-5",
    displayName: "GLM-5",
    lineage: "glm",
    tier: "big",
    aliases: [],
    contextWindow: 202_752,
    maxOutputTokens: 128_000,
    capabilities: { ...TEXT_AND_TOOLS, thinking: true },
    profile: { ...OPEN_PROFILE, contextWindow: 202_752, maxOutputTokens: 128_000 },
    offers: [openrouter("z-ai/glm-5")],
  },
];

/** Ollama's Messages endpoint: https://docs.ollama.com/api/anthropic-compatibility. Its own hardware costs nothing. */
function ollama(id: string): ModelOffer {
  return {
    kind: "ollama",
    id,
    dialects: ["messages", "chat"],
    price: { input: 0, output: 0 },
    quotaBucket: "ollama",
    nativeCountTokens: false,
  };
}

function openrouter(id: string): ModelOffer {
  return { kind: "openrouter", id, dialects: ["chat"], quotaBucket: "openrouter", nativeCountTokens: false };
}
