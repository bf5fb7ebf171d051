import type { RankInput, Terms } from "./contract.ts";
import type { Place } from "./place.ts";

const UNKNOWN = 0.5;
/** Where only the other of the two is known; both count little in a comparison with one that is known. */
const USUAL_FIRST_TOKEN_MS = 2000;
const USUAL_TOKENS_PER_SECOND = 50;

/**
 * The four terms of every place, 0…1 each, higher is better; 0.5 where nothing is known. Headroom: what remains of the
 * fullest limit, all of it where the request costs nothing: what is paid for already is used up first. Speed and price: the best place's ÷ its own. Price is of this very request, cache counted; free is 1,
 * and beside something free the others are compared among themselves within the lower half. Reliability: the success
 * rate.
 */
export function readTerms(places: readonly Place[]): void {
  // The same length of answer for all, or who answers briefly would be fast.
  let answer = 0;
  for (const { tokens } of places) answer = Math.max(answer, tokens.output);
  let leastMs = Infinity;
  let leastCost = Infinity;
  let isSomeFree = false;
  for (const place of places) {
    leastMs = Math.min(leastMs, durationOf(place, answer) ?? Infinity);
    if (place.cost === 0) isSomeFree = true;
    else if (place.cost !== undefined) leastCost = Math.min(leastCost, place.cost);
  }
  for (const place of places) {
    const duration = durationOf(place, answer);
    place.terms = {
      headroom: headroomTerm(place),
      speed: duration === undefined ? UNKNOWN : leastMs / duration,
      price: priceTerm(place.cost, isSomeFree ? leastCost / 2 : leastCost),
      reliability: place.target?.successRate === undefined ? UNKNOWN : within(place.target.successRate),
    };
  }
}

function headroomTerm({ bucket, cost }: Place): number {
  if (cost === 0) return 1;
  return bucket?.load === undefined ? UNKNOWN : within(1 - bucket.load);
}

function priceTerm(cost: number | undefined, least: number): number {
  if (cost === undefined) return UNKNOWN;
  return cost === 0 ? 1 : least / cost;
}

/** ms until an answer of so many tokens is whole; never 0. */
function durationOf({ target }: Place, outputTokens: number): number | undefined {
  if (target === undefined) return undefined;
  const { firstTokenMs, outputTokensPerSecond } = target;
  if (firstTokenMs === undefined && outputTokensPerSecond === undefined) return undefined;
  const rate = Math.max(outputTokensPerSecond ?? USUAL_TOKENS_PER_SECOND, 0.001);
  return Math.max(1, (firstTokenMs ?? USUAL_FIRST_TOKEN_MS) + (outputTokens / rate) * 1000);
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}

export function weigh({ headroom, speed, price, reliability }: Terms, weights: RankInput["weights"]): number {
  return (
    headroom * weights.headroom + speed * weights.speed + price * weights.price + reliability * weights.reliability
  );
}
