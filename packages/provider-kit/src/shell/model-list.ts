import { GatewayError, type ModelInfo } from "@switchyard/wire";

import type { Provider } from "../provider.ts";

/** A model as the Messages API lists it (platform.claude.com/docs/en/api/models-list), with more beside it. */
export interface ListedModel {
  type: "model";
  id: string;
  display_name: string;
  created_at: string;
  /** The same in the words of OpenAI's list. */
  object: "model";
  created: number;
  owned_by: string;
  provider: string;
  /** The id that the upstream takes. */
  provider_model: string;
  context_window: number;
  max_output_tokens: number;
  price?: ModelInfo["price"];
  retires_at?: string;
}

export interface ModelPage {
  object: "list";
  data: ListedModel[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;
/** Release dates are not known for every model: as the API does for unknown ones. */
const UNKNOWN_DATE = "1970-01-01T00:00:00Z";

/** @throws GatewayError invalid_request_error for a limit or cursor that is none */
export function listModels(provider: Provider, query: URLSearchParams): ModelPage {
  const all = listOnce(provider);
  const limit = readLimit(query.get("limit"));
  const after = indexOf(all, query.get("after_id"), "after_id");
  const before = indexOf(all, query.get("before_id"), "before_id");
  const end = before ?? all.length;
  // Backwards, a page ends where the cursor stands; forwards it begins behind it.
  const start = before === undefined ? (after ?? -1) + 1 : Math.max(0, end - limit);
  const data = all.slice(start, Math.min(end, start + limit));
  return {
    object: "list",
    data,
    has_more: before === undefined ? start + limit < all.length : start > 0,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

/** @throws GatewayError not_found_error */
export function showModel(provider: Provider, id: string): ListedModel {
  const listed = listOnce(provider).find((model) => model.id === id);
  if (listed !== undefined) return listed;
  const found = provider
    .models()
    .find((model) => model.canonical === id || model.id === id || model.aliases.includes(id));
  if (found !== undefined) return toListedModel(provider, found, found.canonical);
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
    if (!listed.has(id)) listed.set(id, toListedModel(provider, model, id));
  }
  return [...listed.values()];
}

function toListedModel(provider: Provider, model: ModelInfo, id: string): ListedModel {
  return {
    type: "model",
    id,
    display_name: model.display_name,
    created_at: UNKNOWN_DATE,
    object: "model",
    created: 0,
    owned_by: provider.name,
    provider: provider.name,
    provider_model: model.id,
    context_window: model.context_window,
    max_output_tokens: model.max_output_tokens,
    ...(model.price === undefined ? {} : { price: model.price }),
    ...(model.retires_at === undefined ? {} : { retires_at: model.retires_at }),
  };
}

function readLimit(text: string | null): number {
  if (text === null) return DEFAULT_LIMIT;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new GatewayError("invalid_request_error", `limit: Input should be an integer from 1 to ${MAX_LIMIT}`);
}

function indexOf(all: readonly ListedModel[], id: string | null, name: string): number | undefined {
  if (id === null) return undefined;
  const index = all.findIndex((model) => model.id === id);
  if (index >= 0) return index;
  throw new GatewayError("invalid_request_error", `${name}: no model ${JSON.stringify(id)}`);
}
