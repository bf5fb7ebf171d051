import type { CountedLimit } from "../limits/index.ts";
import { emptyMeter, readMeter } from "../limits/index.ts";
import { breakerState, readAverage, readCounts, restStatus, spreadOf } from "../rules/index.ts";
import type { BucketStatus, LimitStatus, Rest, TargetStatus } from "../state.ts";
import type { Moment } from "./bucket-room.ts";
import { isOfProvider, limitsOf } from "./bucket-room.ts";
import { bucketShare } from "./take-candidate.ts";
import type { BucketRecord, TargetRecord, World } from "./world.ts";
import { type OpenPlaces, openPlaces } from "./world.ts";

export function readBuckets(world: World, moment: Moment): Map<string, BucketStatus> {
  const read = new Map<string, BucketStatus>();
  for (const [name, bucket] of world.buckets) read.set(name, readBucket(world, { name, bucket }, moment));
  return read;
}

function readBucket(
  world: World,
  { name, bucket }: { name: string; bucket: BucketRecord },
  moment: Moment,
): BucketStatus {
  const { now } = moment;
  const open = openPlaces(world, name, { now, ofProvider: bucket.limits.some(isOfProvider) });
  const limits = limitsOf(bucket, moment)
    .filter(({ inner }) => !inner)
    .map((counted) => readLimit(bucket, counted, { open, now }));
  const utilization = fullestUtilization(bucket, now);
  const loads = limits.map(({ limit, used }) => (limit > 0 ? used / limit : 1));
  if (utilization !== undefined) loads.push(utilization.used);
  if (Object.values(bucket.told).some(({ emptyUntil }) => (emptyUntil ?? 0) > now)) loads.push(1);
  const load = loads.length === 0 ? undefined : Math.min(1, Math.max(...loads));
  const status: BucketStatus = { limits, load, share: bucketShare(world, name, { limits: bucket.limits, now }) };
  const rest = restStatus(bucket.rest, now);
  if (rest !== undefined) status.rest = rest;
  if (utilization !== undefined) status.utilization = utilization;
  return status;
}

function readLimit(
  bucket: BucketRecord,
  { key, limit }: CountedLimit,
  { open, now }: { open: OpenPlaces; now: number },
): LimitStatus {
  const told = { resource: limit.resource, windowMs: limit.windowMs, limit: limit.limit };
  if (limit.resource === "concurrency") return { ...told, used: open[limit.scope ?? "bucket"], resetAt: now };
  const meter = bucket.meters[key] ?? emptyMeter(limit);
  const used = readMeter(meter, (rules, counts) => rules.used(limit, counts, now));
  return {
    ...told,
    algorithm: limit.algorithm,
    used,
    resetAt: readMeter(meter, (rules, counts) => rules.resetAt(limit, counts, now)),
  };
}

function fullestUtilization(bucket: BucketRecord, now: number): { used: number; resetAt?: number } | undefined {
  const current = Object.values(bucket.utilizations).filter(({ resetAt }) => resetAt === undefined || resetAt > now);
  const [fullest] = current.toSorted((one, other) => other.used - one.used);
  if (fullest === undefined) return undefined;
  const { used, resetAt } = fullest;
  return resetAt === undefined ? { used } : { used, resetAt };
}

export function readTargets(world: World, now: number): Map<string, TargetStatus> {
  const read = new Map<string, TargetStatus>();
  for (const [name, target] of world.targets) read.set(name, readTarget(target, now));
  return read;
}

function readTarget(target: TargetRecord, now: number): TargetStatus {
  const { breaker } = target;
  const { attempts, successRate } = readCounts(target.counts, now);
  const status: TargetStatus = {
    breaker: breakerState(breaker, now),
    failuresInRow: breaker.failures,
    attempts,
    rejections: target.rejections.filter(({ expiresAt }) => expiresAt > now),
  };
  if (breaker.openUntil !== undefined) status.openUntil = breaker.openUntil;
  const rest = restStatus(target.rest, now);
  if (rest !== undefined) status.rest = rest;
  const firstTokenMs = readAverage(target.firstTokenMs, now);
  if (firstTokenMs !== undefined) status.firstTokenMs = firstTokenMs;
  const rate = readAverage(target.outputTokensPerSecond, now);
  if (rate !== undefined) status.outputTokensPerSecond = rate;
  const [output, square] = [readAverage(target.outputTokens, now), readAverage(target.outputSquares, now)];
  if (output !== undefined && square !== undefined) status.output = spreadOf(output, square);
  if (successRate !== undefined) status.successRate = successRate;
  return status;
}

export function readProviders(world: World, now: number): Map<string, Rest> {
  const read = new Map<string, Rest>();
  for (const [name, record] of world.providers) {
    const rest = restStatus(record, now);
    if (rest !== undefined) read.set(name, rest);
  }
  return read;
}
