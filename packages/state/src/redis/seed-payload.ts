import type { World } from "../memory/world.ts";
import type { RestRecord } from "../rules/index.ts";
import type { Limit } from "../state.ts";
import type { LimitText } from "./limit-texts.ts";
import type { AloneUse, OpenReservation } from "./local-share.ts";
import { leaseOf } from "./shared-store.ts";
import type { KnownLimit, SnapshotView } from "./snapshot-view.ts";

export interface Knowledge {
  /** Redis has been emptied: what it knew when it was last looked at, and how long ago that is, ms. */
  lost?: { view: SnapshotView; ageMs: number };
  /** What this gateway has learnt since. */
  world: World;
  alone: AloneUse;
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
    r: [
      ...[...world.providers].map(([name, rest]) => restEntry(`p:${name}`, rest)),
      ...[...world.buckets].flatMap(([name, { rest }]) => (rest === undefined ? [] : [restEntry(`b:${name}`, rest)])),
      ...[...world.targets].flatMap(([name, { rest }]) => (rest === undefined ? [] : [restEntry(`t:${name}`, rest)])),
    ],
    t: [...world.targets].flatMap(([name, { breaker }]) => {
      const { failures, openUntil = -1, recoveryTimeoutMs = -1 } = breaker;
      return lost === undefined && openUntil < now ? [] : [[name, failures, openUntil, recoveryTimeoutMs]];
    }),
    l: [...knowledge.open].map(({ reservation, leaseMs }) => [leaseOf(reservation), leaseMs]),
    j: [...world.targets].flatMap(([name, { rejections }]) =>
      rejections.length === 0 ? [] : [[name, JSON.stringify(rejections)]],
    ),
    s: lost === undefined ? [] : Object.entries(knowledge.switches),
  });
}

function bucketEntries({ lost, alone, definitions, textOf }: Knowledge): unknown[] {
  const names = new Set([...alone.keys(), ...(lost?.view.buckets.keys() ?? [])]);
  return [...names].map((name) => {
    const definition = definitions.get(name);
    // without it Redis keeps the definition that it has
    const { digest, text } = definition === undefined ? { digest: "", text: "" } : textOf(definition);
    const known = lost?.view.buckets.get(name)?.limits ?? [];
    const limits = known.map((limit) => limitEntry(limit, lost?.view.takenAt ?? 0, lost?.ageMs ?? 0));
    const { requests, inputTokens, outputTokens } = alone.get(name) ?? { requests: 0, inputTokens: 0, outputTokens: 0 };
    return [name, digest, text, limits, [requests, inputTokens, outputTokens]];
  });
}

function limitEntry(limit: KnownLimit, takenAt: number, ageMs: number): unknown[] {
  return [limit.resource, limit.windowMs, limit.limit, usedAfter(limit, limit.resetAt - takenAt, ageMs)];
}

/** What still counts of a use that was known a while ago: all of a fixed window until its end, of others less and less. */
function usedAfter({ algorithm, used }: KnownLimit, resetMs: number, ageMs: number): number {
  if (ageMs <= 0) return used;
  if (ageMs >= resetMs) return 0;
  return algorithm === "token_bucket" ? used * (1 - ageMs / resetMs) : used;
}

function restEntry(field: string, { failure, message, until = -1, since }: RestRecord): unknown[] {
  return [field, failure, message, until, since];
}
