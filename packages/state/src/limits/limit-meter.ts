import type { Limit } from "../state.ts";
import type { FixedWindowMeter } from "./fixed-window.ts";
import { fixedWindow } from "./fixed-window.ts";
import type { LimitRules, Room, Settling, Sighting } from "./limit-rules.ts";
import type { SlidingWindowMeter } from "./sliding-window.ts";
import { slidingWindow } from "./sliding-window.ts";
import type { TokenBucketMeter } from "./token-bucket.ts";
import { tokenBucket } from "./token-bucket.ts";

/**
 * What is used of one limit, as plain values: by our own count, and by the upstream's where that was ever higher. Both
 * run on, and the higher one holds. So an observation takes nothing back, and what it has told already is not counted
 * again when the reservation that caused it is settled.
 */
export interface LimitMeter<Counts = unknown> {
  readonly own: Counts;
  readonly told?: {
    readonly counts: Counts;
    /** When that was said; ms since the epoch. Reservations that are older than this are part of it. */
    readonly at: number;
  };
}

/** The rules of one algorithm for meters with both counts. */
export interface MeterRules<Counts> extends LimitRules<LimitMeter<Counts>> {
  readonly single: LimitRules<Counts>;
}

function pair<Counts>(single: LimitRules<Counts>): MeterRules<Counts> {
  const used = (limit: Limit, meter: LimitMeter<Counts>, now: number): number =>
    Math.max(single.used(limit, meter.own, now), toldUsed(limit, meter, now));
  const toldUsed = (limit: Limit, { told }: LimitMeter<Counts>, now: number): number =>
    told === undefined ? 0 : single.used(limit, told.counts, now);
  return {
    single,
    empty: () => ({ own: single.empty() }),
    used,
    room(limit, { own, told }, wish) {
      const ours = single.room(limit, own, wish);
      return told === undefined ? ours : later(ours, single.room(limit, told.counts, wish));
    },
    take(limit, { own, told }, wish) {
      const taken = single.take(limit, own, wish);
      if (told === undefined || single.used(limit, told.counts, wish.now) <= 0) return { own: taken };
      return { own: taken, told: { ...told, counts: single.take(limit, told.counts, wish) } };
    },
    settle: (limit, meter, change) => settlePair(single, limit, { meter, change }),
    observe: (limit, meter, seen) => observePair(single, limit, { meter, seen }),
    resetAt: (limit, { own, told }, now) =>
      Math.max(single.resetAt(limit, own, now), told === undefined ? now : single.resetAt(limit, told.counts, now)),
  };
}

function later(one: Room, other: Room): Room {
  return { fits: one.fits && other.fits, availableAt: Math.max(one.availableAt, other.availableAt) };
}

function settlePair<Counts>(
  single: LimitRules<Counts>,
  limit: Limit,
  { meter, change }: { meter: LimitMeter<Counts>; change: Settling & { now: number } },
): LimitMeter<Counts> {
  const own = single.settle(limit, meter.own, change);
  const { told } = meter;
  if (told === undefined) return { own };
  if (change.takenAt <= told.at) return { own, told };
  return { own, told: { ...told, counts: single.settle(limit, told.counts, change) } };
}

function observePair<Counts>(
  single: LimitRules<Counts>,
  limit: Limit,
  { meter, seen }: { meter: LimitMeter<Counts>; seen: Sighting & { now: number } },
): LimitMeter<Counts> {
  const before = meter.told?.counts ?? meter.own;
  const counts = single.observe(limit, before, seen);
  if (single.used(limit, counts, seen.now) <= single.used(limit, before, seen.now)) return meter;
  return { ...meter, told: { counts, at: Math.max(seen.observedAt, meter.told?.at ?? 0) } };
}

const RULES = {
  token_bucket: pair<TokenBucketMeter>(tokenBucket),
  fixed_window: pair<FixedWindowMeter>(fixedWindow),
  sliding_window: pair<SlidingWindowMeter>(slidingWindow),
};

/** A meter of any algorithm. */
export type Meter =
  | { readonly algorithm: "token_bucket"; readonly meter: LimitMeter<TokenBucketMeter> }
  | { readonly algorithm: "fixed_window"; readonly meter: LimitMeter<FixedWindowMeter> }
  | { readonly algorithm: "sliding_window"; readonly meter: LimitMeter<SlidingWindowMeter> };

type Read<Result> = <Counts>(rules: MeterRules<Counts>, meter: LimitMeter<Counts>) => Result;
type Change = <Counts>(rules: MeterRules<Counts>, meter: LimitMeter<Counts>) => LimitMeter<Counts>;

export function emptyMeter({ algorithm }: Limit): Meter {
  switch (algorithm) {
    case "token_bucket":
      return { algorithm, meter: RULES.token_bucket.empty() };
    case "fixed_window":
      return { algorithm, meter: RULES.fixed_window.empty() };
    case "sliding_window":
      return { algorithm, meter: RULES.sliding_window.empty() };
  }
}

/** Reads a meter by the rules of its algorithm. */
export function readMeter<Result>(meter: Meter, read: Read<Result>): Result {
  switch (meter.algorithm) {
    case "token_bucket":
      return read(RULES.token_bucket, meter.meter);
    case "fixed_window":
      return read(RULES.fixed_window, meter.meter);
    case "sliding_window":
      return read(RULES.sliding_window, meter.meter);
  }
}

/** The meter after a change by the rules of its algorithm. */
export function changeMeter({ algorithm, meter }: Meter, change: Change): Meter {
  switch (algorithm) {
    case "token_bucket":
      return { algorithm, meter: change(RULES.token_bucket, meter) };
    case "fixed_window":
      return { algorithm, meter: change(RULES.fixed_window, meter) };
    case "sliding_window":
      return { algorithm, meter: change(RULES.sliding_window, meter) };
  }
}
