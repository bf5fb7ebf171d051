/** How long a service rests before it is started again: 0.5 s doubling to 30 s. `attempt` counts from 0. */
export function restartDelayMs(attempt: number): number {
  return Math.min(30_000, 500 * 2 ** Math.min(attempt, 10));
}

/** A service that stayed up this long starts again from the shortest delay. */
export const STABLE_AFTER_MS = 60_000;
