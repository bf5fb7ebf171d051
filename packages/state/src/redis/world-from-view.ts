import {
  amountOf,
  capLimit,
  changeMeter,
  type CountedLimit,
  countedLimits,
  emptyMeter,
  limitKey,
  scaleLimit,
  slotLength,
} from "../limits/index.ts";
import { type BucketRecord, bucketOf, createWorld, type TargetRecord, targetOf, type World } from "../memory/world.ts";
import { AVERAGE_WINDOW_MS, type MovingAverage, type RestRecord } from "../rules/index.ts";
import type { Limit, Reservation, Rest } from "../state.ts";
import type { KnownBucket, KnownLimit, KnownTarget, SnapshotView } from "./snapshot-view.ts";

export interface Continuation {
  view: SnapshotView;
  /** Limits as last given to `take`, by bucket. */
  definitions: ReadonlyMap<string, readonly Limit[]>;
  /** Reservations of this gateway in flight. */
  own: readonly Reservation[];
  /** 0…1: this gateway's part of every limit, and so of what was used of it. */
  scale: number;
  now: number;
}

/** This gateway's share of what was known of the fleet: where it goes on from when it is left alone. */
export function worldFromView({ view, definitions, own, scale, now }: Continuation): World {
  const world = createWorld();
  for (const [name, known] of view.buckets) {
    fillBucket(bucketOf(world, name), known, {
      limits: definitions.get(name) ?? [],
      own: own.filter(({ bucket }) => bucket === name),
      scale,
      now,
    });
  }
  for (const [name, known] of view.targets) fillTarget(targetOf(world, name), known, now);
  for (const [name, rest] of view.providers) world.providers.set(name, restRecord(rest, now));
  return world;
}

function fillBucket(
  bucket: BucketRecord,
  known: KnownBucket,
  { limits, own, scale, now }: { limits: readonly Limit[]; own: readonly Reservation[]; scale: number; now: number },
): void {
  bucket.limits = limits;
  for (const status of known.limits) {
    if (status.resource === "concurrency") continue;
    const configured = limits.find((one) => isOf(one, status));
    if (configured === undefined) fillTold(bucket, status, { scale, now });
    else fillConfigured(bucket, status, { configured, own, scale, now });
  }
  if (known.utilization !== undefined) {
    bucket.utilizations["fullest"] = { resource: "tokens", at: now, ...known.utilization };
  }
  if (known.rest !== undefined) bucket.rest = restRecord(known.rest, now);
}

function isOf(limit: Limit, status: KnownLimit): boolean {
  return (
    limit.resource === status.resource && limit.windowMs === status.windowMs && limit.algorithm === status.algorithm
  );
}

function fillConfigured(
  bucket: BucketRecord,
  status: KnownLimit,
  { configured, own, scale, now }: { configured: Limit; own: readonly Reservation[]; scale: number; now: number },
): void {
  const key = limitKey(configured);
  if (status.limit < configured.limit) bucket.caps[key] = { limit: status.limit, at: now };
  const [whole, part] = countedLimits([configured], { caps: bucket.caps, scale });
  if (whole !== undefined) use(bucket, whole, { amount: status.used * scale, now });
  if (part === undefined) return;
  // Of a moment ago the own part is known exactly, of the others' only what the last look has shown.
  const lately = own.filter(({ takenAt }) => takenAt > now - part.limit.windowMs);
  const mine = lately.reduce((sum, { candidate }) => sum + amountOf(status.resource, { ...candidate, requests: 1 }), 0);
  use(bucket, part, { amount: Math.max(mine, (status.inner?.used ?? 0) * scale), now });
}

function fillTold(bucket: BucketRecord, status: KnownLimit, { scale, now }: { scale: number; now: number }): void {
  const { resource, windowMs } = status;
  const limit: Limit = { resource, windowMs, limit: status.limit, algorithm: "token_bucket" };
  bucket.told[`${resource}/${windowMs}`] = { limit, guessed: false, at: now };
  const key = `told/${limitKey(limit)}`;
  use(
    bucket,
    { key, limit: scaleLimit(capLimit(limit, undefined), scale), inner: false },
    { amount: status.used * scale, now },
  );
}

function use(bucket: BucketRecord, { key, limit }: CountedLimit, wish: { amount: number; now: number }): void {
  if (wish.amount <= 0) return;
  bucket.meters[key] = changeMeter(emptyMeter(limit), (rules, meter) => rules.take(limit, meter, wish));
}

function fillTarget(target: TargetRecord, known: KnownTarget, now: number): void {
  target.breaker = {
    failures: known.failuresInRow,
    ...(known.openUntil === undefined ? {} : { openUntil: known.openUntil }),
    ...(known.recoveryTimeoutMs === undefined ? {} : { recoveryTimeoutMs: known.recoveryTimeoutMs }),
  };
  target.rejections = known.rejections;
  const average = (mean: number): MovingAverage => ({ mean, weight: 1, at: now });
  if (known.firstTokenMs !== undefined) target.firstTokenMs = average(known.firstTokenMs);
  if (known.outputTokensPerSecond !== undefined) target.outputTokensPerSecond = average(known.outputTokensPerSecond);
  if (known.output !== undefined) {
    const { mean, deviation } = known.output;
    target.outputTokens = average(mean);
    target.outputSquares = average(mean ** 2 + deviation ** 2);
  }
  const successes = Math.round((known.successRate ?? 0) * known.attempts);
  const first = Math.floor(now / slotLength(AVERAGE_WINDOW_MS));
  target.counts = {
    successes: { first, counts: [successes] },
    failures: { first, counts: [known.attempts - successes] },
  };
  if (known.rest !== undefined) target.rest = restRecord(known.rest, now);
}

function restRecord(rest: Rest, now: number): RestRecord {
  return { ...rest, since: now, level: 0 };
}
