import type { Catalog } from "@switchyard/catalog";
import type { ModelInfo, ModelTier } from "@switchyard/wire";

import type { KnownProvider, RequestedModel } from "./contract.ts";

/** Under this prefix `/v1/models` lists models that are not Claude, so that Claude Code takes them. */
export const MESH_PREFIX = "claude-via-mesh/";

const TIERS: readonly ModelTier[] = ["big", "middle", "small"];

export interface NameContext {
  catalog: Catalog;
  providers: readonly KnownProvider[];
  /** Exact or prefix ("claude-3-*") names → a tier or a model. */
  modelAliases: Readonly<Record<string, string>>;
}

/** Reads a model's name: mesh prefix, provider prefix, aliases of the settings, aliases of the catalogue. */
export function readRequestedModel(name: string, context: NameContext): RequestedModel {
  const bare = stripMeshPrefix(name.trim());
  const { pinned, rest } = splitProviderPrefix(bare, context.providers);
  const alias = findAlias(rest, context.modelAliases);
  const tier = TIERS.find((one) => one === alias);
  if (tier !== undefined) return { name, names: [], tier, ...(pinned === undefined ? {} : { pinned }) };
  const meant = alias ?? rest;
  const match = context.catalog.findModel(meant);
  return {
    name,
    names: [...new Set([meant, withoutWindowSuffix(meant), bare].map((text) => text.toLowerCase()))],
    ...(match === undefined ? {} : { canonical: match.model.canonical }),
    tier: context.catalog.tierOf(meant),
    ...(pinned === undefined ? {} : { pinned }),
  };
}

/** The models of a provider that are the one asked for. */
export function findRequested(provider: KnownProvider, requested: RequestedModel): ModelInfo[] {
  const models = provider.info?.models ?? [];
  const aliased = findProviderAlias(provider, requested);
  if (aliased !== undefined) {
    const byAlias = models.filter(({ id }) => id === aliased);
    if (byAlias.length > 0) return byAlias;
  }
  const byName = models.filter((model) => requested.names.some((name) => isCalled(model, name)));
  if (byName.length > 0) return byName;
  return requested.canonical === undefined ? [] : models.filter(({ canonical }) => canonical === requested.canonical);
}

function findProviderAlias({ aliases }: KnownProvider, { names }: RequestedModel): string | undefined {
  for (const from in aliases) if (names.includes(from.toLowerCase())) return aliases[from];
  return undefined;
}

/** `name` is in lower case. */
function isCalled({ id, canonical, aliases }: ModelInfo, name: string): boolean {
  return canonical === name || isSame(id, name) || aliases.some((alias) => isSame(alias, name));
}

/** Asked for every model of every provider on each request: the length tells most of them apart at no cost. */
function isSame(text: string, lowerCase: string): boolean {
  return text.length === lowerCase.length && (text === lowerCase || text.toLowerCase() === lowerCase);
}

function stripMeshPrefix(name: string): string {
  return name.toLowerCase().startsWith(MESH_PREFIX) ? name.slice(MESH_PREFIX.length) : name;
}

/** "[1m]" asks for the long window; it is no part of the name. */
function withoutWindowSuffix(name: string): string {
  return name.replace(/\[\w+\]$/, "");
}

/** A first segment that names a provider pins it, unless only another provider has a model of the whole name. */
function splitProviderPrefix(
  name: string,
  providers: readonly KnownProvider[],
): { pinned: string | undefined; rest: string } {
  const whole = { pinned: undefined, rest: name };
  const slash = name.indexOf("/");
  if (slash <= 0) return whole;
  const prefix = name.slice(0, slash).toLowerCase();
  const provider = providers.find((one) => one.name.toLowerCase() === prefix);
  if (provider === undefined) return whole;
  const lower = name.toLowerCase();
  const isWholeId = providers.some((one) => one.info?.models.some((model) => isCalled(model, lower)) === true);
  const rest = name.slice(slash + 1);
  const known = provider.info?.models.some((model) => isCalled(model, rest.toLowerCase())) === true;
  return isWholeId && !known ? whole : { pinned: provider.name, rest };
}

function findAlias(name: string, aliases: Readonly<Record<string, string>>): string | undefined {
  const lower = name.toLowerCase();
  const exact = Object.entries(aliases).find(([from]) => from.toLowerCase() === lower);
  if (exact !== undefined) return exact[1];
  const prefixes = Object.entries(aliases).filter(
    ([from]) => from.endsWith("*") && lower.startsWith(from.slice(0, -1).toLowerCase()),
  );
  // The longest prefix says the most.
  return prefixes.toSorted(([one], [other]) => other.length - one.length)[0]?.[1];
}
