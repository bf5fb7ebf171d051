import type { RankedCandidate, RankInput } from "./contract.ts";
import { explainPlace } from "./explain-place.ts";
import type { Place } from "./place.ts";

/** What a plan shows of a place. Most plans are never explained: the sentences are made when they are read. */
export class RankedPlace implements RankedCandidate {
  readonly provider: RankedCandidate["provider"];
  readonly model: RankedCandidate["model"];
  readonly group: RankedCandidate["group"];
  readonly score: number;
  readonly terms: RankedCandidate["terms"];
  readonly estimatedUse: RankedCandidate["estimatedUse"];
  declare readonly estimatedCostNanoDollars?: number;
  declare readonly patienceMs?: number;
  readonly #place: Place;
  readonly #input: RankInput;

  constructor(place: Place, input: RankInput) {
    const { candidate, tokens } = place;
    this.provider = candidate.provider;
    this.model = candidate.model;
    this.group = candidate.group;
    this.score = place.score;
    this.terms = place.terms;
    this.estimatedUse = { inputTokens: tokens.fresh, cachedTokens: tokens.cached, outputTokens: tokens.output };
    if (place.patienceMs > 0) this.patienceMs = place.patienceMs;
    if (place.cost !== undefined) this.estimatedCostNanoDollars = place.cost;
    this.#place = place;
    this.#input = input;
  }

  get reasons(): readonly string[] {
    return explainPlace(this.#place, this.#input);
  }
}
