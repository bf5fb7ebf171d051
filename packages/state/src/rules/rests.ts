import type { FailureName } from "@switchyard/wire";

import type { Rest, RestOrder } from "../state.ts";
import { BACK_OFF_FORGET_MS, backOffMs } from "./back-off.ts";
import { returnShare, returnStepMs } from "./return-steps.ts";

/** A rest that lasts or has lasted: it is kept past its end for the return by steps and the next back-off. */
export interface RestRecord {
  readonly failure: FailureName;
  readonly message: string;
  /** ms since the epoch; absent: until something changes. */
  readonly until?: number;
  readonly since: number;
  /** How many rests without a stated end came one after the other, without a success between. */
  readonly level: number;
}

export function isResting(record: RestRecord | undefined, now: number): boolean {
  return record !== undefined && (record.until === undefined || record.until > now);
}

/** The rest after one more order: the later end wins, and failures of one burst raise the back-off once. */
export function orderRest(
  record: RestRecord | undefined,
  order: RestOrder,
  when: { now: number; random: number },
): RestRecord {
  const { now } = when;
  const told = { failure: order.failure, message: order.message };
  const current = isResting(record, now) ? record : undefined;
  if (order.until === "change") return { ...told, since: current?.since ?? now, level: 0 };
  if (current !== undefined) {
    const { until } = order;
    const longer = until !== undefined && current.until !== undefined && until > current.until;
    return longer ? { ...current, ...told, until } : current;
  }
  if (order.until !== undefined) return { ...told, since: now, until: order.until, level: record?.level ?? 0 };
  const recent = record?.until !== undefined && now - record.until < BACK_OFF_FORGET_MS;
  const before = recent ? record.level : 0;
  return { ...told, since: now, until: now + backOffMs(before, when.random), level: before + 1 };
}

/** After a success of an attempt that began when the rest was over: the next back-off is a first one. */
export function restAfterSuccess(record: RestRecord | undefined, takenAt: number): RestRecord | undefined {
  if (record?.until === undefined || takenAt < record.until) return record;
  return record.level === 0 ? record : { ...record, level: 0 };
}

/** The part of its traffic that a bucket gets now. */
export function shareAfterRest(
  record: RestRecord | undefined,
  shortestWindowMs: number | undefined,
  now: number,
): number {
  if (record?.until === undefined || record.until > now) return 1;
  return returnShare(now - record.until, returnStepMs(shortestWindowMs, record.until - record.since));
}

/** As the snapshot tells it; undefined: not resting. */
export function restStatus(record: RestRecord | undefined, now: number): Rest | undefined {
  if (record === undefined || !isResting(record, now)) return undefined;
  const rest: Rest = { failure: record.failure, message: record.message };
  if (record.until !== undefined) rest.until = record.until;
  return rest;
}
