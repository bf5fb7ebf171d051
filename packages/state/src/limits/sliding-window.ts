import type { Limit } from "../state.ts";
import type { LimitRules } from "./limit-rules.ts";
import { neededRoom, ROUNDING } from "./limit-rules.ts";

/** Counts of consecutive slots; at most `SLOTS + 2` of them. */
export interface SlidingWindowMeter {
  /** Number of the first slot: its time divided by the slot's length. */
  readonly first: number;
  readonly counts: readonly number[];
}

/** A window is known to a sixtieth. */
export const SLOTS = 60;

export function slotLength(windowMs: number): number {
  return Math.max(1, Math.ceil(windowMs / SLOTS));
}

/** A slot counts as long as any moment of it lies in the window, so that no true window holds more than we count. */
function oldestSlot(limit: Limit, now: number): number {
  return Math.floor((now - limit.windowMs) / slotLength(limit.windowMs));
}

/** When a slot has left the window. */
function leavesAt(limit: Limit, slot: number): number {
  return (slot + 1) * slotLength(limit.windowMs) + limit.windowMs;
}

function withoutOld(limit: Limit, meter: SlidingWindowMeter, now: number): SlidingWindowMeter {
  const oldest = oldestSlot(limit, now);
  if (meter.counts.length === 0 || meter.first >= oldest) return meter;
  return { first: oldest, counts: meter.counts.slice(oldest - meter.first) };
}

function usedAt(limit: Limit, meter: SlidingWindowMeter, now: number): number {
  let sum = 0;
  const from = Math.max(0, oldestSlot(limit, now) - meter.first);
  for (let index = from; index < meter.counts.length; index += 1) sum += meter.counts[index] ?? 0;
  return sum;
}

/** Adds to the slot of a moment. One that has left the window, or lies before what is kept, is passed over. */
function added(limit: Limit, meter: SlidingWindowMeter, change: { amount: number; at: number; now: number }) {
  const current = withoutOld(limit, meter, change.now);
  const slot = Math.floor(change.at / slotLength(limit.windowMs));
  if (current.counts.length === 0) return change.amount > 0 ? { first: slot, counts: [change.amount] } : current;
  // a clock that stepped back: the newest slot that is known takes it, so that it does not leave too early
  const index = change.amount > 0 ? Math.max(slot - current.first, current.counts.length - 1) : slot - current.first;
  if (index < 0) return current;
  const counts = [...current.counts];
  while (counts.length <= index) counts.push(0);
  counts[index] = Math.max(0, (counts[index] ?? 0) + change.amount);
  return { first: current.first, counts };
}

/** No more than the limit in any window, wherever it is laid; some 1/60 on the safe side. */
export const slidingWindow: LimitRules<SlidingWindowMeter> = {
  empty: () => ({ first: 0, counts: [] }),
  used: usedAt,
  room(limit, meter, { amount, now }) {
    if (limit.limit <= 0) return { fits: false, availableAt: Number.POSITIVE_INFINITY };
    const current = withoutOld(limit, meter, now);
    let excess = usedAt(limit, current, now) + neededRoom(limit.limit, amount) - limit.limit;
    if (excess <= ROUNDING) return { fits: true, availableAt: now };
    let index = 0;
    for (; index < current.counts.length && excess > ROUNDING; index += 1) excess -= current.counts[index] ?? 0;
    return { fits: false, availableAt: Math.max(now + 1, leavesAt(limit, current.first + index - 1)) };
  },
  take: (limit, meter, { amount, now }) => added(limit, meter, { amount, at: now, now }),
  settle(limit, meter, { takenAt, estimate, truth, now }) {
    const amount = truth - estimate;
    if (amount === 0) return meter;
    return added(limit, meter, { amount, at: amount > 0 ? now : takenAt, now });
  },
  observe(limit, meter, { used, unseen, observedAt, now }) {
    // part of what was told then has left the window since; when it was used is not told, so: evenly
    const left = Math.max(0, 1 - Math.max(0, now - observedAt) / limit.windowMs);
    const missing = used * left + unseen - usedAt(limit, meter, now);
    return missing > ROUNDING ? added(limit, meter, { amount: missing, at: now, now }) : meter;
  },
  resetAt(limit, meter, now) {
    const current = withoutOld(limit, meter, now);
    const newest = current.counts.findLastIndex((count) => count > 0);
    return newest < 0 ? now : Math.max(now, leavesAt(limit, current.first + newest));
  },
};
