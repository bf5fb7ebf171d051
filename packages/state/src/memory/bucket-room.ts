import type { LimitedResource } from "@switchyard/wire";

import type { Amounts, CountedLimit } from "../limits/index.ts";
import { amountOf, concurrencyRoom, countedLimits, emptyMeter, changeMeter, readMeter } from "../limits/index.ts";
import type { Limit } from "../state.ts";
import type { BucketRecord, OpenPlaces } from "./world.ts";

export interface Moment {
  now: number;
  /** 0…1: this gateway's part of every limit. */
  scale: number;
  /** When it may try out an open breaker, where it shares that with others; undefined: now. */
  probeTurn?: (recoveryTimeoutMs: number, now: number) => number | undefined;
}

/** Every limit that holds for a bucket now: configured ones, then those that only answers tell. */
export function limitsOf(bucket: BucketRecord, { scale }: Moment): CountedLimit[] {
  const configured = countedLimits(bucket.limits, { caps: bucket.caps, scale });
  const told = Object.values(bucket.told).filter(
    ({ limit }) =>
      limit.limit > 0 &&
      !bucket.limits.some((one) => one.resource === limit.resource && one.windowMs === limit.windowMs),
  );
  if (told.length === 0) return configured;
  const counted = countedLimits(
    told.map(({ limit }) => limit),
    { caps: {}, scale },
  );
  return [...configured, ...counted.map((one) => ({ ...one, key: `told/${one.key}` }))];
}

export function isOfProvider({ scope }: Limit): boolean {
  return scope === "provider";
}

export interface NoRoom {
  resource: LimitedResource;
  availableAt: number;
}

/** undefined: all of it fits. Otherwise the limit that is full the longest. */
export function whyNoRoom(
  bucket: BucketRecord,
  wish: { amounts: Amounts; open: OpenPlaces; limits: readonly CountedLimit[]; now: number },
): NoRoom | undefined {
  let worst = emptyUntil(bucket, wish.now);
  for (const { key, limit } of wish.limits) {
    const room =
      limit.resource === "concurrency"
        ? concurrencyRoom(limit.limit, wish.open[limit.scope ?? "bucket"], wish.now)
        : readMeter(bucket.meters[key] ?? emptyMeter(limit), (rules, meter) =>
            rules.room(limit, meter, { amount: amountOf(limit.resource, wish.amounts), now: wish.now }),
          );
    if (!room.fits && room.availableAt > (worst?.availableAt ?? 0)) {
      worst = { resource: limit.resource, availableAt: room.availableAt };
    }
  }
  return worst;
}

/** What answers have called empty: without a number of its own, or in a subscription's terms. */
function emptyUntil(bucket: BucketRecord, now: number): NoRoom | undefined {
  let worst: NoRoom | undefined;
  const consider = (resource: LimitedResource, until: number | undefined): void => {
    if (until === undefined || until <= now || until <= (worst?.availableAt ?? 0)) return;
    worst = { resource, availableAt: until };
  };
  for (const { limit, emptyUntil: until } of Object.values(bucket.told)) consider(limit.resource, until);
  for (const { resource, used, resetAt } of Object.values(bucket.utilizations)) {
    if (used >= 1) consider(resource, resetAt);
  }
  return worst;
}

/** Counts an attempt on every meter; the keys of those. */
export function charge(
  bucket: BucketRecord,
  limits: readonly CountedLimit[],
  wish: { amounts: Amounts; now: number },
): string[] {
  const charged: string[] = [];
  for (const { key, limit } of limits) {
    if (limit.resource === "concurrency") continue;
    const amount = amountOf(limit.resource, wish.amounts);
    bucket.meters[key] = changeMeter(bucket.meters[key] ?? emptyMeter(limit), (rules, meter) =>
      rules.take(limit, meter, { amount, now: wish.now }),
    );
    charged.push(key);
  }
  return charged;
}

/** The truth in place of the estimate, on the meters that the estimate was counted on. */
export function settleMeters(
  bucket: BucketRecord,
  limits: readonly CountedLimit[],
  change: { charged: readonly string[]; estimate: Amounts; truth: Amounts; takenAt: number; now: number },
): void {
  for (const { key, limit } of limits) {
    const before = bucket.meters[key];
    if (before === undefined || limit.resource === "concurrency" || !change.charged.includes(key)) continue;
    const estimate = amountOf(limit.resource, change.estimate);
    const truth = amountOf(limit.resource, change.truth);
    if (estimate === truth) continue;
    bucket.meters[key] = changeMeter(before, (rules, meter) =>
      rules.settle(limit, meter, { takenAt: change.takenAt, estimate, truth, now: change.now }),
    );
  }
}
