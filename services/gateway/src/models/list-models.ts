import { GatewayError, type ModelInfo, type ModelPrice } from "@switchyard/wire";

import type { KnownProvider } from "@switchyard/routing";
import { MESH_PREFIX } from "@switchyard/routing";

/** A model in the shape of both lists, the Messages API's (platform.claude.com/docs/en/api/models-list) and OpenAI's. */
export interface ListedModel {
  type: "model";
  id: string;
  display_name: string;
  created_at: string;
  object: "model";
  created: number;
  owned_by: string;
  /** The provider that is tried first, and all that offer it. */
  provider: string;
  providers: string[];
  /** The id that the first provider's upstream takes. */
  provider_model: string;
  tier: string;
  context_window: number;
  max_output_tokens: number;
  available: boolean;
  price?: ModelPrice;
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
/** What the API says where the date of a release is not known. */
const UNKNOWN_DATE = "1970-01-01T00:00:00Z";

/**
 * Every model that can be asked for, once, by the provider that is tried first. Claude Code takes only
 * ids that contain "claude": the others stand under a prefix that the gateway understands.
 */
export function listModels(providers: readonly KnownProvider[]): ListedModel[] {
  const listed = new Map<string, ListedModel>();
  for (const { name, enabled, info } of providers.toSorted((one, other) => one.priority - other.priority)) {
    if (!enabled || info === undefined) continue;
    const available = info.status === "ok" || info.status === "checking";
    for (const model of info.models) {
      const present = listed.get(model.canonical);
      if (present === undefined) listed.set(model.canonical, toListed(name, model, available));
      else if (!present.providers.includes(name)) {
        present.providers.push(name);
        present.available ||= available;
      }
    }
  }
  return [...listed.values()];
}

function toListed(provider: string, model: ModelInfo, available: boolean): ListedModel {
  const id = /claude|anthropic/.test(model.canonical) ? model.canonical : MESH_PREFIX + model.canonical;
  return {
    type: "model",
    id,
    display_name: model.display_name,
    created_at: UNKNOWN_DATE,
    object: "model",
    created: 0,
    owned_by: provider,
    provider,
    providers: [provider],
    provider_model: model.id,
    tier: model.tier,
    context_window: model.context_window,
    max_output_tokens: model.max_output_tokens,
    available,
    ...(model.price === undefined ? {} : { price: model.price }),
    ...(model.retires_at === undefined ? {} : { retires_at: model.retires_at }),
  };
}

/** One page: `limit`, and `after_id` or `before_id`. Throws the API's 400 for what makes no sense. */
export function pageModels(models: readonly ListedModel[], query: URLSearchParams): ModelPage {
  const limit = readLimit(query.get("limit"));
  const after = indexOf(models, query, "after_id");
  const before = indexOf(models, query, "before_id");
  const end = before ?? models.length;
  // Backwards, a page ends in front of its cursor; forwards it begins behind it.
  const start = before === undefined ? (after ?? -1) + 1 : Math.max(0, end - limit);
  const data = models.slice(start, Math.min(end, start + limit));
  return {
    object: "list",
    data,
    has_more: before === undefined ? start + limit < models.length : start > 0,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

function readLimit(text: string | null): number {
  if (text === null) return DEFAULT_LIMIT;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new GatewayError("invalid_request_error", `limit: Input should be an integer from 1 to ${MAX_LIMIT}`);
}

function indexOf(
  models: readonly ListedModel[],
  query: URLSearchParams,
  name: "after_id" | "before_id",
): number | undefined {
  const id = query.get(name);
  if (id === null || id === "") return undefined;
  const index = models.findIndex((model) => model.id === id);
  if (index >= 0) return index;
  throw new GatewayError("invalid_request_error", `${name}: there is no model ${JSON.stringify(id)}`);
}
