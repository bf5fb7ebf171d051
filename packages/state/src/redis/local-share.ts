import type { LimitObservation, Rejection } from "@switchyard/wire";
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
import type { Moment } from "../memory/bucket-room.ts";
import { createWorld, targetOf, type World } from "../memory/world.ts";
import { setBreakerRecord } from "../rules/index.ts";
import type { BucketStatus, Reservation, Rest, Settlement, TakeCandidate, TakeResult, TargetStatus } from "../state.ts";
import { type AloneUse, type Departure, readAloneUse } from "./alone-use.ts";
import { createProbeTurns } from "./probe-turns.ts";
import { emptyView } from "./snapshot-view.ts";
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

export interface LocalShareOptions {
  now: () => number;
  /** 0…1 */
  random: () => number;
  /** Until Redis has been seen. */
  first: Share;
}

/** This gateway's place among those that cannot ask each other. */
export interface Share {
  /** Gateways that divide the limits among them. */
  sharers: number;
  /** From 0. */
  rank: number;
}

/** This gateway by itself: its part of every limit, from where the fleet stood when it was left alone. */
export interface LocalShare {
  /** Goes on from what was known; reservations in flight keep their places. */
  begin(from: Omit<Continuation, "now" | "scale" | "own">, open: Iterable<OpenReservation>, share: Share): void;
  take(candidates: readonly TakeCandidate[], wish: { id: string; dice: number; leaseMs: number }): TakeResult;
  commit(reservation: Reservation, observations: readonly LimitObservation[]): void;
  /** `byItself`: Redis does not know of the reservation; else its correction waits for Redis. */
  settle(reservation: Reservation, settlement: Settlement, byItself: boolean): void;
  renew(reservations: readonly Reservation[]): void;
  setBreaker(target: string, state: "open" | "closed"): void;
  wake(provider: string | undefined): void;
  learn(target: string, rejection: Rejection, expiresAt: number): void;
  forget(target: string): void;
  read(): { buckets: Map<string, BucketStatus>; targets: Map<string, TargetStatus>; providers: Map<string, Rest> };
  /** As it stands, for seeding. */
  readonly world: World;
  /** What it has used since it was left alone, as far as that still counts. */
  readUse(): Map<string, AloneUse[]>;
}

export function createLocalShare({ now, random, first }: LocalShareOptions): LocalShare {
  let world = createWorld();
  let scale = 1 / first.sharers;
  let turns = createProbeTurns(first.rank, first.sharers);
  let departure: Departure = { at: now(), scale, view: emptyView(now()) };
  const moment = (): Moment => ({
    now: now(),
    scale,
    probeTurn: (recoveryTimeoutMs, at) => {
      // Somebody may have tried it out a moment ago, or be at it: a whole recovery time passes before anybody alone does.
      const free = departure.at + recoveryTimeoutMs;
      return scale < 1 && at < free ? free : turns.nextTurn(recoveryTimeoutMs, at);
    },
  });

  return {
    get world() {
      return world;
    },
    begin(from, open, { sharers, rank }) {
      scale = 1 / sharers;
      turns = createProbeTurns(rank, sharers);
      const inFlight = [...open];
      departure = { at: now(), scale, view: from.view };
      world = worldFromView({ ...from, own: inFlight.map(({ reservation }) => reservation), scale, now: now() });
      for (const { reservation, leaseMs, committedAt } of inFlight) {
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
      return { ...result, reservation };
    },
    commit: (reservation, observations) => commitReservation(world, { reservation, observations }, moment()),
    settle(reservation, { used, ...rest }, byItself) {
      const settlement: Settlement = byItself && used !== undefined ? { ...rest, used } : rest;
      settleReservation(world, { reservation, settlement }, { ...moment(), random: random() });
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
    readUse: () => readAloneUse(world, departure, now()),
  };
}
