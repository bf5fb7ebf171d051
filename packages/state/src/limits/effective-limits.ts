import type { Limit } from "../state.ts";

/** A limit as it is counted: with its meter's key. */
export interface CountedLimit {
  key: string;
  limit: Limit;
  /** The share of a window for a part of it; shown to nobody. */
  inner: boolean;
}

/** Meters belong to a resource, a window and a way of counting; the number may change under them. */
export function limitKey(limit: Limit): string {
  return `${limit.resource}/${limit.windowMs}/${limit.algorithm}`;
}

/** At most what answers tell, the burst in proportion. */
export function capLimit(limit: Limit, told: number | undefined): Limit {
  if (told === undefined || told >= limit.limit || limit.limit <= 0) return limit;
  return multiplyLimit(limit, told / limit.limit);
}

/** A share of a limit. One request, and one at a time, always remain of a limit that allows any. */
export function scaleLimit(limit: Limit, scale: number): Limit {
  if (scale >= 1) return limit;
  const scaled = multiplyLimit(limit, Math.max(0, scale));
  const counted = limit.resource === "requests" || limit.resource === "concurrency";
  if (!counted || limit.limit < 1) return scaled;
  const atLeastOne: Limit = { ...scaled, limit: Math.max(1, scaled.limit) };
  if (scaled.burst !== undefined) atLeastOne.burst = Math.max(1, scaled.burst);
  return atLeastOne;
}

function multiplyLimit(limit: Limit, factor: number): Limit {
  const result: Limit = { ...limit, limit: limit.limit * factor };
  if (limit.burst !== undefined) result.burst = limit.burst * factor;
  return result;
}

/**
 * The share of a limit within its sub-windows, as a sliding window of its own.
 * https://learn.microsoft.com/azure/ai-foundry/openai/how-to/quota: limits are evaluated over 1 or 10 seconds.
 */
function innerLimit(limit: Limit): Limit | undefined {
  const { subWindowMs } = limit;
  if (subWindowMs === undefined || subWindowMs <= 0 || subWindowMs >= limit.windowMs) return undefined;
  const share = (limit.limit * subWindowMs) / limit.windowMs;
  const least = Math.min(1, limit.limit);
  return {
    resource: limit.resource,
    algorithm: "sliding_window",
    limit: Math.max(least, share),
    windowMs: subWindowMs,
  };
}

export interface LimitCorrections {
  /** What answers tell, by the limit's key. */
  caps: Readonly<Record<string, { readonly limit: number }>>;
  /** 0…1: this gateway's part of every limit. */
  scale: number;
}

/** The limits as they hold now: capped by what answers tell, scaled to our share, sub-windows as limits beside. */
export function countedLimits(limits: readonly Limit[], { caps, scale }: LimitCorrections): CountedLimit[] {
  const counted: CountedLimit[] = [];
  for (const configured of limits) {
    const key = limitKey(configured);
    const limit = scaleLimit(capLimit(configured, caps[key]?.limit), scale);
    counted.push({ key, limit, inner: false });
    const inner = limit.resource === "concurrency" ? undefined : innerLimit(limit);
    if (inner !== undefined) counted.push({ key: `${key}/inner/${inner.windowMs}`, limit: inner, inner: true });
  }
  return counted;
}
