import type { LimitObservation } from "@switchyard/wire";

/** Share of a limit below which little is left: the one that refused a large request is among these. */
const LITTLE = 0.1;

/**
 * Seconds until a throttled request has a chance, for upstreams that answer 429 and only tell of their limits: the
 * latest reset of those that are used up, else of those of which little is left, else the earliest reset of all.
 * undefined: no reset is told.
 */
export function waitForLimits(observations: readonly LimitObservation[]): number | undefined {
  const timed = observations.flatMap((one) =>
    one.resetMs === undefined ? [] : [{ left: leftOf(one), ms: one.resetMs }],
  );
  if (timed.length === 0) return undefined;
  const ms =
    latest(timed.filter(({ left }) => left === 0)) ??
    latest(timed.filter(({ left }) => left < LITTLE)) ??
    Math.min(...timed.map((one) => one.ms));
  return ms / 1000;
}

function latest(list: readonly { ms: number }[]): number | undefined {
  return list.length === 0 ? undefined : Math.max(...list.map(({ ms }) => ms));
}

/** The share of a limit that is left, 0…1; 1 where it is not told. */
export function leftOf({ limit, remaining, utilization }: LimitObservation): number {
  if (utilization !== undefined) return Math.max(0, 1 - utilization);
  if (remaining === 0) return 0;
  return limit === undefined || remaining === undefined ? 1 : remaining / limit;
}
