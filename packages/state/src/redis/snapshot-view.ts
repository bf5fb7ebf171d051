import type { FailureName, Rejection } from "@switchyard/wire";
import { spreadOf } from "../rules/index.ts";
import type { BucketStatus, LimitAlgorithm, LimitStatus, Rest, TargetStatus } from "../state.ts";

/** A limit's status with what a new Redis needs to count on. */
export interface KnownLimit extends LimitStatus {
  algorithm?: LimitAlgorithm;
  /** What is used of its share in the sub-window that ends now. */
  inner?: { windowMs: number; used: number };
}

export interface KnownBucket extends BucketStatus {
  limits: readonly KnownLimit[];
}

export interface KnownTarget extends TargetStatus {
  recoveryTimeoutMs?: number;
}

/** What the last look at Redis has shown, and what this gateway has done since. */
export interface SnapshotView {
  /** ms since the epoch, by Redis's clock. */
  takenAt: number;
  /** Empty: Redis knows nothing. */
  generation: string;
  /** Of the server's process: another one may have lost the last writes. */
  run: string;
  replicas: number;
  /** This gateway's place among them, from 0. */
  rank: number;
  buckets: Map<string, KnownBucket>;
  targets: Map<string, KnownTarget>;
  providers: Map<string, Rest>;
  switches: Record<string, string>;
}

export function emptyView(now: number): SnapshotView {
  return {
    takenAt: now,
    generation: "",
    run: "",
    replicas: 1,
    rank: 0,
    buckets: new Map(),
    targets: new Map(),
    providers: new Map(),
    switches: {},
  };
}

type LimitRow = [KnownLimit["resource"], number, number, number, number, LimitAlgorithm | "", number, number];
type BucketRow = [string, LimitRow[] | object, number, number, number, number];
type TargetRow = [string, number, number, number, number, number, number, number, number, number];
type RestRow = [string, FailureName, string, number, number];

interface SnapshotAnswer {
  now: number;
  generation: string;
  run: string;
  replicas: number;
  rank: number;
  b: BucketRow[] | object;
  t: TargetRow[] | object;
  r: RestRow[] | object;
}

/** Reads the answer of the snapshot script. */
export function readView(answer: unknown): SnapshotView {
  const [text, rejections, switches] = answer as [string, string[], string[]];
  const told = JSON.parse(text) as SnapshotAnswer;
  const view = emptyView(told.now);
  view.generation = told.generation;
  view.run = told.run;
  view.replicas = told.replicas;
  view.rank = told.rank;
  for (const row of rows(told.b)) view.buckets.set(row[0], readBucket(row));
  for (const row of rows(told.t)) view.targets.set(row[0], readTarget(row, told.now));
  for (const [name, list] of pairs(rejections)) {
    const known = JSON.parse(list) as (Rejection & { expiresAt: number })[];
    targetOf(view, name).rejections = known.filter(({ expiresAt }) => expiresAt > told.now);
  }
  for (const row of rows(told.r)) putRest(view, row[0], readRest(row));
  view.switches = Object.fromEntries(pairs(switches));
  return view;
}

/** The scripts' JSON writes an empty list as {}. */
function rows<Row>(list: Row[] | object): Row[] {
  return Array.isArray(list) ? list : [];
}

function pairs(list: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let at = 0; at + 1 < list.length; at += 2) result.push([list[at] ?? "", list[at + 1] ?? ""]);
  return result;
}

function readBucket([, limitRows, empty, share, fullest, fullestUntil]: BucketRow): KnownBucket {
  const limits = rows(limitRows).map(([resource, windowMs, limit, used, resetAt, algorithm, innerMs, innerUsed]) => ({
    resource,
    windowMs,
    limit,
    used,
    resetAt,
    ...(algorithm === "" ? {} : { algorithm }),
    ...(innerMs === 0 ? {} : { inner: { windowMs: innerMs, used: innerUsed } }),
  }));
  const bucket: KnownBucket = { limits, load: undefined, share };
  if (fullest >= 0) bucket.utilization = { used: fullest, resetAt: fullestUntil };
  bucket.load = loadOf(limits, empty === 1 ? 1 : bucket.utilization?.used);
  return bucket;
}

/** 0…1 of the fullest. */
export function loadOf(limits: readonly LimitStatus[], least: number | undefined): number | undefined {
  let load = least;
  for (const { limit, used } of limits) load = Math.max(load ?? 0, limit > 0 ? used / limit : 1);
  return load === undefined ? undefined : Math.min(1, load);
}

function readTarget(
  [, failures, openUntil, recovery, first, rate, successes, losses, output, square]: TargetRow,
  now: number,
): KnownTarget {
  const attempts = successes + losses;
  const target: KnownTarget = { breaker: "closed", failuresInRow: failures, attempts, rejections: [] };
  if (openUntil >= 0) {
    target.breaker = openUntil > now ? "open" : "half_open";
    target.openUntil = openUntil;
  }
  if (recovery >= 0) target.recoveryTimeoutMs = recovery;
  if (first >= 0) target.firstTokenMs = first;
  if (rate >= 0) target.outputTokensPerSecond = rate;
  if (output >= 0) target.output = spreadOf(output, square);
  if (attempts > 0) target.successRate = successes / attempts;
  return target;
}

export function targetOf(view: SnapshotView, name: string): KnownTarget {
  const known = view.targets.get(name);
  if (known !== undefined) return known;
  const target: KnownTarget = { breaker: "closed", failuresInRow: 0, attempts: 0, rejections: [] };
  view.targets.set(name, target);
  return target;
}

function readRest([, failure, message, until]: RestRow): Rest {
  return until < 0 ? { failure, message } : { failure, message, until };
}

/** `field` as the scripts name it: "p:provider", "b:bucket", "t:target". */
function putRest(view: SnapshotView, field: string, rest: Rest): void {
  const name = field.slice(2);
  if (field.startsWith("p:")) view.providers.set(name, rest);
  if (field.startsWith("t:")) targetOf(view, name).rest = rest;
  if (!field.startsWith("b:")) return;
  const bucket = view.buckets.get(name) ?? { limits: [], load: undefined, share: 1 };
  view.buckets.set(name, { ...bucket, rest });
}
