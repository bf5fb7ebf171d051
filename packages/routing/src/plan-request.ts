import { decideWait, findCrossroads, findPatience, isReachable, markAffinity } from "./affinity.ts";
import type { Candidate, Exclusion, KnownProvider, Plan, RankInput } from "./contract.ts";
import { readMemory } from "./expect-tokens.ts";
import { formatDollars } from "./format.ts";
import { listCandidates } from "./list-candidates.ts";
import { orderPlaces, rankClass } from "./order-places.ts";
import { createPlace, type Place } from "./place.ts";
import { explainPrice } from "./price.ts";
import { RankedPlace } from "./ranked-place.ts";
import { readTerms } from "./read-terms.ts";
import { goesByTerms, score } from "./score.ts";

/** Below so many attempts in the window a target's figures say little. */
const KNOWN_AFTER = 20;

/**
 * Every place where a request can go, in the order of trying, with the reasons. Pure: the same input gives the same
 * plan.
 * @throws GatewayError invalid_request_error for a pinned provider that does not exist.
 */
export function planRequest(input: RankInput): Plan {
  const { candidates, exclusions } = listCandidates(input);
  const reasons: string[] = [];
  const places = withinBudget(createPlaces(candidates, input), input, exclusions);
  readTerms(places);
  score(places, input);
  markAffinity(places, input, reasons);
  const ordered = explore(orderPlaces(places, input), input, reasons);
  const waitMs = considerWaiting(ordered, input, reasons);
  markPatience(ordered, input);
  return {
    candidates: ordered.map((place) => new RankedPlace(place, input)),
    exclusions,
    reasons,
    ...(waitMs === undefined ? {} : { waitMs }),
  };
}

function createPlaces(candidates: readonly Candidate[], input: RankInput): Place[] {
  const providers = new Map<string, KnownProvider>(input.providers.map((provider) => [provider.name, provider]));
  const memory = readMemory(input.places);
  // Claude Code marks what is to be cached in every request of a session.
  const writesCache = input.facts.sessionId !== undefined || input.places.length > 0;
  const context = { input, memory, providers, writesCache };
  const places = candidates.flatMap((candidate, index) => {
    const provider = providers.get(candidate.provider);
    return provider === undefined ? [] : [createPlace(candidate, provider, { ...context, index })];
  });
  doubtUnreachable(places, input.world.now);
  return places;
}

/** Its own check says that a provider is away, and so does its last request: a check alone may be out of date. */
function doubtUnreachable(places: readonly Place[], now: number): void {
  for (const { provider, target } of places) {
    if (provider.info?.status !== "unreachable" || (target?.failuresInRow ?? 0) === 0) continue;
    for (const place of places) {
      if (place.provider === provider) place.obstacle ??= { kind: "unreachable", until: now };
    }
  }
}

function withinBudget(places: Place[], { maxCostNanoDollars: most }: RankInput, exclusions: Exclusion[]): Place[] {
  if (most === undefined) return places;
  return places.filter(({ cost, candidate: { provider, model }, tokens, writesCache }) => {
    if (cost === undefined || model.price === undefined || cost <= most) return true;
    const sum = explainPrice(model.price, tokens, writesCache);
    const reason = `would cost about ${sum}; at most ${formatDollars(most)} is allowed for a request`;
    exclusions.push({ provider, model: model.canonical, reason });
    return false;
  });
}

/**
 * A few requests go first where little is known, or it never would be. Only for strategies that learn, and never for
 * a session whose cache is warm somewhere.
 */
function explore(ordered: Place[], input: RankInput, reasons: string[]): Place[] {
  const { dice, explorationShare, strategy } = input;
  const first = ordered[0];
  if (dice.explore >= explorationShare || !goesByTerms(strategy) || strategy === "cost") return ordered;
  if (first === undefined || first.obstacle !== undefined || ordered.some(({ warm }) => warm !== undefined))
    return ordered;
  const leading = rankClass(first, input);
  const unknown = ordered.filter((place) => isUnknown(place) && rankClass(place, input) === leading);
  const chosen = unknown[Math.floor((dice.explore / explorationShare) * unknown.length)];
  if (chosen === undefined) return ordered;
  chosen.explored = true;
  reasons.push(`${chosen.provider.name} is tried first, because little is known of ${chosen.candidate.model.id} there`);
  return [chosen, ...ordered.filter((place) => place !== chosen)];
}

function isUnknown({ target }: Place): boolean {
  return target === undefined || target.attempts < KNOWN_AFTER || target.firstTokenMs === undefined;
}

/** The session's place is waited for in the line, as long as that is better than the next place that is free. */
function markPatience([home, ...others]: readonly Place[], input: RankInput): void {
  const other = others.find((place) => isReachable(place) && place.provider !== home?.provider);
  if (home !== undefined && other !== undefined) home.patienceMs = findPatience(home, other, input);
}

/** A wait that is told to be as short as this takes place in the line, where nobody comes before those who waited. */
const SHORT_WAIT_MS = 10_000;

/** Puts a limited place of the session first where waiting for it is better than moving. */
function considerWaiting(ordered: Place[], input: RankInput, reasons: string[]): number | undefined {
  const crossroads = findCrossroads(ordered, ordered[0], input.world.now);
  if (crossroads === undefined) return undefined;
  const { home, other } = crossroads;
  // A model that was not asked for is not waited for while the one that was is there.
  if (
    home.candidate.group === "substitute" &&
    other.candidate.group === "requested" &&
    input.substitution !== "by_strategy"
  ) {
    return undefined;
  }
  const waitMs = decideWait(crossroads, input, reasons);
  if (waitMs === undefined) return undefined;
  home.awaited = true;
  ordered.splice(ordered.indexOf(home), 1);
  ordered.unshift(home);
  return waitMs <= SHORT_WAIT_MS ? undefined : waitMs;
}
