import type { World } from "../memory/world.ts";
import type { RestRecord } from "../rules/index.ts";
import type { Limit } from "../state.ts";
import type { LimitText } from "./limit-texts.ts";
import { type AloneUse, usedAfter } from "./alone-use.ts";
import type { OpenReservation } from "./local-share.ts";
import type { RecentTake } from "./recent-takes.ts";
import { leaseOf } from "./shared-store.ts";
import type { KnownLimit, SnapshotView } from "./snapshot-view.ts";

export interface Knowledge {
  /** Redis has been emptied: what it knew when it was last looked at, and how long ago that is, ms. */
  lost?: { view: SnapshotView; ageMs: number };
  /** What this gateway has learnt since. */
  world: World;
  /** What it has used without Redis, by bucket; counted once under this name. */
  alone: { id: string; use: ReadonlyMap<string, readonly AloneUse[]> };
  /** What it has taken in the Redis that is lost and no look has shown, by bucket; under the same name. */
  recent: ReadonlyMap<string, readonly RecentTake[]>;
  open: Iterable<OpenReservation>;
  switches: Readonly<Record<string, string>>;
  definitions: ReadonlyMap<string, readonly Limit[]>;
  textOf: (limits: readonly Limit[]) => LimitText;
  now: number;
}

/** What a replica knows, as the seeding script reads it. */
export function seedPayload(knowledge: Knowledge): string {
  const { world, lost, now } = knowledge;
  return JSON.stringify({
    b: bucketEntries(knowledge),
    a: [
      knowledge.alone.id,
      [...knowledge.alone.use].map(([name, uses]) => [
        ...definitionOf(name, knowledge),
        uses.map(({ resource, windowMs, amount, slots = [], part = [] }) => [resource, windowMs, amount, slots, part]),
      ]),
      [...knowledge.recent].map(([name, takes]) => [
        ...definitionOf(name, knowledge),
        takes.map(({ ageMs, requests, inputTokens, outputTokens }) => [ageMs, requests, inputTokens, outputTokens]),
      ]),
    ],
    r: [
      ...[...world.providers].map(([name, rest]) => restEntry(`p:${name}`, rest)),
      ...[...world.buckets].flatMap(([name, { rest }]) => (rest === undefined ? [] : [restEntry(`b:${name}`, rest)])),
      ...[...world.targets].flatMap(([name, { rest }]) => (rest === undefined ? [] : [restEntry(`t:${name}`, rest)])),
    ],
    t: [...world.targets].flatMap(([name, { breaker }]) => {
      const { failures, recoveryTimeoutMs = -1, probe } = breaker;
      // Nobody else tries it out while this gateway is at it.
      const openUntil = breaker.openUntil === undefined ? -1 : Math.max(breaker.openUntil, probe?.until ?? 0);
      return lost === undefined && openUntil < now ? [] : [[name, failures, openUntil, recoveryTimeoutMs]];
    }),
    l: [...knowledge.open].map(({ reservation, leaseMs }) => [leaseOf(reservation), leaseMs]),
    j: [...world.targets].flatMap(([name, { rejections }]) =>
      rejections.length === 0 ? [] : [[name, JSON.stringify(rejections)]],
    ),
    s: lost === undefined ? [] : Object.entries(knowledge.switches),
  });
}

function bucketEntries(knowledge: Knowledge): unknown[] {
  const { lost } = knowledge;
  if (lost === undefined) return [];
  const { view, ageMs } = lost;
  return [...view.buckets].map(([name, { limits }]) => [
    ...definitionOf(name, knowledge),
    limits.map((limit) => limitEntry(limit, view.takenAt, ageMs)),
  ]);
}

/** Without a definition Redis keeps the one that it has. */
function definitionOf(name: string, { definitions, textOf }: Knowledge): [name: string, digest: string, text: string] {
  const definition = definitions.get(name);
  const { digest, text } = definition === undefined ? { digest: "", text: "" } : textOf(definition);
  return [name, digest, text];
}

function limitEntry(limit: KnownLimit, takenAt: number, ageMs: number): unknown[] {
  const { resource, windowMs, inner } = limit;
  const part = inner === undefined || ageMs >= inner.windowMs ? 0 : inner.used;
  return [resource, windowMs, limit.limit, usedAfter(limit, limit.resetAt - takenAt, ageMs), part];
}

function restEntry(field: string, { failure, message, until = -1, since }: RestRecord): unknown[] {
  return [field, failure, message, until, since];
}
