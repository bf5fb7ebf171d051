import type { LimitedResource, Rejection } from "@switchyard/wire";

import type { Meter } from "../limits/index.ts";
import type { BreakerRecord, MovingAverage, RestRecord, SuccessCounts } from "../rules/index.ts";
import { CLOSED_BREAKER, NO_COUNTS } from "../rules/index.ts";
import type { Limit, Reservation } from "../state.ts";

/** A limit that only answers tell: counted as a token bucket of the told size. */
export interface ToldLimit {
  limit: Limit;
  /** It said that nothing remains; ms since the epoch. */
  emptyUntil?: number;
  /** The size is a guess: the most that ever remained. */
  guessed: boolean;
  /** When that was said; ms since the epoch. */
  at: number;
}

/** What is known of a quota bucket. All of it can be written down. */
export interface BucketRecord {
  /** As last given to `take`. */
  limits: readonly Limit[];
  /** By the key of the counted limit. */
  meters: Record<string, Meter>;
  /** The size that answers tell of configured limits, by their key. */
  caps: Record<string, { limit: number; at: number }>;
  /** By resource and window. */
  told: Record<string, ToldLimit>;
  /** Used parts of a subscription's windows, by resource and window. */
  utilizations: Record<string, { resource: LimitedResource; used: number; resetAt?: number; at: number }>;
  rest?: RestRecord;
}

/** What is known of a target. */
export interface TargetRecord {
  breaker: BreakerRecord;
  rest?: RestRecord;
  firstTokenMs?: MovingAverage;
  outputTokensPerSecond?: MovingAverage;
  /** Of whole answers, and of their squares. */
  outputTokens?: MovingAverage;
  outputSquares?: MovingAverage;
  counts: SuccessCounts;
  rejections: readonly (Rejection & { expiresAt: number })[];
}

/** A reservation between its taking and its settling. */
export interface OpenReservation {
  reservation: Reservation;
  leaseMs: number;
  /** ms since the epoch; after it, it holds no place, and waits for a late settling. */
  leaseUntil: number;
  /** Keys of the meters that it was counted on. */
  charged: readonly string[];
  committedAt?: number;
}

/** All that one gateway knows, apart from sessions and records. */
export interface World {
  buckets: Map<string, BucketRecord>;
  targets: Map<string, TargetRecord>;
  providers: Map<string, RestRecord>;
  /** By bucket, by reservation id: in the order of taking. */
  open: Map<string, Map<string, OpenReservation>>;
}

export function createWorld(): World {
  return { buckets: new Map(), targets: new Map(), providers: new Map(), open: new Map() };
}

export function bucketOf(world: World, name: string): BucketRecord {
  const known = world.buckets.get(name);
  if (known !== undefined) return known;
  const bucket: BucketRecord = { limits: [], meters: {}, caps: {}, told: {}, utilizations: {} };
  world.buckets.set(name, bucket);
  return bucket;
}

export function targetOf(world: World, name: string): TargetRecord {
  const known = world.targets.get(name);
  if (known !== undefined) return known;
  const target: TargetRecord = { breaker: CLOSED_BREAKER, counts: NO_COUNTS, rejections: [] };
  world.targets.set(name, target);
  return target;
}

/** The part of a bucket's or target's name before the first slash. */
export function providerOf(name: string): string {
  const end = name.indexOf("/");
  return end < 0 ? name : name.slice(0, end);
}

/** Reservations that hold a place now: of the bucket, and of its provider. */
export interface OpenPlaces {
  bucket: number;
  provider: number;
}

/** `ofProvider`: whether that count is needed at all. */
export function openPlaces(
  world: World,
  bucket: string,
  { now, ofProvider }: { now: number; ofProvider: boolean },
): OpenPlaces {
  const own = countOpen(world, bucket, now);
  if (!ofProvider) return { bucket: own, provider: own };
  const provider = providerOf(bucket);
  let all = 0;
  for (const name of world.open.keys()) if (providerOf(name) === provider) all += countOpen(world, name, now);
  return { bucket: own, provider: all };
}

function countOpen(world: World, bucket: string, now: number): number {
  let count = 0;
  for (const { leaseUntil } of world.open.get(bucket)?.values() ?? []) if (leaseUntil > now) count += 1;
  return count;
}
