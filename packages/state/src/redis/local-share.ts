import type { LimitObservation, Rejection } from "@switchyard/wire";
import type { Amounts } from "../limits/index.ts";
import { readBuckets, readProviders, readTargets } from "../memory/read-snapshot.ts";
import { forgetRejections, learnRejection } from "../memory/rejections.ts";
import {
  commitReservation,
  dropLate,
  renewReservation,
  settleReservation,
  wakeRests,
} from "../memory/settle-reservation.ts";
import { takeFirst } from "../memory/take-candidate.ts";
import { createWorld, targetOf, type World } from "../memory/world.ts";
import { setBreakerRecord } from "../rules/index.ts";
import type { BucketStatus, Reservation, Rest, Settlement, TakeCandidate, TakeResult, TargetStatus } from "../state.ts";
import { type Continuation, worldFromView } from "./world-from-view.ts";

/** A reservation that is neither settled nor given up. */
export interface OpenReservation {
  reservation: Reservation;
  leaseMs: number;
  /** ms since the epoch, by this gateway's clock. */
  committedAt?: number;
  /** Redis holds its lease. */
  inStore: boolean;
}

/** What was taken and settled while alone, for the others to count. */
export type AloneUse = Map<string, Amounts>;

/** This gateway by itself: its part of every limit, from where the fleet stood when it was left alone. */
export interface LocalShare {
  /** Goes on from what was known; reservations in flight keep their places. */
  begin(from: Omit<Continuation, "now" | "scale">, open: Iterable<OpenReservation>, scale: number): void;
  take(candidates: readonly TakeCandidate[], wish: { id: string; dice: number; leaseMs: number }): TakeResult;
  commit(reservation: Reservation, observations: readonly LimitObservation[]): void;
  /** `alone`: Redis does not know of the reservation, so that its correction counts as used alone. */
  settle(reservation: Reservation, settlement: Settlement, alone: boolean): void;
  renew(reservations: readonly Reservation[]): void;
  setBreaker(target: string, state: "open" | "closed"): void;
  wake(provider: string | undefined): void;
  learn(target: string, rejection: Rejection, expiresAt: number): void;
  forget(target: string): void;
  read(): { buckets: Map<string, BucketStatus>; targets: Map<string, TargetStatus>; providers: Map<string, Rest> };
  /** As it stands, for seeding. */
  readonly world: World;
  /** Hands over what was used alone since the last time. */
  collectUse(): AloneUse;
  /** Takes back what could not be told. */
  returnUse(use: AloneUse): void;
}

export function createLocalShare({ now, random }: { now: () => number; random: () => number }): LocalShare {
  let world = createWorld();
  let scale = 1;
  let alone: AloneUse = new Map();
  const moment = (): { now: number; scale: number } => ({ now: now(), scale });

  const count = (bucket: string, change: Amounts): void => {
    const sum = alone.get(bucket) ?? { requests: 0, inputTokens: 0, outputTokens: 0 };
    alone.set(bucket, {
      requests: sum.requests + change.requests,
      inputTokens: sum.inputTokens + change.inputTokens,
      outputTokens: sum.outputTokens + change.outputTokens,
    });
  };

  return {
    get world() {
      return world;
    },
    begin(from, open, part) {
      scale = part;
      world = worldFromView({ ...from, scale, now: now() });
      for (const { reservation, leaseMs, committedAt } of open) {
        const { id, bucket } = reservation;
        const known = world.open.get(bucket) ?? new Map();
        world.open.set(bucket, known);
        const charged = Object.keys(world.buckets.get(bucket)?.meters ?? {});
        const times = committedAt === undefined ? {} : { committedAt };
        known.set(id, { reservation, leaseMs, leaseUntil: now() + leaseMs, charged, ...times });
      }
    },
    take(candidates, { id, dice, leaseMs }) {
      dropLate(world, now());
      const result = takeFirst(world, candidates, { ...moment(), dice, leaseMs, newId: () => id });
      if (result.reservation === undefined) return result;
      const reservation: Reservation = { ...result.reservation, local: true };
      count(reservation.bucket, { ...reservation.candidate, requests: 1 });
      return { ...result, reservation };
    },
    commit: (reservation, observations) => commitReservation(world, { reservation, observations }, moment()),
    settle(reservation, settlement, byItself) {
      const { bucket, id, candidate } = reservation;
      const open = world.open.get(bucket)?.has(id) === true;
      settleReservation(world, { reservation, settlement }, { ...moment(), random: random() });
      if (!open || !byItself || settlement.used === undefined) return;
      const { used } = settlement;
      count(bucket, {
        requests: used.requests - 1,
        inputTokens: used.inputTokens - candidate.inputTokens,
        outputTokens: used.outputTokens - candidate.outputTokens,
      });
    },
    renew(reservations) {
      for (const reservation of reservations) renewReservation(world, reservation, now());
    },
    setBreaker(name, state) {
      const target = targetOf(world, name);
      target.breaker = setBreakerRecord(target.breaker, state, now());
    },
    wake: (provider) => wakeRests(world, provider),
    learn: (name, rejection, expiresAt) => learnRejection(targetOf(world, name), { ...rejection, expiresAt }, now()),
    forget: (name) => forgetRejections(world, name),
    read: () => ({
      buckets: readBuckets(world, moment()),
      targets: readTargets(world, now()),
      providers: readProviders(world, now()),
    }),
    collectUse() {
      const collected = alone;
      alone = new Map();
      return collected;
    },
    returnUse(use) {
      for (const [bucket, amounts] of use) count(bucket, amounts);
    },
  };
}
