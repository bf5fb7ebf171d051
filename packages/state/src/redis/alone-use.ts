import type { LimitedResource } from "@switchyard/wire";

import { type CountedLimit, type Meter, readMeter, slotLength } from "../limits/index.ts";
import { limitsOf } from "../memory/bucket-room.ts";
import type { BucketRecord, World } from "../memory/world.ts";
import type { KnownLimit, SnapshotView } from "./snapshot-view.ts";

/** What still counts now of what a gateway has used of one limit while it was alone. */
export interface AloneUse {
  resource: LimitedResource;
  windowMs: number;
  amount: number;
  /** Of sliding windows, in place of the amount: number of the slot, amount. */
  slots?: readonly Slot[];
  /** Of the part of a window: of the sub-window, slot by slot. */
  part?: readonly Slot[];
}

export type Slot = readonly [slot: number, amount: number];

/** Where a gateway stood when it was left alone. */
export interface Departure {
  /** ms since the epoch. */
  at: number;
  /** Its part of every limit, and so of what was used of it. */
  scale: number;
  /** As the last look at Redis has shown it. */
  view: SnapshotView;
}

/**
 * What Redis has missed, by bucket: what this gateway counts now less its part of what Redis itself remembers. What has
 * left its window since is not told, and what is told of a window stands where it was used: told as if it were used
 * now, it would fill a window that has room.
 */
export function readAloneUse(world: World, departure: Departure, now: number): Map<string, AloneUse[]> {
  const used = new Map<string, AloneUse[]>();
  for (const [name, bucket] of world.buckets) {
    const known = departure.view.buckets.get(name)?.limits ?? [];
    const uses = readBucket(bucket, known, { departure, now }).filter(
      ({ amount, slots = [], part = [] }) => amount > 0 || slots.length > 0 || part.length > 0,
    );
    if (uses.length > 0) used.set(name, uses);
  }
  return used;
}

interface Moment {
  departure: Departure;
  now: number;
}

function readBucket(bucket: BucketRecord, known: readonly KnownLimit[], { departure, now }: Moment): AloneUse[] {
  const uses: AloneUse[] = [];
  for (const counted of limitsOf(bucket, { now, scale: departure.scale })) {
    const meter = bucket.meters[counted.key];
    const last = uses.at(-1);
    if (counted.inner) {
      if (meter !== undefined && last !== undefined) last.part = slotsOf(meter);
      continue;
    }
    const { resource, windowMs } = counted.limit;
    const before = known.find((one) => one.resource === resource && one.windowMs === windowMs);
    if (meter !== undefined) uses.push(readLimit(counted, meter, { before, departure, now }));
  }
  return uses;
}

function readLimit(
  { limit }: CountedLimit,
  meter: Meter,
  { before, departure: { at, scale, view }, now }: Moment & { before: KnownLimit | undefined },
): AloneUse {
  const { resource, windowMs } = limit;
  const brought = (before?.used ?? 0) * scale;
  if (meter.algorithm === "sliding_window") {
    const oldest = Math.floor((now - windowMs) / slotLength(windowMs));
    const first = Math.floor(at / slotLength(windowMs));
    const slots = slotsOf(meter)
      .map(([slot, amount]): Slot => [slot, slot === first ? amount - brought : amount])
      .filter(([slot, amount]) => slot >= oldest && amount > 0);
    return { resource, windowMs, amount: 0, slots };
  }
  const own = readMeter(meter, (rules, counts) => rules.single.used(limit, counts.own, now));
  const remembered = before === undefined ? 0 : usedAfter(before, before.resetAt - view.takenAt, now - at) * scale;
  return { resource, windowMs, amount: Math.max(0, own - remembered) };
}

function slotsOf(meter: Meter): Slot[] {
  if (meter.algorithm !== "sliding_window") return [];
  const { first, counts } = meter.meter.own;
  return counts.map((amount, index): Slot => [first + index, amount]).filter(([, amount]) => amount > 0);
}

/** What still counts of a use that was known a while ago: all of a fixed window until its end, of others less and less. */
export function usedAfter({ algorithm, used }: KnownLimit, resetMs: number, ageMs: number): number {
  if (ageMs <= 0) return used;
  if (ageMs >= resetMs) return 0;
  return algorithm === "token_bucket" ? used * (1 - ageMs / resetMs) : used;
}
