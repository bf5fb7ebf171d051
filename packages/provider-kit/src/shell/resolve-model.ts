import type { Catalog } from "@switchyard/catalog";
import { GatewayError, type ModelInfo } from "@switchyard/wire";

import type { Provider } from "../provider.ts";

/**
 * The model for a name that a client of this service alone asks for: one of the list by any of its names,
 * one that the provider adopts, or for a Claude model that is not offered here the first of its tier.
 *
 * @throws GatewayError not_found_error
 */
export function resolveModel(provider: Provider, catalog: Catalog, name: string): ModelInfo {
  const wanted = withoutProvider(name.trim(), provider.name);
  const models = provider.models();
  const found =
    findByName(models, wanted) ??
    findByName(models, wanted.replace(/\[\w+\]$/, "")) ??
    findByCatalog(models, catalog, wanted) ??
    provider.adoptModel?.(wanted) ??
    findByTier(provider, catalog, wanted);
  if (found !== undefined) return found;
  throw new GatewayError("not_found_error", `model: ${name}`, { failure: "model-not-found" });
}

/**
 * The model that the gateway chose, by this provider's own id.
 *
 * @throws GatewayError not_found_error
 */
export function findChosenModel(provider: Provider, id: string): ModelInfo {
  const found = provider.models().find((model) => model.id === id) ?? provider.adoptModel?.(id);
  if (found !== undefined) return found;
  throw new GatewayError("not_found_error", `${provider.name} does not offer the model ${JSON.stringify(id)}.`, {
    failure: "model-not-found",
  });
}

/** "openrouter/claude-opus-5" asks this provider for that model; the prefix may be part of an upstream's id too. */
function withoutProvider(name: string, provider: string): string {
  return name.startsWith(`${provider}/`) ? name.slice(provider.length + 1) : name;
}

function findByName(models: readonly ModelInfo[], name: string): ModelInfo | undefined {
  const lower = name.toLowerCase();
  return (
    models.find(({ id }) => id === name) ??
    models.find(({ canonical }) => canonical.toLowerCase() === lower) ??
    models.find(({ aliases }) => aliases.some((alias) => alias.toLowerCase() === lower))
  );
}

function findByCatalog(models: readonly ModelInfo[], catalog: Catalog, name: string): ModelInfo | undefined {
  const match = catalog.findModel(name);
  if (match === undefined || match.how === "legacy") return undefined;
  return models.find(({ canonical }) => canonical === match.model.canonical);
}

function findByTier(provider: Provider, catalog: Catalog, name: string): ModelInfo | undefined {
  const isKnown = /claude|^(opus|sonnet|haiku|big|middle|small)$/i.test(name) || catalog.findModel(name) !== undefined;
  if (!isKnown) return undefined;
  const tier = /^(big|middle|small)$/i.test(name) ? (name.toLowerCase() as "big") : catalog.tierOf(name);
  const id = provider.tiers()[tier][0];
  return provider.models().find((model) => model.id === id);
}
