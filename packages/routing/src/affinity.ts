import { DEFAULT_MINUTE_VALUE, type RankInput } from "./contract.ts";
import { formatCount, formatDollars, formatDuration } from "./format.ts";
import type { Place } from "./place.ts";

/** No failover policy waits longer. */
const LONGEST_WAIT_MS = 300_000;
/**
 * Where the next place is nearly full too, a cold prompt takes the room of several warm ones there: so long the session
 * rather waits than moves, whatever its time is worth. About what a line of those who wait allows anyway.
 */
const SCARCE_WAIT_MS = 10_000;
/** Of one plan. */
const LONGEST_PAUSE_MS = 60_000;
/** Answers that a place remembers: from there on the number says nothing more. */
const REMEMBERED_OUTPUTS = 8;
/** Going back pays where the old cache covers at least so much of the prompt. */
const WORTH_RETURNING = 0.5;
const MINUTE_MS = 60_000;

/**
 * Which place the session goes on at: among those whose cache is alive and that are free, the one where it has had
 * more of its answers (it was moved away from there), else where it was last. Tells when that is a return.
 */
export function markAffinity(places: readonly Place[], input: RankInput, reasons: string[]): void {
  const warm = places.filter(
    ({ warm: cache, obstacle, blind }) => cache !== undefined && obstacle === undefined && !blind,
  );
  const roomy = warm.filter(({ sinking }) => !sinking);
  const choice = roomy.length > 0 ? roomy : warm;
  const last = choice.reduce<Place | undefined>((one, other) => (usedAt(other) > usedAt(one) ? other : one), undefined);
  if (last === undefined) return;
  const home = choice.reduce((best, place) => (coversEnough(place) && isMoreHome(place, best) ? place : best), last);
  const better = findBetter(places, home, input);
  if (better !== undefined) {
    const [there, here] = [formatDollars(better.cost ?? 0), formatDollars(home.cost ?? 0)];
    const [name, old] = [better.provider.name, home.provider.name];
    reasons.push(
      `leaves ${old} for ${name}: it comes first, and costs ${there} with a cold cache, ${old} ${here} with a warm one`,
    );
    return;
  }
  for (const place of warm) place.affinity = 1;
  home.affinity = 2;
  if (home !== last) {
    const { cached, fresh } = home.tokens;
    reasons.push(
      `back to ${home.provider.name}: it is free again, and the session's cache there still covers ${formatCount(cached)} of ${formatCount(cached + fresh)} tokens`,
    );
  }
}

/**
 * Staying must pay: who comes first by the strategy and costs less even with a cold cache (a subscription that has
 * come back, a cheaper provider at the beginning of a session) is not passed over for a warm one.
 */
function findBetter(places: readonly Place[], home: Place, { substitution }: RankInput): Place | undefined {
  return places.find(
    (place) =>
      isCheaper(place, home) &&
      place.score > home.score &&
      place.obstacle === undefined &&
      !(place.blind || place.sinking || place.passedOver) &&
      (substitution === "by_strategy" || place.candidate.group === home.candidate.group),
  );
}

function isCheaper({ cost, warm }: Place, home: Place): boolean {
  return warm === undefined && cost !== undefined && home.cost !== undefined && cost < home.cost;
}

function usedAt(place: Place | undefined): number {
  return place?.warm?.usedAt ?? -Infinity;
}

function coversEnough({ tokens: { cached, fresh } }: Place): boolean {
  return cached >= (cached + fresh) * WORTH_RETURNING;
}

/** Once a session has returned, or is at home in both, it stays: no flapping. */
function isMoreHome(place: Place, than: Place): boolean {
  const [here, there] = [place.warm?.outputs.length ?? 0, than.warm?.outputs.length ?? 0];
  if (here !== there) return here > there;
  return here < REMEMBERED_OUTPUTS && usedAt(place) < usedAt(than);
}

/** The session's place is limited, and the request would have to move. */
export interface Crossroads {
  home: Place;
  /** The best of the others; it can take the request now, or has room sooner. */
  other: Place;
  waitMs: number;
}

