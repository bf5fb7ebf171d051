import type { Exchange, SimulatedLimits } from "../engine/dialect.ts";

/** What is left right after a request was counted. */
export interface RateSnapshot {
  limitRequests: number;
  remainingRequests: number;
  /** ms until the bucket is full again. */
  resetRequestsMs: number;
  limitTokens: number;
  remainingTokens: number;
  resetTokensMs: number;
  /** Set when this request was more than what was left; it was not counted then. */
  exceeded?: { what: "requests" | "tokens"; requested: number; used: number; retryAfterMs: number };
}

export interface RateLimiter {
  /** Counts a request once; asking again for the same exchange tells the same. */
  count(exchange: Exchange, tokens: number): RateSnapshot;
}

interface Bucket {
  limit: number;
  level: number;
  at: number;
}

const MINUTE_MS = 60_000;

/** Two buckets, requests and tokens, that fill up continuously within a minute, as OpenAI's limits do. */
export function createRateLimiter(limits: SimulatedLimits, now: () => number): RateLimiter {
  const requests: Bucket = { limit: limits.requests, level: limits.requests, at: now() };
  const tokens: Bucket = { limit: limits.inputTokens, level: limits.inputTokens, at: now() };
  const seen = new WeakMap<Exchange, RateSnapshot>();

  const refill = (bucket: Bucket): void => {
    const time = now();
    bucket.level = Math.min(bucket.limit, bucket.level + ((time - bucket.at) / MINUTE_MS) * bucket.limit);
    bucket.at = time;
  };
  const shortage = (bucket: Bucket, wanted: number) => ({
    requested: wanted,
    used: Math.ceil(bucket.limit - bucket.level),
    retryAfterMs: Math.max(1, Math.ceil(((wanted - bucket.level) / bucket.limit) * MINUTE_MS)),
  });
  const describe = (): RateSnapshot => ({
    limitRequests: requests.limit,
    remainingRequests: Math.max(0, Math.floor(requests.level)),
    resetRequestsMs: timeToFull(requests),
    limitTokens: tokens.limit,
    remainingTokens: Math.max(0, Math.floor(tokens.level)),
    resetTokensMs: timeToFull(tokens),
  });

  return {
    count(exchange, wanted) {
      const known = seen.get(exchange);
      if (known !== undefined) return known;
      refill(requests);
      refill(tokens);
      let snapshot: RateSnapshot;
      if (requests.level < 1) snapshot = { ...describe(), exceeded: { what: "requests", ...shortage(requests, 1) } };
      else if (tokens.level < wanted)
        snapshot = { ...describe(), exceeded: { what: "tokens", ...shortage(tokens, wanted) } };
      else {
        requests.level -= 1;
        tokens.level -= wanted;
        snapshot = describe();
      }
      seen.set(exchange, snapshot);
      return snapshot;
    },
  };
}

function timeToFull(bucket: Bucket): number {
  return ((bucket.limit - bucket.level) / bucket.limit) * MINUTE_MS;
}
