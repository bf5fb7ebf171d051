import type { ModelTier } from "@switchyard/wire";
import type { BuildContext } from "./build-context.ts";
import { variablePrefix } from "./known-providers.ts";
import { parseTextList } from "./parse-values.ts";
import type { ProviderEntry } from "./provider-entries.ts";

export type TierLists = Readonly<Record<ModelTier, readonly string[]>>;

const TIERS: readonly ModelTier[] = ["big", "middle", "small"];

/** A provider's model lists: `<PROVIDER>_BIG_MODELS` before its file's, before the older variables. Empty: the catalogue's. */
export function buildModels(name: string, entry: ProviderEntry | undefined, context: BuildContext): TierLists {
  const legacy = legacyModels(context)[name];
  const listOf = (tier: ModelTier): readonly string[] =>
    context.environment.read(parseTextList, `${variablePrefix(name)}_${tier.toUpperCase()}_MODELS`) ??
    entry?.models?.[tier] ??
    legacy?.[tier] ??
    [];
  const [big = [], middle = [], small = []] = TIERS.map(listOf);
  return { big, middle, small };
}

/** A prefix of a model's name by which older configurations say which provider is meant. */
const PROVIDER_OF_PREFIX: Readonly<Record<string, string>> = {
  anthropic: "anthropic",
  azure: "azure",
  deepseek: "deepseek",
  gemini: "gemini",
  github: "github-models",
  ollama: "ollama",
  openai: "openai",
  openrouter: "openrouter",
  vertex_ai: "vertex",
};

type LegacyModels = Record<string, Partial<Record<ModelTier, readonly string[]>>>;

/** BIG_MODEL and its like, by the provider that they are for. */
function legacyModels({ environment }: BuildContext): LegacyModels {
  const models: LegacyModels = {};
  const text = (variable: string): string | undefined => environment.find(variable)?.value.trim();
  const add = (provider: string, tier: ModelTier, ids: readonly (string | undefined)[]): void => {
    const named = ids.filter((id): id is string => id !== undefined && id !== "");
    if (named.length > 0) models[provider] = { ...models[provider], [tier]: named };
  };
  const big = text("BIG_MODEL");
  const general = { big, middle: text("MIDDLE_MODEL") ?? big, small: text("SMALL_MODEL") };
  for (const tier of TIERS) {
    const { provider, model } = splitModel(general[tier] ?? "", environment.find("AZURE_API_VERSION") !== undefined);
    add(provider, tier, [model]);
  }
  const fallbacks =
    text("OPENROUTER_FALLBACK_MODELS")
      ?.split(",")
      .map((id) => id.trim()) ?? [];
  const primary = text("OPENROUTER_PRIMARY_MODEL");
  if (primary !== undefined) {
    add("openrouter", "big", [primary, ...fallbacks]);
    add("openrouter", "middle", [primary, ...fallbacks]);
  }
  add("openrouter", "small", [text("OPENROUTER_SECONDARY_MODEL")]);
  add("github-models", "big", [text("GITHUB_BIG_MODEL")]);
  add("github-models", "middle", [text("GITHUB_BIG_MODEL")]);
  add("github-models", "small", [text("GITHUB_SMALL_MODEL")]);
  return models;
}

/** "openrouter/anthropic/claude-opus-5.5" names a provider; a bare name is OpenAI's, or Azure's where that is what OPENAI_* meant. */
function splitModel(text: string, azure: boolean): { provider: string; model: string } {
  const slash = text.indexOf("/");
  const provider = slash < 0 ? undefined : PROVIDER_OF_PREFIX[text.slice(0, slash)];
  return provider === undefined
    ? { provider: azure ? "azure" : "openai", model: text }
    : { provider, model: text.slice(slash + 1) };
}
