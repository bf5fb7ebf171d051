import type { Limit } from "../state.ts";
import type { LimitRules } from "./limit-rules.ts";
import { neededRoom, ROUNDING } from "./limit-rules.ts";

/** How much is missing to a full bucket, at a moment. Told as a lack so that a changed limit needs no conversion. */
export interface TokenBucketMeter {
  readonly lack: number;
  /** ms since the epoch. */
  readonly at: number;
}

function capacityOf(limit: Limit): number {
  return limit.burst ?? limit.limit;
}

/** Units per ms. */
function rateOf(limit: Limit): number {
  return limit.limit / limit.windowMs;
}

function lackAt(limit: Limit, meter: TokenBucketMeter, now: number): number {
  return Math.max(0, meter.lack - Math.max(0, now - meter.at) * rateOf(limit));
}

function meterAt(meter: TokenBucketMeter, now: number, lack: number): TokenBucketMeter {
  return { lack: Math.max(0, lack), at: Math.max(meter.at, now) };
}

/** A bucket that refills evenly, `limit` units per window, and holds `burst`. It may go into debt by settling. */
export const tokenBucket: LimitRules<TokenBucketMeter> = {
  empty: () => ({ lack: 0, at: 0 }),
  used: lackAt,
  room(limit, meter, { amount, now }) {
    const capacity = capacityOf(limit);
    if (capacity <= 0) return { fits: false, availableAt: Number.POSITIVE_INFINITY };
    const excess = lackAt(limit, meter, now) + neededRoom(capacity, amount) - capacity;
    if (excess <= ROUNDING) return { fits: true, availableAt: now };
    return { fits: false, availableAt: now + Math.max(1, Math.ceil(excess / rateOf(limit))) };
  },
  take: (limit, meter, { amount, now }) => meterAt(meter, now, lackAt(limit, meter, now) + amount),
  settle: (limit, meter, { now, estimate, truth }) => meterAt(meter, now, lackAt(limit, meter, now) + truth - estimate),
  observe(limit, meter, { used, unseen, observedAt, now }) {
    const refilled = Math.max(0, now - observedAt) * rateOf(limit);
    const told = Math.max(0, used - refilled) + unseen;
    return meterAt(meter, now, Math.max(lackAt(limit, meter, now), told));
  },
  resetAt: (limit, meter, now) => now + Math.ceil(lackAt(limit, meter, now) / rateOf(limit)),
};
