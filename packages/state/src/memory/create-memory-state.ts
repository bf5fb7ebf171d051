import { randomUUID } from "node:crypto";

import type { Snapshot, State } from "../state.ts";
import { setBreakerRecord } from "../rules/index.ts";
import type { Moment } from "./bucket-room.ts";
import { readBuckets, readProviders, readTargets } from "./read-snapshot.ts";
import { createRecordRing } from "./record-ring.ts";
import { createSessionStore } from "./session-store.ts";
import { commitReservation, dropLate, renewReservation, settleReservation, wakeRests } from "./settle-reservation.ts";
import type { SavedState } from "./snapshot-file.ts";
import { readSnapshotFile } from "./snapshot-file.ts";
import { createSpendSums } from "./spend-sums.ts";
import { createStateSaver } from "./state-saver.ts";
import { DEFAULT_LEASE_MS, takeFirst } from "./take-candidate.ts";
import { forgetRejections, learnRejection } from "./rejections.ts";
import type { World } from "./world.ts";
import { createWorld, targetOf } from "./world.ts";

export interface MemoryStateOptions {
  /** ms since the epoch. */
  now?: () => number;
  /** Read at start, written every 10 s and at close. */
  snapshotFile?: string;
  /** Default 10,000. */
  maxSessions?: number;
  /** Default 50,000. */
  maxRecords?: number;
  /** Of all records together; default 64 MiB. */
  maxRecordBytes?: number;
  /** 0…1. */
  random?: () => number;
  /** 0…1: this gateway's part of every limit; asked at every call. Default 1. */
  scale?: () => number;
  /** The snapshot file could not be read or written; the state goes on without it. */
  onProblem?: (message: string, cause: unknown) => void;
}

/** A snapshot that is asked for again within this time is the same one. */
const SNAPSHOT_AGE_MS = 100;
const SWEEP_EVERY_MS = 60_000;

/** What one gateway knows by itself, in its own memory. */
export function createMemoryState(options: MemoryStateOptions = {}): State {
  const { now = Date.now, random = Math.random, scale = () => 1, snapshotFile, onProblem = () => {} } = options;
  const saved = snapshotFile === undefined ? undefined : readSaved(snapshotFile, onProblem);
  const world = worldFrom(saved);
  const sessions = createSessionStore(options.maxSessions ?? 10_000, saved?.sessions ?? []);
  const records = createRecordRing(options.maxRecords ?? 50_000, options.maxRecordBytes ?? 64 * 1024 * 1024);
  const turns = new Map<string, number>(saved?.turns ?? []);
  const switches = new Map<string, string>(saved?.switches ?? []);
  const spend = createSpendSums({ now, known: saved?.spend ?? [] });
  const moment = (): Moment => ({ now: now(), scale: scale() });
  const view = createView({ world, switches, moment });
  const saver = createStateSaver({
    path: snapshotFile,
    onProblem,
    read: () => saveWorld(world, { switches, turns, sessions: sessions.entries(), spend: spend.entries() }),
  });
  let sweptAt = now();
  const sweep = (time: number): void => {
    if (time - sweptAt < SWEEP_EVERY_MS) return;
    sweptAt = time;
    dropLate(world, time);
  };

  return {
    async take(candidates, { dice = random(), leaseMs = DEFAULT_LEASE_MS } = {}) {
      const current = moment();
      sweep(current.now);
      return takeFirst(world, candidates, { ...current, dice, leaseMs, newId: randomUUID });
    },
    async commit(reservation, observations = []) {
      commitReservation(world, { reservation, observations }, moment());
      if (reservation.probe) view.forget();
    },
    async settle(reservation, settlement) {
      settleReservation(world, { reservation, settlement }, { ...moment(), random: random() });
      // What makes the next request go elsewhere is seen at once; counts may lag.
      if (settlement.rest !== undefined || settlement.outcome === "failure") view.forget();
    },
    async renew(reservations) {
      for (const reservation of reservations) renewReservation(world, reservation, now());
    },
    snapshot: view.read,
    async refresh() {
      view.forget();
    },
    async setBreaker(name, state) {
      const target = targetOf(world, name);
      target.breaker = setBreakerRecord(target.breaker, state, now());
      view.forget();
    },
    async wake(provider) {
      wakeRests(world, provider);
      view.forget();
    },
    readSession: async (key) => sessions.read(key, now()),
    async writeSession(key, place) {
      sessions.write(key, place, now());
    },
    async learn(name, rejection, expiresAt) {
      learnRejection(targetOf(world, name), { ...rejection, expiresAt }, now());
      view.forget();
    },
    async forget(name) {
      forgetRejections(world, name);
      view.forget();
    },
    async nextTurn(name) {
      const turn = turns.get(name) ?? 0;
      turns.set(name, turn + 1);
      return turn;
    },
    readSwitches: async () => Object.fromEntries(switches),
    async writeSwitch(name, value) {
      if (value === undefined) switches.delete(name);
      else switches.set(name, value);
      view.forget();
    },
    reserveSpend: async (request) => spend.reserve(request, { id: randomUUID(), local: false }),
    async settleSpend(reservation, used) {
      spend.settle(reservation, used);
    },
    async correctSpend(sums) {
      spend.correct(sums);
    },
    readSpend: async (asked) => spend.read(asked),
    keepRecord: (id, record) => records.keep(id, record, now()),
    readRecord: async (id) => records.read(id, now()),
    recentRecords: async (limit) => records.recent(limit, now()),
    close: saver.close,
  };
}

function readSaved(path: string, onProblem: (message: string, cause: unknown) => void): SavedState | undefined {
  try {
    return readSnapshotFile(path);
  } catch (error) {
    onProblem("the saved state cannot be read, so it begins anew", error);
    return undefined;
  }
}

function worldFrom(saved: SavedState | undefined): World {
  const world = createWorld();
  if (saved === undefined) return world;
  world.buckets = new Map(saved.buckets);
  world.targets = new Map(saved.targets);
  world.providers = new Map(saved.providers);
  return world;
}

function saveWorld(
  world: World,
  rest: { switches: ReadonlyMap<string, string>; turns: ReadonlyMap<string, number> } & Pick<
    SavedState,
    "sessions" | "spend"
  >,
): SavedState {
  return {
    buckets: [...world.buckets],
    targets: [...world.targets].map(([name, target]) => {
      // whoever tries a breaker out does not outlive the process
      const { probe: _, ...breaker } = target.breaker;
      return [name, { ...target, breaker }];
    }),
    providers: [...world.providers],
    switches: [...rest.switches],
    turns: [...rest.turns],
    sessions: rest.sessions,
    spend: rest.spend,
  };
}

/** Reads the world for a snapshot, at most ten times a second. */
function createView({
  world,
  switches,
  moment,
}: {
  world: World;
  switches: ReadonlyMap<string, string>;
  moment: () => Moment;
}): { read: () => Snapshot; forget: () => void } {
  let last: Snapshot | undefined;
  return {
    forget() {
      last = undefined;
    },
    read() {
      const current = moment();
      if (last !== undefined && Math.abs(current.now - last.takenAt) < SNAPSHOT_AGE_MS) return last;
      last = {
        takenAt: current.now,
        buckets: readBuckets(world, current),
        targets: readTargets(world, current.now),
        providers: readProviders(world, current.now),
        switches: Object.fromEntries(switches),
        replicas: 1,
        store: "memory",
      };
      return last;
    },
  };
}
