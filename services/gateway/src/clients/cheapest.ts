import type { RankedCandidate } from "@switchyard/routing";

/** What costs up to twice the cheapest stays: the cheapest one alone would be no way out when it fails. */
const NEARLY = 2;

/** The cheapest candidates, the cheapest first; of equals the better ranked. Those that are free leave no others. */
export function cheapestOf(
  candidates: readonly RankedCandidate[],
  costOf: (candidate: RankedCandidate) => number,
): RankedCandidate[] {
  const priced = candidates.map((candidate) => ({ candidate, cost: costOf(candidate) }));
  const least = Math.min(...priced.map(({ cost }) => cost));
  return priced
    .filter(({ cost }) => cost <= least * NEARLY)
    .toSorted((one, other) => one.cost - other.cost)
    .map(({ candidate }) => candidate);
}
