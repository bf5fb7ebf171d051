import { randomBytes } from "node:crypto";
import type { Limit } from "../state.ts";
import type { Circuit } from "./circuit.ts";
import type { KeyBuilder } from "./key-builder.ts";
import type { LimitText } from "./limit-texts.ts";
import type { LocalShare, OpenReservation } from "./local-share.ts";
import type { RecentTakes } from "./recent-takes.ts";
import type { ScriptRunner } from "./script-runner.ts";
import { seedPayload } from "./seed-payload.ts";
import type { ReplicaMemory } from "./replica-memory.ts";
import { emptyView, readView, type SnapshotView } from "./snapshot-view.ts";

/** Whether this gateway shares with the others or goes on alone, and the way from one to the other. */
export interface FleetLink {
  /** Redis answers, and knows what this gateway knows. */
  readonly shared: boolean;
  /** What the last look has shown. */
  readonly view: SnapshotView;
  /** The Redis that this gateway has seeded. */
  readonly generation: string;
  /** From now on this gateway's own share answers, until a look succeeds. */
  leave(cause: unknown): void;
  /** Looks at Redis; comes back to the others where that succeeds. Rejects where Redis does not answer. */
  look(): Promise<void>;
  /** The same, where one is under way after that: who has just changed something sees it. */
  lookAnew(): Promise<void>;
  /** Does it when Redis is back; the oldest are given up beyond a bound. */
  later(step: () => Promise<unknown>): void;
}

export interface FleetLinkOptions {
  replicaId: string;
  runner: ScriptRunner;
  keys: KeyBuilder;
  circuit: Circuit;
  local: LocalShare;
  /** Reservations of this gateway, wherever they were taken. */
  open: ReadonlyMap<string, OpenReservation>;
  recent: RecentTakes;
  definitions: ReadonlyMap<string, readonly Limit[]>;
  textOf: (limits: readonly Limit[]) => LimitText;
  now: () => number;
  onChange: (store: "shared" | "alone", cause?: unknown) => void;
  /** What goes along the same way: told when the others cannot be asked, before they are asked again, and then. */
  replicas: ReplicaMemory;
  companion?: {
    leave(): void;
    join(generation: string): Promise<void>;
    joined(generation: string): Promise<void>;
    /** After every look. Never rejects. */
    looked(): Promise<void>;
  };
}

/** A replica that has not been heard of for so long is gone. */
const REPLICA_KEPT_MS = 15_000;
const MOST_LATER = 10_000;
const AT_ONCE = 100;

export function createFleetLink(options: FleetLinkOptions): FleetLink {
  const { runner, keys, local, open, recent, definitions, now } = options;
  let shared = false;
  let generation = "";
  let view: SnapshotView = { ...emptyView(now()), replicas: options.replicas.sharers };
  let seenAt = now();
  /** The view as it was looked at, without what this gateway has done since. */
  let seen = view;
  let looking: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let waiting: (() => Promise<unknown>)[] = [];
  /** The name of this gateway's time alone. */
  let absence = randomBytes(8).toString("hex");

  const readFresh = async (): Promise<SnapshotView> =>
    readView(await runner.run("snapshot", keys.shared, [options.replicaId, String(REPLICA_KEPT_MS)]));

  /** Emptied, restarted from an older file, or a replica that took over. */
  const isAnother = (found: SnapshotView): boolean => found.generation !== generation || found.run !== view.run;

  /** Puts into Redis what only this gateway knows. */
  const seed = async (found: SnapshotView): Promise<void> => {
    const emptied = found.generation === "" || (generation !== "" && isAnother(found));
    // Started from its own file, it still has what was taken since the last look, or most of it.
    const lostAll = generation !== "" && found.generation !== generation;
    const told = [...open.values()];
    const payload = seedPayload({
      // where it knows no less than this, nothing of it changes anything
      ...(emptied ? { lost: { view: lostAll ? seen : view, ageMs: now() - seenAt } } : {}),
      recent: lostAll ? recent.read() : new Map(),
      world: local.world,
      // Told again under the same name where there was no answer in time: Redis counts it once.
      alone: { id: absence, use: local.readUse() },
      open: told,
      switches: view.switches,
      definitions,
      textOf: options.textOf,
      now: now(),
    });
    const proposed = randomBytes(8).toString("hex");
    generation = String(await runner.run("seed", keys.shared, [proposed, payload]));
    for (const reservation of told) reservation.inStore = true;
  };

  const catchUp = async (): Promise<void> => {
    while (waiting.length > 0) {
      const steps = waiting.slice(0, AT_ONCE);
      // oxlint-disable-next-line no-await-in-loop -- in the order in which they came
      await Promise.all(steps.map((step) => step()));
      waiting = waiting.slice(steps.length);
    }
  };

  const lookOnce = async (): Promise<void> => {
    let mark = recent.mark();
    let fresh = await readFresh();
    if (shared && isAnother(fresh)) leave(new Error("Redis has been emptied, or is another one"));
    if (!shared) {
      await seed(fresh);
      await options.companion?.join(generation);
      await catchUp();
      mark = recent.mark();
      fresh = await readFresh();
      shared = true;
      options.onChange("shared");
      // what came up between the last look and now
      await options.companion?.joined(generation);
      await catchUp();
    }
    view = fresh;
    seen = { ...fresh, buckets: new Map(fresh.buckets) };
    seenAt = now();
    recent.seen(mark);
    options.replicas.note(view.replicas);
    await options.companion?.looked();
  };

  const leave = (cause: unknown): void => {
    if (!shared) return;
    shared = false;
    absence = randomBytes(8).toString("hex");
    options.circuit.failed();
    local.begin({ view, definitions }, open.values(), { sharers: options.replicas.sharers, rank: view.rank });
    options.companion?.leave();
    runner.giveUp();
    options.onChange("alone", cause);
  };

  const look = (): Promise<void> =>
    (looking ??= lookOnce()
      .catch((error: unknown) => {
        if (shared) leave(error);
        else options.circuit.failed();
        throw error;
      })
      .finally(() => {
        looking = undefined;
      }));

  return {
    get shared() {
      return shared;
    },
    get view() {
      return view;
    },
    get generation() {
      return generation;
    },
    leave,
    look,
    lookAnew() {
      next ??= (looking ?? Promise.resolve())
        .catch(() => {})
        .then(() => {
          next = undefined;
          return look();
        });
      return next;
    },
    later(step) {
      waiting.push(step);
      if (waiting.length > MOST_LATER) waiting.shift();
    },
  };
}
