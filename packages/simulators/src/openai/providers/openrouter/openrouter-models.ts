import type { SimulatedModel } from "../../../engine/dialect.ts";

export interface OpenRouterModel {
  /** "vendor/model". */
  id: string;
  contextWindow: number;
  maxOutputTokens: number;
  /** $ per million tokens: input, output, cache read, cache write. */
  price: readonly [input: number, output: number, cacheRead?: number, cacheWrite?: number];
  reasoning: boolean;
  images: boolean;
}

type Row = readonly [
  id: string,
  contextWindow: number,
  maxOutputTokens: number,
  price: OpenRouterModel["price"],
  traits?: string,
];

/**
 * Some of GET https://openrouter.ai/api/v1/models, with windows and prices as of 2026-11. Traits: r reasons, i takes
 * images. Prices of open models are those of one of their hosts.
 */
const ROWS: readonly Row[] = [
  ["anthropic/claude-fable-5.2", 1_000_000, 128_000, [10, 50, 0.25, 12.5], "ri"],
  ["anthropic/claude-fable-5", 1_000_000, 128_000, [10, 50, 1, 12.5], "ri"],
  ["anthropic/claude-fable-5.1", 1_000_000, 128_000, [10, 50, 0.25, 12.5], "ri"],
  ["anthropic/claude-opus-5.5", 1_000_000, 128_000, [4, 20, 0.2, 5], "ri"],
  ["anthropic/claude-opus-5", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "ri"],
  ["anthropic/claude-opus-4.8", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "ri"],
  ["anthropic/claude-opus-4.7", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "ri"],
  ["anthropic/claude-opus-4.6", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "ri"],
  ["anthropic/claude-opus-4.5", 200_000, 64_000, [5, 25, 0.5, 6.25], "ri"],
  ["anthropic/claude-sonnet-5.5", 1_000_000, 128_000, [2, 10, 0.1, 2.5], "ri"],
  ["anthropic/claude-sonnet-5", 1_000_000, 128_000, [2, 10, 0.2, 2.5], "ri"],
  ["anthropic/claude-sonnet-4.6", 1_000_000, 64_000, [3, 15, 0.3, 3.75], "ri"],
  ["anthropic/claude-sonnet-4.5", 200_000, 64_000, [3, 15, 0.3, 3.75], "ri"],
  ["anthropic/claude-haiku-5.5", 1_000_000, 128_000, [0.1, 0.5, 0.01, 0.125], "ri"],
  ["anthropic/claude-haiku-4.5", 200_000, 64_000, [1, 5, 0.1, 1.25], "ri"],
  ["openai/gpt-6.1-sol", 1_050_000, 128_000, [2, 10, 0.1, 2.5], "ri"],
  ["openai/gpt-6.1-terra", 1_050_000, 128_000, [1, 5, 0.05, 1.25], "ri"],
  ["openai/gpt-6-astra", 1_050_000, 128_000, [10, 50, 1, 12.5], "ri"],
  ["openai/gpt-6-sol", 1_050_000, 128_000, [2, 10, 0.2, 2.5], "ri"],
  ["openai/gpt-6-luna", 1_050_000, 128_000, [0.1, 0.5, 0.01, 0.125], "ri"],
  ["openai/gpt-5.6-sol", 1_050_000, 128_000, [4, 20, 0.4, 5], "ri"],
  ["openai/gpt-5.6-terra", 1_050_000, 128_000, [2, 12, 0.2, 2.5], "ri"],
  ["openai/gpt-5.6-luna", 1_050_000, 128_000, [0.2, 1.2, 0.02, 0.25], "ri"],
  ["openai/gpt-5.5", 1_050_000, 128_000, [5, 30, 0.5], "ri"],
  ["openai/gpt-5.4", 1_050_000, 128_000, [2.5, 15, 0.25], "ri"],
  ["openai/gpt-5.4-mini", 400_000, 128_000, [0.75, 4.5, 0.075], "ri"],
  ["openai/gpt-5.1", 400_000, 128_000, [1.25, 10, 0.125], "ri"],
  ["openai/gpt-4.1", 1_047_576, 32_768, [2, 8, 0.5], "i"],
  ["openai/gpt-4.1-mini", 1_047_576, 32_768, [0.4, 1.6, 0.1], "i"],
  ["openai/gpt-4o", 128_000, 16_384, [2.5, 10, 1.25], "i"],
  ["openai/gpt-4o-mini", 128_000, 16_384, [0.15, 0.6, 0.075], "i"],
  ["openai/gpt-oss-120b", 131_072, 32_768, [0.05, 0.25], "r"],
  ["openai/gpt-oss-20b", 131_072, 32_768, [0.03, 0.14], "r"],
  ["google/gemini-4-argon", 1_048_576, 65_536, [2, 10, 0.1], "ri"],
  ["google/gemini-3.1-pro-preview", 1_048_576, 65_536, [2, 12, 0.2], "ri"],
  ["google/gemini-3.8-flash", 1_048_576, 65_536, [0.75, 3.75, 0.075], "ri"],
  ["google/gemini-3.5-flash", 1_048_576, 65_536, [1.5, 9, 0.15], "ri"],
  ["google/gemini-3.5-flash-lite", 1_048_576, 65_536, [0.3, 2.5, 0.03], "ri"],
  ["google/gemini-2.5-pro", 1_048_576, 65_536, [1.25, 10, 0.125], "ri"],
  ["google/gemini-2.5-flash", 1_048_576, 65_536, [0.3, 2.5, 0.03], "ri"],
  ["deepseek/deepseek-v4-pro", 1_000_000, 384_000, [0.435, 0.87, 0.0036], "r"],
  ["deepseek/deepseek-v4-flash", 1_000_000, 384_000, [0.14, 0.28, 0.0028], "ri"],
  ["qwen/qwen3-coder", 262_144, 65_536, [0.22, 0.95]],
  ["moonshotai/kimi-k2.7-code", 262_144, 16_384, [0.6, 2.5, 0.15], "ri"],
  ["z-ai/glm-5", 202_752, 128_000, [0.6, 2.2, 0.11], "r"],
];

