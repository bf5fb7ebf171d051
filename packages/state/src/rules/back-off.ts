/** Of rests without a stated end, ms. */
export const BACK_OFF_FIRST_MS = 2000;
export const BACK_OFF_CAP_MS = 60_000;
/** After so long without a failure the next rest is a first one again. */
export const BACK_OFF_FORGET_MS = 600_000;

/**
 * How long the rest with this number (from 0) lasts, ms: doubles up to a cap; the later half by chance, so that those
 * who failed together do not come back together.
 */
export function backOffMs(level: number, random: number): number {
  const longest = Math.min(BACK_OFF_CAP_MS, BACK_OFF_FIRST_MS * 2 ** Math.min(level, 10));
  return Math.round(longest * (0.5 + 0.5 * random));
}
