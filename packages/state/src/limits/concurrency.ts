import type { Room } from "./limit-rules.ts";

/** Nobody knows when an answer ends: ask again after this. */
const ASK_AGAIN_MS = 1000;

/** Room for one more at the same time. `open`: reservations that are neither settled nor expired. */
export function concurrencyRoom(limit: number, open: number, now: number): Room {
  if (limit <= 0) return { fits: false, availableAt: Number.POSITIVE_INFINITY };
  if (open < limit) return { fits: true, availableAt: now };
  return { fits: false, availableAt: now + ASK_AGAIN_MS };
}
