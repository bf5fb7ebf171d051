import type { Alternative } from "./elsewhere.ts";
import { formatCount, formatMoney, formatShare } from "./format.ts";

export interface Suggestion {
  text: string;
  /** Nano-dollars over the reported time. */
  savings: number;
  /** Of what was paid for the same tokens, 0…1. */
  share: number;
}

/** Less is not worth a change of habits, nor beyond what rounding and prices of the day explain. */
const LEAST_SHARE = 0.02;
const LEAST_NANO_DOLLARS = 10_000_000;

/**
 * Only what follows from the figures: the same model, cheaper at a provider that is set up. Other models answer
 * otherwise and count the same text otherwise, so that no saving can be promised of them. One for each model.
 */
export function buildSuggestions(alternatives: readonly Alternative[]): Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const alternative of alternatives) {
    const { of, at, here, warm, cold, ready, sameModel, requests, arithmetic } = alternative;
    const savings = here - warm;
    if (!sameModel || !ready || savings < LEAST_NANO_DOLLARS || savings < here * LEAST_SHARE) continue;
    const best = found.get(of);
    if (best !== undefined && best.savings >= savings) continue;
    const condition =
      cold < here
        ? `even with nothing read from its cache (${formatMoney(cold)})`
        : `as long as its cache is hit as often: without it, ${formatMoney(cold)}`;
    const text =
      `${at} in place of ${of}, ${formatCount(requests)} answers: ${arithmetic} against ${formatMoney(here)}, ` +
      `${formatMoney(savings)} less (${formatShare(savings, here)}), ${condition}.`;
    found.set(of, { text, savings, share: savings / here });
  }
  return [...found.values()].toSorted((one, other) => other.savings - one.savings);
}
