import type { LimitedResource, LimitObservation } from "@switchyard/wire";

import { amountOf } from "../limits/index.ts";
import {
  addSample,
  commitBreaker,
  countOutcome,
  orderRest,
  renewProbe,
  restAfterSuccess,
  settleBreaker,
} from "../rules/index.ts";
import type { RestRecord } from "../rules/index.ts";
import type { Reservation, RestOrder, Settlement } from "../state.ts";
import type { Moment } from "./bucket-room.ts";
import { limitsOf, settleMeters } from "./bucket-room.ts";
import { observeBucket } from "./observe-bucket.ts";
import type { OpenReservation, World } from "./world.ts";
import { bucketOf, providerOf, targetOf } from "./world.ts";

/** An expired reservation waits so long for a late settling; then its estimate stands for good. */
const LATE_MS = 3_600_000;

export interface SettleMoment extends Moment {
  /** 0…1, for back-off. */
  random: number;
}

export function commitReservation(
  world: World,
  told: { reservation: Reservation; observations: readonly LimitObservation[] },
  moment: Moment,
): void {
  const { reservation } = told;
  const open = world.open.get(reservation.bucket)?.get(reservation.id);
  if (open === undefined) return;
  open.committedAt ??= moment.now;
  const target = targetOf(world, reservation.target);
  target.breaker = commitBreaker(target.breaker, reservation);
  observe(world, { open, observations: told.observations, observedAt: moment.now }, moment);
}

export function renewReservation(world: World, { bucket, id, target: name }: Reservation, now: number): void {
  const open = world.open.get(bucket)?.get(id);
  if (open === undefined) return;
  open.leaseUntil = now + open.leaseMs;
  const { reservation, leaseUntil } = open;
  if (!reservation.probe) return;
  const target = targetOf(world, name);
  const { recoveryTimeoutMs } = reservation.candidate.breaker;
  target.breaker = renewProbe(target.breaker, { id, takenAt: reservation.takenAt, leaseUntil, recoveryTimeoutMs });
}

export function settleReservation(
  world: World,
  { reservation: { bucket: name, id }, settlement }: { reservation: Reservation; settlement: Settlement },
  moment: SettleMoment,
): void {
  const open = world.open.get(name)?.get(id);
  if (open === undefined) return;
  world.open.get(name)?.delete(id);
  const { reservation } = open;
  const { takenAt, candidate } = reservation;
  if (settlement.used !== undefined) {
    const bucket = bucketOf(world, name);
    settleMeters(bucket, limitsOf(bucket, moment), {
      charged: open.charged,
      estimate: { ...candidate, requests: 1 },
      truth: settlement.used,
      takenAt,
      now: moment.now,
    });
  }
  const observedAt = settlement.observedAt ?? open.committedAt ?? moment.now;
  observe(world, { open, observations: settlement.observations ?? [], observedAt }, moment);
  settleTarget(world, { reservation, settlement }, moment.now);
  if (settlement.outcome === "success") restsAfterSuccess(world, reservation);
  if (settlement.rest !== undefined) applyRest(world, reservation, { order: settlement.rest, moment });
}

function observe(
  world: World,
  told: { open: OpenReservation; observations: readonly LimitObservation[]; observedAt: number },
  moment: Moment,
): void {
  if (told.observations.length === 0) return;
  const { bucket: name, id } = told.open.reservation;
  const { observedAt } = told;
  const unseen = (resource: LimitedResource): number => {
    let sum = 0;
    for (const { reservation } of world.open.get(name)?.values() ?? []) {
      if (reservation.id === id || reservation.takenAt <= observedAt) continue;
      sum += amountOf(resource, { ...reservation.candidate, requests: 1 });
    }
    return sum;
  };
  observeBucket(bucketOf(world, name), told.observations, { ...moment, observedAt, unseen });
}

function settleTarget(world: World, ended: { reservation: Reservation; settlement: Settlement }, now: number): void {
  const { reservation, settlement } = ended;
  const target = targetOf(world, reservation.target);
  const { id, probe, candidate } = reservation;
  const { outcome, firstTokenMs, outputTokensPerSecond } = settlement;
  target.breaker = settleBreaker(target.breaker, { id, probe, outcome, now, ...candidate.breaker });
  target.counts = countOutcome(target.counts, outcome, now);
  if (firstTokenMs !== undefined) target.firstTokenMs = addSample(target.firstTokenMs, firstTokenMs, now);
  if (outputTokensPerSecond !== undefined) {
    target.outputTokensPerSecond = addSample(target.outputTokensPerSecond, outputTokensPerSecond, now);
  }
  const output = outcome === "success" ? settlement.used?.outputTokens : undefined;
  if (output === undefined) return;
  target.outputTokens = addSample(target.outputTokens, output, now);
  target.outputSquares = addSample(target.outputSquares, output ** 2, now);
}

function restsAfterSuccess(world: World, { bucket, target, takenAt }: Reservation): void {
  for (const scope of [bucketOf(world, bucket), targetOf(world, target)]) {
    const rest = restAfterSuccess(scope.rest, takenAt);
    if (rest !== undefined) scope.rest = rest;
  }
  const provider = providerOf(bucket);
  const rest = restAfterSuccess(world.providers.get(provider), takenAt);
  if (rest !== undefined) world.providers.set(provider, rest);
}

function applyRest(
  world: World,
  { bucket, target }: Reservation,
  { order, moment }: { order: RestOrder; moment: SettleMoment },
): void {
  const next = (before: RestRecord | undefined): RestRecord => orderRest(before, order, moment);
  switch (order.scope) {
    case "provider": {
      const provider = providerOf(bucket);
      world.providers.set(provider, next(world.providers.get(provider)));
      return;
    }
    case "bucket":
      bucketOf(world, bucket).rest = next(bucketOf(world, bucket).rest);
      return;
    case "target":
      targetOf(world, target).rest = next(targetOf(world, target).rest);
  }
}

/** Ends the rests that last until something changes, of one provider or of all. */
export function wakeRests(world: World, provider: string | undefined): void {
  const meant = (name: string): boolean => provider === undefined || providerOf(name) === provider;
  for (const [name, rest] of world.providers) {
    if (meant(name) && rest.until === undefined) world.providers.delete(name);
  }
  for (const records of [world.buckets, world.targets]) {
    for (const [name, record] of records) {
      if (meant(name) && record.rest !== undefined && record.rest.until === undefined) delete record.rest;
    }
  }
}

/** Lets go of reservations whose owners will not settle any more. */
export function dropLate(world: World, now: number): void {
  for (const [name, open] of world.open) {
    for (const [id, { leaseUntil }] of open) if (leaseUntil + LATE_MS <= now) open.delete(id);
    if (open.size === 0) world.open.delete(name);
  }
}
