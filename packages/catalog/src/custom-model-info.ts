import type { ModelInfo, ModelPrice } from "@switchyard/wire";
import type { Catalog } from "./create-catalog.ts";

/** What configuration says of a model that only it knows; settings' custom models fit. */
export interface CustomModel {
  /** The name clients ask for. */
  modelId: string;
  /** The upstream's id. */
  modelName: string;
  maxTokens?: number;
  contextWindow?: number;
  maxInputTokens?: number;
  price?: ModelPrice;
  /** The endpoint speaks the Messages API. */
  direct: boolean;
}

/** Where neither configuration nor catalogue knows better. */
const DEFAULT_CONTEXT_WINDOW = 128_000;
const DEFAULT_MAX_OUTPUT_TOKENS = 8192;

/**
 * A configured model in the shape that services tell about themselves. What configuration leaves open
 * comes from the catalogue where the name is known there, but never the price: another host, another price.
 */
export function customModelInfo(catalog: Pick<Catalog, "findModel" | "tierOf">, custom: CustomModel): ModelInfo {
  const match = catalog.findModel(custom.modelName) ?? catalog.findModel(custom.modelId);
  const known = match === undefined || match.how === "legacy" ? undefined : match.model;
  const canonical = known?.canonical ?? custom.modelId;
  const { thinking = false, images = true, documents = false } = known?.capabilities ?? {};
  return {
    id: custom.modelName,
    canonical,
    display_name: known?.displayName ?? custom.modelId,
    aliases: [...new Set([custom.modelId, custom.modelName])].filter((name) => name !== canonical),
    tier: known?.tier ?? catalog.tierOf(custom.modelId),
    context_window: custom.contextWindow ?? custom.maxInputTokens ?? known?.contextWindow ?? DEFAULT_CONTEXT_WINDOW,
    max_output_tokens: custom.maxTokens ?? known?.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS,
    capabilities: { tools: true, images, documents, thinking, server_tools: [] },
    ...(custom.price === undefined ? {} : { price: custom.price }),
    quota_bucket: `custom/${custom.modelName}`,
    dialect: custom.direct ? "messages" : "chat",
    native_count_tokens: false,
  };
}
