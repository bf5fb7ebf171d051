import { type KnownProvider, MESH_PREFIX } from "@switchyard/routing";
import { type ListedModel, type ModelInfo, toListedModel } from "@switchyard/wire";

/** A model with what the whole mesh knows of it. */
export interface MeshModel extends ListedModel {
  /** All that offer it. */
  providers: string[];
  tier: string;
  available: boolean;
}

/**
 * Every model that can be asked for, once, by the provider that is tried first. Claude Code takes only
 * ids that contain "claude": the others stand under a prefix that the gateway understands.
 */
export function listModels(providers: readonly KnownProvider[]): MeshModel[] {
  const listed = new Map<string, MeshModel>();
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

function toListed(provider: string, model: ModelInfo, available: boolean): MeshModel {
  const id = /claude|anthropic/.test(model.canonical) ? model.canonical : MESH_PREFIX + model.canonical;
  return { ...toListedModel(model, { id, provider }), providers: [provider], tier: model.tier, available };
}