/** Undefined where there is nothing to decide: no limited home, a warm cache elsewhere, nobody else. */
export function findCrossroads(
  places: readonly Place[],
  first: Place | undefined,
  now: number,
): Crossroads | undefined {
  if (first === undefined || first.warm !== undefined || !isReachable(first)) return undefined;
  const home = places.reduce<Place | undefined>(
    (best, place) => (place.warm !== undefined && usedAt(place) > usedAt(best) ? place : best),
    undefined,
  );
  const { obstacle } = home ?? {};
  if (home === undefined || obstacle === undefined || home.blind) return undefined;
  const isLimited = obstacle.kind === "full" || obstacle.kind === "resting";
  if (!isLimited || obstacle.until === Infinity || home.target?.breaker === "open") return undefined;
  return { home, other: first, waitMs: Math.max(1, Math.ceil(obstacle.until - now)) };
}

/** It can take the request now, or as soon as it has room. */
export function isReachable({ obstacle }: Place): boolean {
  return obstacle === undefined || (obstacle.kind === "full" && obstacle.until < Infinity);
}

/**
 * Prices waiting against moving, and says why. Moving costs the request at the other place, its cache cold, less
 * what it costs where the cache is warm. Returns the pause, ms; undefined: it moves.
 */
export function decideWait(crossroads: Crossroads, input: RankInput, reasons: string[]): number | undefined {
  const { home, other, waitMs } = crossroads;
  const wait = formatDuration(waitMs);
  const [here, there] = [home.provider.name, other.provider.name];
  const moved = `moved from ${here} to ${there}`;
  if (input.failoverPolicy === "latency") {
    reasons.push(`${moved}: ${here} is limited for ${wait}, and the failover policy is never to wait`);
    return undefined;
  }
  if (home.cost === undefined || other.cost === undefined) {
    reasons.push(`${moved}: ${here} is limited for ${wait}, and without both prices waiting cannot be weighed`);
    return undefined;
  }
  const extra = other.cost - home.cost;
  const sum = `${formatDollars(other.cost)} with a cold cache there less ${formatDollars(home.cost)} with the warm one`;
  const price = `moving costs ${formatDollars(extra)} more (${sum})`;
  if (extra <= 0) {
    reasons.push(`${moved}: ${here} is limited for ${wait}, and moving costs nothing more (${sum})`);
    return undefined;
  }
  const whole = waitMs + (input.waitedMs ?? 0);
  if (whole > LONGEST_WAIT_MS) {
    reasons.push(`${moved}: ${price}, but ${here} is limited for ${wait}, longer than anything is waited for`);
    return undefined;
  }
  if (other.sinking && whole <= SCARCE_WAIT_MS) {
    reasons.push(`waits ${wait} for ${here}: ${price}, and ${there} has little room left for a cold prompt`);
    return waitMs;
  }
  const worth = worthOf(whole, input);
  if (worth !== undefined && worth > extra) {
    reasons.push(
      `${moved}: ${price}, and waiting ${formatDuration(whole)} for ${here} is worth ${formatDollars(worth)} of time`,
    );
    return undefined;
  }
  const time = worth === undefined ? "" : `, and the time is worth ${formatDollars(worth)}`;
  reasons.push(`waits ${wait} for ${here}: ${price} at ${there}${time}`);
  return Math.min(waitMs, LONGEST_PAUSE_MS);
}

/**
 * How long waiting for the session's place is better than moving to the next, ms: as long as the time is worth less
 * than what the cold cache costs there, and for a while where room is scarce there too. Room comes sooner or later than was told, so this is known before it is full.
 */
export function findPatience(home: Place, other: Place, input: RankInput): number {
  if (home.warm === undefined || other.warm !== undefined || input.failoverPolicy === "latency") return 0;
  if (home.cost === undefined || other.cost === undefined || other.cost <= home.cost) return 0;
  const { minuteValueNanoDollars: minute = DEFAULT_MINUTE_VALUE, waitedMs = 0 } = input;
  const worth = Math.max(((other.cost - home.cost) / minute) * MINUTE_MS, other.sinking ? SCARCE_WAIT_MS : 0);
  return Math.max(0, Math.min(LONGEST_WAIT_MS, input.failoverPolicy === "cost" ? Infinity : worth) - waitedMs);
}

/** Nano-dollars of the time that a wait takes; undefined: money alone counts. */
function worthOf(waitMs: number, { failoverPolicy, minuteValueNanoDollars }: RankInput): number | undefined {
  if (failoverPolicy === "cost") return undefined;
  return (waitMs / MINUTE_MS) * (minuteValueNanoDollars ?? DEFAULT_MINUTE_VALUE);
}
