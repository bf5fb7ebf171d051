import type { LimitedResource, LimitObservation } from "@switchyard/wire";

import type { CountedLimit } from "../limits/index.ts";
import {
  changeMeter,
  countedLimits,
  emptyMeter,
  limitKey,
  matchObservation,
  meaningful,
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
  const resetAt = resetAtOf(told, moment);
  const entry = { resource: told.resource, used: told.utilization ?? 0 };
  const key = `${told.resource}/${told.windowMs ?? USUAL_WINDOW_MS}`;
  bucket.utilizations[key] = resetAt === undefined ? entry : { ...entry, resetAt };
}

function observeConfigured(
  bucket: BucketRecord,
  configured: Limit,
  { told, moment }: { told: LimitObservation; moment: ObservedMoment },
): void {
  const key = limitKey(configured);
  if (told.limit !== undefined) bucket.caps[key] = told.limit;
  if (told.remaining === undefined) return;
  const [counted] = countedLimits([configured], { caps: bucket.caps, scale: moment.scale });
  if (counted === undefined) return;
  const used = (told.limit ?? configured.limit) - told.remaining;
  lift(bucket, counted, { used, resetAt: resetAtOf(told, moment), moment });
}

/** `used` is what all have used of the whole limit; of a share, we count our share of it. */
function lift(
  bucket: BucketRecord,
  { key, limit }: CountedLimit,
  { used, resetAt, moment }: { used: number; resetAt: number | undefined; moment: ObservedMoment },
): void {
  const { observedAt, now } = moment;
  const seen = {
    used: Math.max(0, used) * Math.min(1, moment.scale),
    unseen: moment.unseen(limit.resource),
    observedAt,
    now,
  };
  bucket.meters[key] = changeMeter(bucket.meters[key] ?? emptyMeter(limit), (rules, meter) =>
    rules.observe(limit, meter, resetAt === undefined ? seen : { ...seen, resetAt }),
  );
}

function observeTold(bucket: BucketRecord, told: LimitObservation, moment: ObservedMoment): void {
  const windowMs = told.windowMs ?? USUAL_WINDOW_MS;
  const name = `${told.resource}/${windowMs}`;
  const before = bucket.told[name];
  const next = nextTold(before, told, { windowMs, resetAt: resetAtOf(told, moment) });
  bucket.told[name] = next;
  if (told.remaining === undefined || next.limit.limit <= 0) return;
  const [counted] = countedLimits([next.limit], { caps: {}, scale: moment.scale });
  if (counted === undefined) return;
  const used = next.limit.limit - told.remaining;
  lift(bucket, { ...counted, key: `told/${counted.key}` }, { used, resetAt: resetAtOf(told, moment), moment });
}

function nextTold(
  before: ToldLimit | undefined,
  told: LimitObservation,
  { windowMs, resetAt }: { windowMs: number; resetAt: number | undefined },
): ToldLimit {
  const known = before === undefined || before.guessed ? undefined : before.limit.limit;
  const guess = Math.max(before?.limit.limit ?? 0, told.remaining ?? 0);
  const size = told.limit ?? known ?? guess;
  const limit: Limit = { resource: told.resource, algorithm: "token_bucket", limit: size, windowMs };
  const next: ToldLimit = { limit, guessed: told.limit === undefined && known === undefined };
  if (told.remaining === 0 && resetAt !== undefined) next.emptyUntil = resetAt;
  return next;
}
