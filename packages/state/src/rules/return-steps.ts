/** The parts of its traffic that a bucket gets, one after the other, when it comes back after a rest. */
export const RETURN_STEPS = [0.1, 0.25, 0.5, 1] as const;
/** Windows shorter than this (or unknown ones) return as if they were this long, ms. */
const SHORTEST_WINDOW_MS = 15_000;
/** Windows longer than this (days) return as if they were this long, ms. */
const LONGEST_WINDOW_MS = 60_000;

/**
 * How long each step lasts, ms: a quarter of the bucket's shortest window, which is taken for 15 s at least and a
 * minute at most; and never longer than the rest was, so that a short rest has a short return.
 */
export function returnStepMs(shortestWindowMs: number | undefined, restMs: number): number {
  const windowMs = Math.min(LONGEST_WINDOW_MS, Math.max(SHORTEST_WINDOW_MS, shortestWindowMs ?? LONGEST_WINDOW_MS));
  return Math.max(1, Math.min(windowMs / 4, restMs));
}

/** The share of its traffic, so long after the rest's end. */
export function returnShare(sinceEndMs: number, stepMs: number): number {
  return RETURN_STEPS[Math.max(0, Math.floor(sinceEndMs / stepMs))] ?? 1;
}
