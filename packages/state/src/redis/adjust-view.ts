import { amountOf, type Amounts } from "../limits/index.ts";
import { providerOf } from "../memory/world.ts";
import type { Reservation, Rest, RestOrder, Settlement } from "../state.ts";
import { loadOf, type SnapshotView, targetOf } from "./snapshot-view.ts";

/** What a taken reservation changes until Redis is looked at anew, so that ranking does not lag behind. */
export function viewTaken(view: SnapshotView, { bucket, candidate }: Reservation): void {
  addUse(view, bucket, { ...candidate, requests: 1 }, 1);
}

export function viewSettled(view: SnapshotView, reservation: Reservation, settlement: Settlement, now: number): void {
  const { candidate } = reservation;
  const used = settlement.used ?? { ...candidate, requests: 1 };
  const change = {
    requests: used.requests - 1,
    inputTokens: used.inputTokens - candidate.inputTokens,
    outputTokens: used.outputTokens - candidate.outputTokens,
  };
  addUse(view, reservation.bucket, change, -1);
  countEnd(view, reservation, settlement.outcome, now);
  if (settlement.rest !== undefined) addRest(view, reservation, settlement.rest);
}

function addUse(view: SnapshotView, name: string, change: Amounts, places: number): void {
  const bucket = view.buckets.get(name);
  if (bucket === undefined) return;
  const limits = bucket.limits.map((limit) => {
    const amount = limit.resource === "concurrency" ? places : amountOf(limit.resource, change);
    const { inner } = limit;
    const used = Math.max(0, limit.used + amount);
    return inner === undefined
      ? { ...limit, used }
      : { ...limit, used, inner: { ...inner, used: Math.max(0, inner.used + amount) } };
  });
  view.buckets.set(name, { ...bucket, limits, load: loadOf(limits, bucket.utilization?.used) });
}

function countEnd(view: SnapshotView, reservation: Reservation, outcome: Settlement["outcome"], now: number): void {
  if (outcome === "neutral") return;
  const target = { ...targetOf(view, reservation.target) };
  view.targets.set(reservation.target, target);
  const successes = (target.successRate ?? 0) * target.attempts + (outcome === "success" ? 1 : 0);
  target.attempts += 1;
  target.successRate = successes / target.attempts;
  if (target.breaker !== "closed") return;
  target.failuresInRow = outcome === "success" ? 0 : target.failuresInRow + 1;
  const { failureThreshold, recoveryTimeoutMs } = reservation.candidate.breaker;
  if (target.failuresInRow < failureThreshold) return;
  target.breaker = "open";
  target.openUntil = now + recoveryTimeoutMs;
}

/** A back-off's end is Redis's to tell: its beginning is enough until then. */
const BACK_OFF_AT_LEAST_MS = 1000;

function addRest(view: SnapshotView, { bucket, target }: Reservation, order: RestOrder): void {
  const rest: Rest = { failure: order.failure, message: order.message };
  if (order.until === undefined) rest.until = view.takenAt + BACK_OFF_AT_LEAST_MS;
  else if (order.until !== "change") rest.until = order.until;
  if (order.scope === "provider") view.providers.set(providerOf(bucket), rest);
  if (order.scope === "target") view.targets.set(target, { ...targetOf(view, target), rest });
  const known = view.buckets.get(bucket);
  if (order.scope === "bucket" && known !== undefined) view.buckets.set(bucket, { ...known, rest });
}
