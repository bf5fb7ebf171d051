import { GatewayError } from "./errors.ts";
import type { ModelInfo, ModelPrice } from "./provider-info.ts";

/** A model in the shape of both lists, the Messages API's (platform.claude.com/docs/en/api/models-list) and OpenAI's. */
export interface ListedModel {
  type: "model";
  id: string;
  display_name: string;
  created_at: string;
  object: "model";
  created: number;
  owned_by: string;
  /** Who offers it; of several the one that is tried first. */
  provider: string;
  /** The id that its upstream takes. */
  provider_model: string;
  context_window: number;
  max_output_tokens: number;
  price?: ModelPrice;
  retires_at?: string;
}

export interface ModelPage<Model extends ListedModel = ListedModel> {
  object: "list";
  data: Model[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;
/** What the API says where the date of a release is not known. */
const UNKNOWN_DATE = "1970-01-01T00:00:00Z";

export function toListedModel(model: ModelInfo, { id, provider }: { id: string; provider: string }): ListedModel {
  return {
    type: "model",
    id,
    display_name: model.display_name,
    created_at: UNKNOWN_DATE,
    object: "model",
    created: 0,
    owned_by: provider,
    provider,
    provider_model: model.id,
    context_window: model.context_window,
    max_output_tokens: model.max_output_tokens,
    ...(model.price === undefined ? {} : { price: model.price }),
    ...(model.retires_at === undefined ? {} : { retires_at: model.retires_at }),
  };
}

/**
 * One page of models whose ids differ: `limit`, and `after_id` or `before_id`.
 * @throws GatewayError invalid_request_error for a limit or cursor that is none
 */
export function pageModels<Model extends ListedModel>(
  models: readonly Model[],
  query: URLSearchParams,
): ModelPage<Model> {
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
