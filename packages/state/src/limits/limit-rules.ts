import type { Limit } from "../state.ts";

/** Whether an amount fits now, and if not, when it would if nobody took anything meanwhile (ms since the epoch). */
export interface Room {
  fits: boolean;
  /** Infinity: never. */
  availableAt: number;
}

/** An amount that was reserved, and what it was in truth. */
export interface Settling {
  takenAt: number;
  estimate: number;
  truth: number;
}

/** What an upstream says was used of a limit at a moment. */
export interface Sighting {
  used: number;
  /** What we have reserved since then, which that count cannot contain. */
  unseen: number;
  /** ms since the epoch. */
  observedAt: number;
  /** ms since the epoch: the upstream's own reset. */
  resetAt?: number;
}

/**
 * One way to enforce a limit, as pure functions of plain values: a meter goes in, a new one comes out. Time is ms since
 * the epoch; a clock that steps back is taken for one that stands still.
 *
 * An amount larger than the whole limit fits while nothing is used: estimates can be too high, and shares of a limit
 * can be smaller than what the whole limit allows. The upstream decides then; what follows waits.
 */
export interface LimitRules<Meter> {
  empty(): Meter;
  /** Used now, reservations included. */
  used(limit: Limit, meter: Meter, now: number): number;
  room(limit: Limit, meter: Meter, wish: { amount: number; now: number }): Room;
  take(limit: Limit, meter: Meter, wish: { amount: number; now: number }): Meter;
  /**
   * The truth in place of the estimate. What was reserved too much goes back to where it was taken (nowhere, where that
   * has passed); what was used beyond the estimate counts as used now.
   */
  settle(limit: Limit, meter: Meter, change: Settling & { now: number }): Meter;
  /** used = max(ours, what the upstream counts + what it cannot have seen yet): an observation never takes back. */
  observe(limit: Limit, meter: Meter, seen: Sighting & { now: number }): Meter;
  /** When the meter is as if nothing had been used. */
  resetAt(limit: Limit, meter: Meter, now: number): number;
}

/** What must be free for an amount to pass: see above for amounts beyond the limit. */
export function neededRoom(limit: number, amount: number): number {
  return Math.min(amount, limit);
}

/** Sums of token counts are whole; rates are not, so that comparisons allow for their rounding. */
export const ROUNDING = 1e-6;
