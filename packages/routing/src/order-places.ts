import type { RankInput } from "./contract.ts";
import type { Place } from "./place.ts";
import { goesByTerms } from "./score.ts";

/**
 * What goes before any score, lower is earlier: who cannot take the request now comes last; a model that was not asked
 * for comes after those that were; who does not see what is shown after those that do; the nearly full and those that
 * return by steps after the others of their group, unless the session's cache is there.
 */
export function rankClass(
  { obstacle, candidate, blind, sinking, passedOver, affinity }: Place,
  { substitution }: RankInput,
): number {
  const steps = affinity > 0 ? 0 : (sinking ? 1 : 0) + (passedOver ? 2 : 0);
  return (
    (obstacle === undefined ? 0 : 16) +
    (candidate.group === "substitute" && substitution !== "by_strategy" ? 8 : 0) +
    (blind ? 4 : 0) +
    (obstacle === undefined ? steps : 0)
  );
}

/** A place with the keys by which it is sorted. */
interface Keyed {
  place: Place;
  rank: number;
  /** The place that stands for it: the first model of its provider in its class. */
  head: Place;
}

/**
 * The order of trying. Within a class: the session's place, then provider by provider, each with its models in the
 * order of the tier, where the best provider is the one whose first model scores best. Where one list is to be made of
 * the requested and all substitutes, strategies with terms weigh each model for itself.
 */
export function orderPlaces(places: readonly Place[], input: RankInput): Place[] {
  const alone = input.substitution === "by_strategy" && goesByTerms(input.strategy);
  const keyed: Keyed[] = places.map((place) => ({ place, rank: rankClass(place, input), head: place }));
  if (!alone) findHeads(keyed);
  keyed.sort(compare);
  return keyed.map(({ place }) => place);
}

/** The models of a provider stand together in the list, those of one class not always. */
function findHeads(keyed: readonly Keyed[]): void {
  keyed.forEach((own, index) => {
    for (let before = index - 1; before >= 0; before--) {
      const earlier = keyed[before];
      if (earlier === undefined || earlier.place.provider !== own.place.provider) return;
      if (earlier.rank === own.rank) {
        own.head = earlier.head;
        return;
      }
    }
  });
}

function compare(one: Keyed, other: Keyed): number {
  if (one.rank !== other.rank) return one.rank - other.rank;
  if (one.place.obstacle !== undefined && other.place.obstacle !== undefined) {
    const [until, otherUntil] = [one.place.obstacle.until, other.place.obstacle.until];
    if (until !== otherUntil) return until < otherUntil ? -1 : 1;
    return one.place.index - other.place.index;
  }
  if (one.place.affinity !== other.place.affinity) return other.place.affinity - one.place.affinity;
  if (one.head !== other.head) {
    if (one.head.score !== other.head.score) return other.head.score - one.head.score;
    if (one.head.tieBreak !== other.head.tieBreak) return other.head.tieBreak - one.head.tieBreak;
  }
  return one.head === other.head ? one.place.index - other.place.index : one.head.index - other.head.index;
}