export function listOpenRouterModels(added: readonly SimulatedModel[] = []): OpenRouterModel[] {
  const own = ROWS.map(([id, contextWindow, maxOutputTokens, price, traits = ""]) => ({
    id,
    contextWindow,
    maxOutputTokens,
    price,
    reasoning: traits.includes("r"),
    images: traits.includes("i"),
  }));
  const more = added.map((model) => ({
    id: model.id,
    contextWindow: model.contextWindow ?? 128_000,
    maxOutputTokens: model.maxOutputTokens ?? 16_384,
    price: [1, 4] as const,
    reasoning: model.reasoning === true,
    images: true,
  }));
  return [...own, ...more];
}

export function vendorOf(id: string): string {
  return id.split("/")[0] ?? id;
}

const HOSTS: Readonly<Record<string, string>> = {
  anthropic: "Anthropic",
  openai: "OpenAI",
  google: "Google AI Studio",
  deepseek: "DeepSeek",
};

/** Name of the host that serves a model. */
export function hostOf(id: string): string {
  return id.startsWith("openai/gpt-oss") ? "DeepInfra" : (HOSTS[vendorOf(id)] ?? "DeepInfra");
}

/** One entry of GET /api/v1/models: openrouter.ai/docs/api-reference/list-available-models, seen 2026-11. */
export function describeOpenRouterModel(model: OpenRouterModel): Record<string, unknown> {
  const [input, output, cacheRead, cacheWrite] = model.price;
  const modalities = model.images ? ["text", "image"] : ["text"];
  return {
    id: model.id,
    canonical_slug: model.id,
    hugging_face_id: "",
    name: model.id,
    created: 1_790_000_000,
    description: `${model.id}, as its vendor describes it.`,
    context_length: model.contextWindow,
    architecture: {
      modality: `${modalities.join("+")}->text`,
      input_modalities: modalities,
      output_modalities: ["text"],
      tokenizer: "Other",
      instruct_type: null,
    },
    pricing: {
      prompt: perToken(input),
      completion: perToken(output),
      request: "0",
      image: "0",
      web_search: "0",
      internal_reasoning: "0",
      ...(cacheRead === undefined ? {} : { input_cache_read: perToken(cacheRead) }),
      ...(cacheWrite === undefined ? {} : { input_cache_write: perToken(cacheWrite) }),
    },
    top_provider: {
      context_length: model.contextWindow,
      max_completion_tokens: model.maxOutputTokens,
      is_moderated: false,
    },
    per_request_limits: null,
    supported_parameters: [
      "max_tokens",
      "temperature",
      "top_p",
      "stop",
      "tools",
      "tool_choice",
      "structured_outputs",
      "response_format",
      ...(model.reasoning ? ["reasoning", "include_reasoning"] : []),
    ],
    default_parameters: {},
  };
}

/** "0.00000125": $ per token, as text and never in exponents. */
function perToken(perMillion: number): string {
  return (perMillion / 1_000_000).toFixed(12).replace(/0+$/, "").replace(/\.$/, "");
}
