import type { TranslationTarget } from "@switchyard/translation";
import type { ModelPrice, ModelTier } from "@switchyard/wire";

/** The kinds of provider: each is a way to reach models, with ids, prices and quotas of its own. */
export const PROVIDER_KINDS = [
  "anthropic",
  "vertex",
  "github-models",
  "openrouter",
  "openai",
  "azure",
  "gemini",
  "deepseek",
  "ollama",
  "openai-compatible",
] as const;

export type ProviderKind = (typeof PROVIDER_KINDS)[number];

export type Dialect = "messages" | "chat" | "responses";

/** The fields of a translation target that depend on the model; the rest is the provider's. */
export type ModelProfile = Readonly<
  Omit<TranslationTarget, "dialect" | "issuer" | "model" | "extraBody"> & {
    /** Instead of `efforts` on chat completions, where they take others than Responses. */
    chatEfforts?: readonly string[];
  }
>;

/**
 * How a Claude model differs from its sisters on the Messages API. A request that was written for one
 * model and is sent to another is refused for exactly these.
 */
export interface ClaudeTraits {
  /** The values of `thinking.type` that are accepted. */
  thinking: readonly ("enabled" | "adaptive" | "between_tools" | "disabled")[];
  /** The values of `output_config.effort`; empty: the field is refused. */
  efforts: readonly string[];
  /** Accepts temperature, top_p and top_k. */
  sampling: boolean;
  /** Accepts tool_choice `any` and `tool`. */
  forcedToolUse: boolean;
  /** Accepts an assistant message in the last place. */
  prefill: boolean;
}

export interface ScheduledPrice {
  /** RFC 3339. */
  from: string;
  price: ModelPrice;
}

/** One way to get a model: a kind of provider and what holds there. */
export interface ModelOffer {
  kind: ProviderKind;
  /** The id that the upstream takes. */
  id: string;
  /** Instead of the model's own rank. */
  rank?: number;
  /** Which dialects reach the model there; the first is used unless a provider is told otherwise. */
  dialects: readonly [Dialect, ...Dialect[]];
  price?: ModelPrice;
  /** What is charged from an announced time on, earliest first. */
  laterPrices?: readonly ScheduledPrice[];
  /** Factor on the price where the location is not global. */
  regionalPriceFactor?: number;
  /** Models that draw on one quota share this; `{location}` stands for the provider's location. */
  quotaBucket: string;
  /** Used instead of `quotaBucket` where the location is global or a multi-region. */
  sharedQuotaBucket?: string;
  /** RFC 3339 date after which the upstream refuses the model. */
  retiresAt?: string;
  /** The upstream counts tokens itself. */
  nativeCountTokens: boolean;
  /** Types of tools that the upstream executes, without version. */
  serverTools?: readonly string[];
  /** Where they are less than the model's own. */
  contextWindow?: number;
  maxOutputTokens?: number;
  /** Largest request body, bytes. */
  maxBodyBytes?: number;
  /** What is taken otherwise there than by the model's profile. */
  profile?: Partial<ModelProfile>;
}

export interface CatalogModel {
  /** The name of the model in this project, the same for every provider. */
  canonical: string;
  displayName: string;
  /** Family that shares a tokenizer, a price class and often a quota: "opus", "sonnet", "gpt-6". */
  lineage: string;
  tier: ModelTier;
  /** Place in its tier's order of preference, lower first; absent: used only when asked for by name. */
  rank?: number;
  /** Other exact names, lower case. */
  aliases: readonly string[];
  /** Older names whose own model is gone; they get this one, which takes what clients of that time send. */
  legacy?: readonly RegExp[];
  /** Tokens. */
  contextWindow: number;
  maxOutputTokens: number;
  capabilities: { tools: boolean; images: boolean; documents: boolean; thinking: boolean };
  profile: ModelProfile;
  claude?: ClaudeTraits;
  offers: readonly ModelOffer[];
}
