import { GatewayError, type ModelInfo } from "@switchyard/wire";

import type { Candidate, Exclusion, KnownProvider, RankInput } from "./contract.ts";
import { findUnfitness, isTooLong, type Needs } from "./fitness.ts";
import { forbid, mayUseModel, mayUseProvider } from "./allowed.ts";
import { findRequested } from "./requested-model.ts";

/** What decides on the places where a request can go at all. */
export type ListInput = Pick<RankInput, "requested" | "substitution" | "pinned" | "providers" | "allowed"> & {
  facts: Needs;
  world: Pick<RankInput["world"], "now">;
};

export interface ListedCandidates {
  candidates: readonly Candidate[];
  exclusions: Exclusion[];
}

/**
 * Every place where a request can go: the model asked for on every provider that offers it, then the models of its
 * tier, by the providers' priority and model by model within a provider.
 * @throws GatewayError invalid_request_error for a pinned provider that does not exist.
 */
export function listCandidates(input: ListInput): ListedCandidates {
  const exclusions: Exclusion[] = [];
  const usable = selectProviders(input).filter((provider) => {
    const reason = findOffReason(provider);
    if (reason !== undefined) exclusions.push({ provider: provider.name, reason });
    else if (!mayUseProvider(provider.name, input.allowed)) exclusions.push(forbid(input.allowed, provider.name));
    else return true;
    return false;
  });
  const fit = orderGroups(usable, input).filter((candidate) => {
    const reason = findUnfitness(candidate.model, input.facts, input.world.now);
    if (reason !== undefined) exclusions.push(exclude(candidate, reason));
    else if (!mayUseModel(candidate.model, input.allowed)) {
      exclusions.push(forbid(input.allowed, candidate.provider, candidate.model.canonical));
    } else return true;
    return false;
  });
  return { candidates: keepLongEnough(fit, input.facts, exclusions), exclusions };
}

function exclude({ provider, model }: Candidate, reason: string): Exclusion {
  return { provider, model: model.canonical, reason };
}

function selectProviders({ providers, pinned: byHeader, requested }: ListInput): readonly KnownProvider[] {
  const pinned = byHeader ?? requested.pinned;
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

function orderGroups(providers: readonly KnownProvider[], input: ListInput): Candidate[] {
  const { substitution, requested } = input;
  const asked = providers.map((provider) => findRequested(provider, requested));
  const listed: Candidate[] = [];
  providers.forEach((provider, index) => {
    const models = asked[index] ?? [];
    append(listed, provider, { models, group: "requested" });
    if (substitution === "by_strategy")
      append(listed, provider, { models: substitutes(provider, input, models), group: "substitute" });
  });
  if (substitution !== "when_unavailable") return listed;
  providers.forEach((provider, index) => {
    append(listed, provider, { models: substitutes(provider, input, asked[index] ?? []), group: "substitute" });
  });
  return listed;
}

/** The models of the tier in their order, without those that are listed as the requested one. */
function substitutes({ info }: KnownProvider, { requested }: ListInput, asked: readonly ModelInfo[]): ModelInfo[] {
  if (info === undefined) return [];
  const models: ModelInfo[] = [];
  for (const id of info.tiers[requested.tier]) {
    const model = info.models.find((one) => one.id === id);
    if (model !== undefined && !models.includes(model) && !asked.some((one) => one.id === id)) models.push(model);
  }
  return models;
}

function append(
  listed: Candidate[],
  { name }: KnownProvider,
  { models, group }: { models: readonly ModelInfo[]; group: Candidate["group"] },
): void {
  for (const model of models) listed.push({ provider: name, model, group });
}

/** Where nothing is long enough by the estimate, the longest windows stay: the upstream knows better. */
function keepLongEnough(candidates: Candidate[], needs: Needs, exclusions: Exclusion[]): Candidate[] {
  if (!candidates.some(({ model }) => isTooLong(model, needs))) return candidates;
  const longest = Math.max(...candidates.map(({ model }) => model.context_window));
  return candidates.filter((candidate) => {
    const { context_window: window } = candidate.model;
    if (!isTooLong(candidate.model, needs) || window === longest) return true;
    exclusions.push(
      exclude(candidate, `its window of ${window} tokens is shorter than about ${needs.estimatedInputTokens}`),
    );
    return false;
  });
}
