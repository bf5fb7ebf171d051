import type { LimitObservation } from "@switchyard/wire";

import type { Limit } from "../state.ts";

/** The usual window of a limit whose answer does not tell it. */
export const USUAL_WINDOW_MS = 60_000;

/** Configured and told sizes of one limit lie no further apart than this, however carelessly they were configured. */
const SAME_SIZE = 1.25;

/**
 * Which configured limit an observation speaks of: the one of its resource and window; where there is none, the one of
 * nearly the same size, for a window may be no more than what is usual with that provider. Where it tells no window, the
 * one of a minute, else the shortest.
 */
export function matchObservation(limits: readonly Limit[], observation: LimitObservation): Limit | undefined {
  const same = limits.filter(({ resource }) => resource === observation.resource);
  const { windowMs } = observation;
  if (windowMs !== undefined) {
    return same.find((limit) => limit.windowMs === windowMs) ?? same.find(({ limit }) => isOfSize(limit, observation));
  }
  return (
    same.find((limit) => limit.windowMs === USUAL_WINDOW_MS) ??
    same.toSorted((one, other) => one.windowMs - other.windowMs)[0]
  );
}

function isOfSize(limit: number, { limit: told }: LimitObservation): boolean {
  return told !== undefined && told * SAME_SIZE >= limit && limit * SAME_SIZE >= told;
}

/** Numbers that mean something: some answers tell −1 or 0 for "unknown". */
export function meaningful(observation: LimitObservation): LimitObservation {
  const { limit, remaining, resetMs, ...rest } = observation;
  const result: LimitObservation = rest;
  const limitTold = limit !== undefined && Number.isFinite(limit) && limit > 0;
  if (limitTold) result.limit = limit;
  // nothing remaining of a limit of nothing is how some say that they do not know
  const remainingTold = remaining !== undefined && Number.isFinite(remaining) && remaining >= 0;
  if (remainingTold && (limit === undefined || limitTold)) result.remaining = remaining;
  if (resetMs !== undefined && Number.isFinite(resetMs) && resetMs > 0) result.resetMs = resetMs;
  return result;
}
