/** What a simulated provider lets through. Times are ms since the beginning of the day. */
export interface Quota {
  /** 0…1 of it is used. */
  load(now: number): number;
  left(now: number): number;
  /** When it is as if nothing had been used. */
  resetAt(now: number): number;
  /** Tokens per second, where room grows steadily. */
  readonly steady: number | undefined;
  take(tokens: number, now: number): boolean;
  /** ms until so many tokens pass. */
  msUntil(tokens: number, now: number): number;
}

/** Refills all the time: the limits per minute of the Messages API. */
export function createTokenBucket(perMinute: number): Quota {
  const perMs = perMinute / 60_000;
  let level = perMinute;
  let at = 0;
  const levelAt = (now: number): number => Math.min(perMinute, level + Math.max(0, now - at) * perMs);
  return {
    load: (now) => 1 - levelAt(now) / perMinute,
    left: levelAt,
    resetAt: (now) => now + (perMinute - levelAt(now)) / perMs,
    steady: perMs * 1000,
    take: (tokens, now) => {
      const have = levelAt(now);
      // More than the whole bucket is let through when it is full, or it never would be.
      if (have < Math.min(tokens, perMinute)) return false;
      [level, at] = [have - tokens, now];
      return true;
    },
    msUntil: (tokens, now) => Math.max(0, (Math.min(tokens, perMinute) - levelAt(now)) / perMs),
  };
}

/** A subscription's window: begins with the first request in it, and is whole again when it ends. */
export function createWindow(tokens: number, windowMs: number): Quota {
  let used = 0;
  let endsAt = -Infinity;
  const usedAt = (now: number): number => (now >= endsAt ? 0 : used);
  return {
    load: (now) => Math.min(1, usedAt(now) / tokens),
    left: (now) => tokens - usedAt(now),
    resetAt: (now) => (now >= endsAt ? now : endsAt),
    steady: undefined,
    take: (asked, now) => {
      if (usedAt(now) >= tokens) return false;
      if (now >= endsAt) [used, endsAt] = [0, now + windowMs];
      used += asked;
      return true;
    },
    msUntil: (_tokens, now) => (usedAt(now) >= tokens ? endsAt - now : 0),
  };
}
