import type { Catalog } from "@switchyard/catalog";
import type { ModelInfo, ModelTier } from "@switchyard/wire";

import type { KnownProvider } from "./candidate.ts";

/** Under this prefix `/v1/models` lists models that are not Claude, so that Claude Code takes them. */
export const MESH_PREFIX = "claude-via-mesh/";

const TIERS: readonly ModelTier[] = ["big", "middle", "small"];

/** Which model a name means. */
export interface RequestedModel {
  /** As the client wrote it. */
  name: string;
  /** Other ways to say it, lower case, the nearest first. */
  names: readonly string[];
  /** The catalogue's id; absent: the catalogue does not know it, or the name means a tier. */
  canonical?: string;
  tier: ModelTier;
  /** The provider that the name's prefix pins. */
  pinned?: string;
}

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

/** Models of a provider that are the one asked for. */
export function findRequested(provider: KnownProvider, requested: RequestedModel): ModelInfo[] {
  const models = provider.info?.models ?? [];
  const aliased = Object.entries(provider.aliases).find(([from]) => requested.names.includes(from.toLowerCase()))?.[1];
  const byAlias = models.filter(({ id }) => id === aliased);
  if (byAlias.length > 0) return byAlias;
  const byName = models.filter((model) => requested.names.some((name) => isCalled(model, name)));
  if (byName.length > 0) return byName;
  return requested.canonical === undefined ? [] : models.filter(({ canonical }) => canonical === requested.canonical);
}

function isCalled({ id, canonical, aliases }: ModelInfo, name: string): boolean {
  return id.toLowerCase() === name || canonical === name || aliases.some((alias) => alias.toLowerCase() === name);
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
