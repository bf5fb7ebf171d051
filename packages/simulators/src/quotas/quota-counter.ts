import type { CompleteQuotaRule } from "./quota-rule.ts";

/** Counts one quota, exactly as its algorithm is defined. Times are ms since the epoch and never go back. */
export interface QuotaCounter {
  /** Units that could be spent at this moment; negative where more was produced than the quota holds. */
  room(now: number): number;
  /** Units that the whole window has left: what a provider tells, whatever it allows at this moment. */
  left(now: number): number;
  /** Counts, whether there is room or not. */
  spend(now: number, amount: number): void;
  /** ms until there is room for so much, if nothing else is spent; more than fits at all waits until all is free. */
  waitFor(now: number, amount: number): number;
  /** ms until it is as if nothing had been spent. */
  resetAfter(now: number): number;
}

export function createQuotaCounter(rule: CompleteQuotaRule): QuotaCounter {
  if (rule.resource === "concurrency") return createConcurrency(rule.limit);
  switch (rule.algorithm) {
    case "token_bucket":
      return createTokenBucket({ ...rule, capacity: rule.burst ?? rule.limit });
    case "fixed_window":
      return createFixedWindow(rule.limit, rule.windowMs);
    case "sliding_window":
      return createSlidingWindow(rule.limit, rule.windowMs);
    case "sub_windows": {
      const subWindowMs = rule.subWindowMs ?? rule.windowMs / 6;
      const share = Math.max(1, (rule.limit * subWindowMs) / rule.windowMs);
      return createSubWindows(createFixedWindow(rule.limit, rule.windowMs), createFixedWindow(share, subWindowMs));
    }
  }
}

/** Fills continuously; holds at most its capacity. */
function createTokenBucket(options: { limit: number; windowMs: number; capacity: number }): QuotaCounter {
  const { limit, windowMs, capacity } = options;
  const perMs = limit / windowMs;
  let level = capacity;
  let at: number | undefined;
  const refill = (now: number): number => {
    level = Math.min(capacity, level + (now - (at ?? now)) * perMs);
    at = now;
    return level;
  };
  return {
    room: refill,
    left: refill,
    spend(now, amount) {
      refill(now);
      level -= amount;
    },
    waitFor: (now, amount) => Math.max(0, (Math.min(amount, capacity) - refill(now)) / perMs),
    resetAfter: (now) => (capacity - refill(now)) / perMs,
  };
}

/** Empty again at every full window of the clock. */
function createFixedWindow(limit: number, windowMs: number): QuotaCounter {
  let window = Number.NEGATIVE_INFINITY;
  let used = 0;
  const current = (now: number): number => {
    const index = Math.floor(now / windowMs);
    if (index !== window) used = 0;
    window = index;
    return used;
  };
  const untilNext = (now: number): number => (Math.floor(now / windowMs) + 1) * windowMs - now;
  const room = (now: number): number => limit - current(now);
  return {
    room,
    left: room,
    spend(now, amount) {
      current(now);
      used += amount;
    },
    waitFor: (now, amount) => (limit - current(now) >= Math.min(amount, limit) ? 0 : untilNext(now)),
    resetAfter: (now) => (current(now) === 0 ? 0 : untilNext(now)),
  };
}

/** A log of what was spent when: everything of the last window counts, to the millisecond. */
function createSlidingWindow(limit: number, windowMs: number): QuotaCounter {
  const log: { at: number; amount: number }[] = [];
  let used = 0;
  const prune = (now: number): void => {
    const first = log.findIndex(({ at }) => at > now - windowMs);
    const gone = log.splice(0, first === -1 ? log.length : first);
    for (const { amount } of gone) used -= amount;
    if (log.length === 0) used = 0;
  };
  const room = (now: number): number => {
    prune(now);
    return limit - used;
  };
  return {
    room,
    left: room,
    spend(now, amount) {
      prune(now);
      if (amount === 0) return;
      const last = log.at(-1);
      if (last?.at === now) last.amount += amount;
      else log.push({ at: now, amount });
      used += amount;
    },
    waitFor(now, amount) {
      prune(now);
      const wanted = Math.min(amount, limit);
      let free = limit - used;
      if (free >= wanted) return 0;
      for (const event of log) {
        free += event.amount;
        if (free >= wanted) return event.at + windowMs - now;
      }
      return windowMs;
    },
    resetAfter(now) {
      prune(now);
      const last = log.at(-1);
      return last === undefined ? 0 : last.at + windowMs - now;
    },
  };
}

/** Units that are held and given back: `spend` with a negative amount. How long others hold theirs, nobody knows. */
function createConcurrency(limit: number): QuotaCounter {
  let held = 0;
  return {
    room: () => limit - held,
    left: () => limit - held,
    spend(_now, amount) {
      held += amount;
    },
    waitFor: (_now, amount) => (limit - held >= amount ? 0 : 1_000),
    resetAfter: () => 0,
  };
}

/** Both must have room; only the whole one is told of. */
function createSubWindows(whole: QuotaCounter, interval: QuotaCounter): QuotaCounter {
  return {
    room: (now) => Math.min(whole.room(now), interval.room(now)),
    left: (now) => whole.left(now),
    spend(now, amount) {
      whole.spend(now, amount);
      interval.spend(now, amount);
    },
    waitFor: (now, amount) => Math.max(whole.waitFor(now, amount), interval.waitFor(now, amount)),
    resetAfter: (now) => whole.resetAfter(now),
  };
}
