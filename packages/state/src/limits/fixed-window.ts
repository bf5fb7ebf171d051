import type { Limit } from "../state.ts";
import type { LimitRules } from "./limit-rules.ts";
import { neededRoom, ROUNDING } from "./limit-rules.ts";

/** What was used in the window that began at `start`. */
export interface FixedWindowMeter {
  /** ms since the epoch. */
  readonly start: number;
  readonly used: number;
  /** Where this meter's windows begin, as the upstream told; absent: where the limit says. */
  readonly offsetMs?: number;
}

function startOf(limit: Limit, meter: FixedWindowMeter, now: number): number {
  const offset = meter.offsetMs ?? limit.offsetMs ?? 0;
  return Math.floor((now - offset) / limit.windowMs) * limit.windowMs + offset;
}

function meterAt(limit: Limit, meter: FixedWindowMeter, now: number): FixedWindowMeter {
  const start = startOf(limit, meter, now);
  return start <= meter.start ? meter : { ...meter, start, used: 0 };
}

/** Counts that begin anew at every multiple of the window (shifted by `offsetMs`: midnight of the provider's day). */
export const fixedWindow: LimitRules<FixedWindowMeter> = {
  empty: () => ({ start: 0, used: 0 }),
  used: (limit, meter, now) => meterAt(limit, meter, now).used,
  room(limit, meter, { amount, now }) {
    if (limit.limit <= 0) return { fits: false, availableAt: Number.POSITIVE_INFINITY };
    const current = meterAt(limit, meter, now);
    const excess = current.used + neededRoom(limit.limit, amount) - limit.limit;
    if (excess <= ROUNDING) return { fits: true, availableAt: now };
    return { fits: false, availableAt: Math.max(now + 1, current.start + limit.windowMs) };
  },
  take(limit, meter, { amount, now }) {
    const current = meterAt(limit, meter, now);
    return { ...current, used: current.used + amount };
  },
  settle(limit, meter, { takenAt, estimate, truth, now }) {
    const current = meterAt(limit, meter, now);
    const change = truth - estimate;
    if (change < 0 && takenAt < current.start) return current;
    return { ...current, used: Math.max(0, current.used + change) };
  },
  observe(limit, meter, { used, unseen, observedAt, resetAt, now }) {
    const current = meterAt(limit, meter, now);
    const aligned = resetAt !== undefined && resetAt <= observedAt + limit.windowMs;
    // a word about a window that has passed says nothing of this one
    if (aligned ? resetAt <= now : observedAt < current.start) return current;
    const lifted = Math.max(current.used, used + unseen);
    if (!aligned) return { ...current, used: lifted };
    return { start: resetAt - limit.windowMs, used: lifted, offsetMs: resetAt % limit.windowMs };
  },
  resetAt(limit, meter, now) {
    const current = meterAt(limit, meter, now);
    return current.used > 0 ? current.start + limit.windowMs : now;
  },
};
