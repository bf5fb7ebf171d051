import { clockOf } from "@switchyard/translation";

/** ms since the epoch by the upstream's own clock, where its answer tells it: its resets are points on that clock. */
export function upstreamClock(headers: Readonly<Record<string, string>>): number {
  const told = clockOf(headers);
  return Number.isNaN(told) ? Date.now() : told;
}
