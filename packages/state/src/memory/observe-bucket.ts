import type { LimitedResource, LimitObservation } from "@switchyard/wire";

import {
  capLimit,
  changeMeter,
  emptyMeter,
  limitKey,
  matchObservation,
  meaningful,
  scaleLimit,
  USUAL_WINDOW_MS,
} from "../limits/index.ts";
import type { Limit } from "../state.ts";
import type { Moment } from "./bucket-room.ts";
import type { BucketRecord, ToldLimit } from "./world.ts";

export interface ObservedMoment extends Moment {
  /** ms since the epoch. */
  observedAt: number;
  /** What of a resource we have reserved since then. */
  unseen(resource: LimitedResource): number;
}

/** Corrects what is known of a bucket by what an answer says of it. */
export function observeBucket(
  bucket: BucketRecord,
  observations: readonly LimitObservation[],
  moment: ObservedMoment,
): void {
  for (const observation of observations) {
    const told = meaningful(observation);
    if (told.utilization !== undefined) observeUtilization(bucket, told, moment);
    if (told.resource === "concurrency" || (told.limit === undefined && told.remaining === undefined)) continue;
    const configured = matchObservation(bucket.limits, told);
    if (configured === undefined) observeTold(bucket, told, moment);
    else observeConfigured(bucket, configured, { told, moment });
  }
}

function resetAtOf({ resetMs }: LimitObservation, { observedAt }: ObservedMoment): number | undefined {
  return resetMs === undefined ? undefined : observedAt + resetMs;
}

function observeUtilization(bucket: BucketRecord, told: LimitObservation, moment: ObservedMoment): void {
  const key = `${told.resource}/${told.windowMs ?? USUAL_WINDOW_MS}`;
  const at = moment.observedAt;
  if ((bucket.utilizations[key]?.at ?? 0) > at) return;
  const resetAt = resetAtOf(told, moment);
  const entry = { resource: told.resource, used: told.utilization ?? 0, at };
  bucket.utilizations[key] = resetAt === undefined ? entry : { ...entry, resetAt };
}

function observeConfigured(
  bucket: BucketRecord,
  configured: Limit,
  { told, moment }: { told: LimitObservation; moment: ObservedMoment },
): void {
  const key = limitKey(configured);
  const at = moment.observedAt;
  if (told.limit !== undefined && (bucket.caps[key]?.at ?? 0) <= at) bucket.caps[key] = { limit: told.limit, at };
  lift(bucket, { key, limit: capLimit(configured, bucket.caps[key]?.limit) }, { told, moment });
}

/**
 * Counts as used what does not remain. Of a limit that is configured lower than the provider's own, others may use the
 * rest: it counts only when less remains than our part. Of a share, we count our share of it.
 */
function lift(
  bucket: BucketRecord,
  { key, limit }: { key: string; limit: Limit },
  { told, moment }: { told: LimitObservation; moment: ObservedMoment },
): void {
  if (told.remaining === undefined || limit.limit <= 0) return;
  const { observedAt, now, scale } = moment;
  const used = Math.max(0, (limit.burst ?? limit.limit) - told.remaining) * Math.min(1, scale);
  const resetAt = resetAtOf(told, moment);
  const seen = { used, unseen: moment.unseen(limit.resource), observedAt, now };
  const scaled = scaleLimit(limit, scale);
  bucket.meters[key] = changeMeter(bucket.meters[key] ?? emptyMeter(scaled), (rules, meter) =>
    rules.observe(scaled, meter, resetAt === undefined ? seen : { ...seen, resetAt }),
  );
}

function observeTold(bucket: BucketRecord, told: LimitObservation, moment: ObservedMoment): void {
  const windowMs = told.windowMs ?? USUAL_WINDOW_MS;
  const name = `${told.resource}/${windowMs}`;
  const before = bucket.told[name];
  if ((before?.at ?? 0) <= moment.observedAt) bucket.told[name] = nextTold(before, { told, windowMs, moment });
  const limit = bucket.told[name]?.limit;
  if (limit !== undefined) lift(bucket, { key: `told/${limitKey(limit)}`, limit }, { told, moment });
}

function nextTold(
  before: ToldLimit | undefined,
  { told, windowMs, moment }: { told: LimitObservation; windowMs: number; moment: ObservedMoment },
): ToldLimit {
  const known = before === undefined || before.guessed ? undefined : before.limit.limit;
  const guess = Math.max(before?.limit.limit ?? 0, told.remaining ?? 0);
  const size = told.limit ?? known ?? guess;
  const limit: Limit = { resource: told.resource, algorithm: "token_bucket", limit: size, windowMs };
  const guessed = told.limit === undefined && known === undefined;
  const next: ToldLimit = { limit, guessed, at: moment.observedAt };
  const resetAt = resetAtOf(told, moment);
  if (told.remaining === 0 && resetAt !== undefined) next.emptyUntil = resetAt;
  return next;
}
