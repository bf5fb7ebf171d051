import { type Catalog, completePrice, type ModelProfile } from "@switchyard/catalog";
import type { ModelInfo } from "@switchyard/wire";

import type { ListedModel } from "./read-models.ts";

const DEFAULT_CONTEXT_WINDOW = 32_000;
const DEFAULT_MAX_OUTPUT_TOKENS = 8192;

/** Claude models are reached by OpenRouter's Messages endpoint, everything else by chat completions. */
export function isClaude(id: string): boolean {
  return /^~?anthropic\/claude/.test(id);
}

/** A listed model as this service offers it: window and price as listed, the rest as the catalogue knows it. */
export function mapListedModel(listed: ListedModel, catalog: Catalog): ModelInfo {
  const known = findKnown(listed.id, catalog);
  const offer = known?.offer;
  const { price, parameters } = listed;
  return {
    id: listed.id,
    canonical: known?.canonical ?? listed.id,
    display_name: listed.name,
    aliases: [...(offer?.id === listed.id ? offer.aliases : [])],
    tier: known?.tier ?? catalog.tierOf(listed.id),
    context_window: listed.contextWindow ?? offer?.context_window ?? DEFAULT_CONTEXT_WINDOW,
    max_output_tokens:
      listed.maxOutputTokens ??
      offer?.max_output_tokens ??
      Math.min(listed.contextWindow ?? Infinity, DEFAULT_MAX_OUTPUT_TOKENS),
    capabilities: {
      tools: parameters?.has("tools") ?? offer?.capabilities.tools ?? false,
      images: listed.takesImages,
      documents: listed.takesFiles,
      thinking: parameters?.has("reasoning") ?? offer?.capabilities.thinking ?? false,
      server_tools: [...(offer?.capabilities.server_tools ?? [])],
    },
    ...(price === undefined ? {} : { price: completePrice(price, offer?.price) }),
    // Free variants have quotas of their own: 20 requests a minute, 50 or 1,000 a day (openrouter.ai/docs/api/reference/limits).
    quota_bucket: listed.id.endsWith(":free") ? "openrouter/free" : "openrouter",
    ...(listed.retiresAt === undefined ? {} : { retires_at: listed.retiresAt }),
    dialect: isClaude(listed.id) ? "messages" : "chat",
    native_count_tokens: false,
  };
}

/** "vendor/model:variant" is the model at other conditions. */
function findKnown(id: string, catalog: Catalog) {
  const match = catalog.findModel(id) ?? catalog.findModel(id.replace(/:[a-z-]+$/, ""));
  if (match === undefined || match.how === "legacy") return undefined;
  const { canonical, tier } = match.model;
  const offer = catalog.offersOf("openrouter").find((candidate) => candidate.canonical === canonical);
  return { canonical, tier, offer };
}

/** What the listed parameters say of how the model is asked; nothing where the list is silent. */
export function profileOfParameters(parameters: ReadonlySet<string> | undefined): Partial<ModelProfile> {
  if (parameters === undefined) return {};
  const takes = (...names: string[]): boolean => names.some((name) => parameters.has(name));
  return {
    ...(takes("temperature", "top_p") ? {} : { sampling: "never" }),
    topK: takes("top_k"),
    structuredOutput: takes("structured_outputs", "response_format"),
    parallelToolCalls: takes("parallel_tool_calls"),
    ...(takes("reasoning", "include_reasoning") ? {} : { reasoningControl: "none", reasoningHistory: "none" }),
    ...(takes("stop") ? {} : { maxStopSequences: 0 }),
  };
}
