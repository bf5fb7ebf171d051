import { GatewayError, type ListedModel, type ModelPage, pageModels, toListedModel } from "@switchyard/wire";

import type { Provider } from "../provider.ts";

/** @throws GatewayError invalid_request_error for a limit or cursor that is none */
export function listModels(provider: Provider, query: URLSearchParams): ModelPage {
  return pageModels(listOnce(provider), query);
}

/** @throws GatewayError not_found_error */
export function showModel(provider: Provider, id: string): ListedModel {
  const listed = listOnce(provider).find((model) => model.id === id);
  if (listed !== undefined) return listed;
  const found = provider
    .models()
    .find((model) => model.canonical === id || model.id === id || model.aliases.includes(id));
  if (found !== undefined) return toListedModel(found, { id: found.canonical, provider: provider.name });
  throw new GatewayError("not_found_error", `model: ${id}`);
}

/**
 * Every model under a name of its own: pages go by it. Where an upstream has several variants of one model
 * ("qwen3-coder:30b", "qwen3-coder:latest"), the first bears the model's name, the others their own.
 */
function listOnce(provider: Provider): ListedModel[] {
  const listed = new Map<string, ListedModel>();
  for (const model of provider.models()) {
    const id = listed.has(model.canonical) ? model.id : model.canonical;
    if (!listed.has(id)) listed.set(id, toListedModel(model, { id, provider: provider.name }));
  }
  return [...listed.values()];
}
