import { breakerGate, isResting, shareAfterRest, startProbe } from "../rules/index.ts";
import type { Limit, Reservation, Skip, TakeCandidate, TakeResult } from "../state.ts";
import type { Moment } from "./bucket-room.ts";
import { charge, isOfProvider, limitsOf, whyNoRoom } from "./bucket-room.ts";
import type { World } from "./world.ts";
import { bucketOf, openPlaces, providerOf, targetOf } from "./world.ts";

export const DEFAULT_LEASE_MS = 30_000;

export interface TakeMoment extends Moment {
  /** 0…1. */
  dice: number;
  leaseMs: number;
  newId(): string;
}

/** Reserves the first candidate with room; those that return by steps and lost their throw, when nobody else has any. */
export function takeFirst(world: World, candidates: readonly TakeCandidate[], moment: TakeMoment): TakeResult {
  const skipped: Skip[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const skip = whySkip(world, candidate, { moment, steps: true });
    if (skip === undefined) return { reservation: reserve(world, { candidate, index }, moment), skipped };
    skipped.push({ index, ...skip });
  }
  for (const { index, reason } of skipped) {
    const candidate = candidates[index];
    if (reason !== "returning" || candidate === undefined) continue;
    const skip = whySkip(world, candidate, { moment, steps: false });
    if (skip === undefined) {
      const others = skipped.filter((one) => one.index !== index);
      return { reservation: reserve(world, { candidate, index }, moment), skipped: others };
    }
    skipped[index] = { index, ...skip };
  }
  return { skipped };
}

function whySkip(
  world: World,
  candidate: TakeCandidate,
  { moment, steps }: { moment: TakeMoment; steps: boolean },
): Omit<Skip, "index"> | undefined {
  const { now } = moment;
  const restUntil = restEnd(world, candidate, now);
  if (restUntil !== undefined) return { reason: "resting", availableAt: restUntil };
  const gate = breakerGate(targetOf(world, candidate.target).breaker, now);
  if (!gate.passes) return { reason: "breaker", availableAt: gate.availableAt };
  const turn = gate.probe ? moment.probeTurn?.(candidate.breaker.recoveryTimeoutMs, now) : undefined;
  if (turn !== undefined) return { reason: "breaker", availableAt: turn };
  if (steps) {
    const share = bucketShare(world, candidate.bucket, { limits: candidate.limits, now });
    if (share < 1 && moment.dice >= share) return { reason: "returning", availableAt: now };
  }
  const bucket = bucketOf(world, candidate.bucket);
  bucket.limits = candidate.limits;
  const full = whyNoRoom(bucket, {
    amounts: { ...candidate, requests: 1 },
    open: openPlaces(world, candidate.bucket, { now, ofProvider: candidate.limits.some(isOfProvider) }),
    limits: limitsOf(bucket, moment),
    now,
  });
  return full === undefined ? undefined : { reason: "limit", ...full };
}

/** The latest end of what rests: its provider, its bucket or itself. */
function restEnd(world: World, candidate: TakeCandidate, now: number): number | undefined {
  const rests = [
    world.providers.get(providerOf(candidate.bucket)),
    world.buckets.get(candidate.bucket)?.rest,
    world.targets.get(candidate.target)?.rest,
  ];
  let end: number | undefined;
  for (const rest of rests) {
    if (isResting(rest, now)) end = Math.max(end ?? 0, rest?.until ?? Number.POSITIVE_INFINITY);
  }
  return end;
}

/** The part of its traffic that a bucket gets: after its own rest, and after its provider's. */
export function bucketShare(
  world: World,
  name: string,
  { limits, now }: { limits: readonly Limit[]; now: number },
): number {
  const own = world.buckets.get(name)?.rest;
  const whole = world.providers.get(providerOf(name));
  if (own === undefined && whole === undefined) return 1;
  const windows = limits.filter(({ resource }) => resource !== "concurrency").map(({ windowMs }) => windowMs);
  const shortest = windows.length === 0 ? undefined : Math.min(...windows);
  return Math.min(shareAfterRest(own, shortest, now), shareAfterRest(whole, shortest, now));
}

function reserve(
  world: World,
  { candidate, index }: { candidate: TakeCandidate; index: number },
  moment: TakeMoment,
): Reservation {
  const { now, leaseMs } = moment;
  const { bucket: name, target: targetName } = candidate;
  const bucket = bucketOf(world, name);
  const target = targetOf(world, targetName);
  const id = moment.newId();
  const { probe } = breakerGate(target.breaker, now);
  if (probe) {
    const { recoveryTimeoutMs } = candidate.breaker;
    target.breaker = startProbe(target.breaker, { id, now, leaseMs, recoveryTimeoutMs });
  }
  const charged = charge(bucket, limitsOf(bucket, moment), { amounts: { ...candidate, requests: 1 }, now });
  const reservation: Reservation = {
    id,
    index,
    bucket: name,
    target: targetName,
    probe,
    candidate,
    takenAt: now,
    local: false,
  };
  const open = world.open.get(name) ?? new Map();
  world.open.set(name, open);
  open.set(id, { reservation, leaseMs, leaseUntil: now + leaseMs, charged });
  return reservation;
}
