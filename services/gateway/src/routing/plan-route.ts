import { GatewayError, type ModelInfo } from "@switchyard/wire";
import type { Substitution } from "@switchyard/service-kit";

import type { Candidate, Exclusion, KnownProvider, Plan } from "./candidate.ts";
import { findUnfitness, isTooLong, type Needs } from "./fitness.ts";
import { findRequested, type RequestedModel } from "./requested-model.ts";

export interface RouteRequest {
  requested: RequestedModel;
  needs: Needs;
  substitution: Substitution;
  /** The provider that a header pins; goes before one in the model's name. */
  pinned?: string;
  /** ms since the epoch. */
  now: number;
  /** Providers that probably will not answer: asked after all others, but asked. */
  isDoubtful?: (provider: KnownProvider) => boolean;
}

/**
 * Every place where a request can go, in the order of trying: the model asked for on every provider that
 * offers it, then the models of its tier, model by model within a provider. Pure: same world, same plan.
 * @throws GatewayError invalid_request_error for a pinned provider that does not exist.
 */
export function planRoute(providers: readonly KnownProvider[], request: RouteRequest): Plan {
  const allowed = selectProviders(providers, request);
  const exclusions: Exclusion[] = [];
  const usable = allowed.filter((provider) => {
    const reason = findOffReason(provider);
    if (reason !== undefined) exclusions.push({ provider: provider.name, reason });
    return reason === undefined;
  });
  const listed = orderGroups(usable, request);
  const fit = listed.filter((candidate) => {
    const reason = findUnfitness(candidate.model, request.needs, request.now);
    if (reason !== undefined) exclusions.push(exclude(candidate, reason));
    return reason === undefined;
  });
  const candidates = sinkDoubtful(keepLongEnough(fit, request.needs, exclusions), usable, request);
  return { candidates, exclusions };
}

function exclude({ provider, model }: Candidate, reason: string): Exclusion {
  return { provider, model: model.canonical, reason };
}

function selectProviders(providers: readonly KnownProvider[], request: RouteRequest): KnownProvider[] {
  const pinned = request.pinned ?? request.requested.pinned;
  const byPriority = providers.toSorted((one, other) => one.priority - other.priority);
  if (pinned === undefined) return byPriority;
  const found = byPriority.filter(({ name }) => name.toLowerCase() === pinned.toLowerCase());
  if (found.length > 0) return found;
  const names = byPriority.map(({ name }) => name).join(", ");
  throw new GatewayError(
    "invalid_request_error",
    `x-switchyard-provider: there is no provider ${JSON.stringify(pinned)}; the providers are ${names}`,
  );
}

/** Why a whole provider is out of the question. */
function findOffReason({ enabled, reason, missing, info }: KnownProvider): string | undefined {
  if (!enabled) return reason ?? (missing.length > 0 ? `not configured: set ${missing.join(", ")}` : "switched off");
  if (info === undefined) return "its service has not answered yet";
  if (info.status === "unconfigured") return `not configured: set ${(info.missing ?? missing).join(", ")}`;
  if (info.status === "retired") return info.reason ?? "retired";
  return undefined;
}

function orderGroups(providers: readonly KnownProvider[], request: RouteRequest): Candidate[] {
  const requested = (provider: KnownProvider) =>
    toCandidates(provider, findRequested(provider, request.requested), "requested");
  const substitutes = (provider: KnownProvider) =>
    toCandidates(provider, modelsOfTier(provider, request), "substitute");
  if (request.substitution === "never") return providers.flatMap(requested);
  if (request.substitution === "by_strategy") {
    return unique(providers.flatMap((provider) => [...requested(provider), ...substitutes(provider)]));
  }
  return unique([...providers.flatMap(requested), ...providers.flatMap(substitutes)]);
}

function modelsOfTier({ info }: KnownProvider, { requested }: RouteRequest): ModelInfo[] {
  const ids = info?.tiers[requested.tier] ?? [];
  return ids.flatMap((id) => info?.models.find((model) => model.id === id) ?? []);
}

function toCandidates({ name }: KnownProvider, models: readonly ModelInfo[], group: Candidate["group"]): Candidate[] {
  return models.map((model) => ({ provider: name, model, group }));
}

function unique(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ provider, model }) => {
    const key = `${provider}\n${model.id}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** Where nothing is long enough by the estimate, the longest windows stay: the upstream knows better. */
function keepLongEnough(candidates: readonly Candidate[], needs: Needs, exclusions: Exclusion[]): Candidate[] {
  const longest = Math.max(0, ...candidates.map(({ model }) => model.context_window));
  return candidates.filter((candidate) => {
    const { context_window: window } = candidate.model;
    if (!isTooLong(candidate.model, needs) || window === longest) return true;
    exclusions.push(
      exclude(candidate, `its window of ${window} tokens is shorter than about ${needs.estimatedInputTokens}`),
    );
    return false;
  });
}

/**
 * Those that probably will not answer go last. What a model takes as text at best (images, documents) puts
 * it behind those that see it, but never a substitute before the model that was asked for.
 */
function sinkDoubtful(
  candidates: readonly Candidate[],
  providers: readonly KnownProvider[],
  { needs, isDoubtful, substitution }: RouteRequest,
): Candidate[] {
  const doubted = new Set(providers.filter((provider) => isDoubtful?.(provider) === true).map(({ name }) => name));
  const doubt = ({ provider, model, group }: Candidate): number =>
    (doubted.has(provider) ? 4 : 0) +
    (group === "substitute" && substitution !== "by_strategy" ? 2 : 0) +
    (isBlind(model, needs) ? 1 : 0);
  return candidates.toSorted((one, other) => doubt(one) - doubt(other));
}

function isBlind({ capabilities }: ModelInfo, { images, documents }: Needs): boolean {
  return (images && !capabilities.images) || (documents && !capabilities.documents);
}
