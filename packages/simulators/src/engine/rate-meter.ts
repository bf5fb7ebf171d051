import type { SimulatedLimits } from "./dialect.ts";

export interface MeterReading {
  limit: number;
  remaining: number;
  /** ms since the epoch when the bucket is full again. */
  resetAt: number;
}

export type MeterName = keyof SimulatedLimits;

/** Token buckets per credential: each refills continuously and is full after a minute. */
export interface RateMeter {
  /** Draws; may go below zero, as usage is known only afterwards. */
  spend(credential: string, amounts: Partial<SimulatedLimits>): void;
  read(credential: string): Record<MeterName, MeterReading>;
  /** The first bucket that is empty, with the ms until it holds one again. */
  exhausted(credential: string): { name: MeterName; limit: number; retryAfterMs: number } | undefined;
}

const NAMES: readonly MeterName[] = ["requests", "inputTokens", "outputTokens"];
const MINUTE = 60_000;

export function createRateMeter(limits: SimulatedLimits, now: () => number): RateMeter {
  const levels = new Map<string, { at: number; level: SimulatedLimits }>();

  const refill = (credential: string): SimulatedLimits => {
    const at = now();
    const entry = levels.get(credential) ?? { at, level: { ...limits } };
    for (const name of NAMES) {
      entry.level[name] = Math.min(limits[name], entry.level[name] + ((at - entry.at) * limits[name]) / MINUTE);
    }
    entry.at = at;
    levels.set(credential, entry);
    return entry.level;
  };

  return {
    spend(credential, amounts) {
      const level = refill(credential);
      for (const name of NAMES) level[name] -= amounts[name] ?? 0;
    },
    read(credential) {
      const level = refill(credential);
      const readOne = (name: MeterName): MeterReading => ({
        limit: limits[name],
        remaining: Math.max(0, Math.floor(level[name])),
        resetAt: now() + ((limits[name] - level[name]) * MINUTE) / limits[name],
      });
      return {
        requests: readOne("requests"),
        inputTokens: readOne("inputTokens"),
        outputTokens: readOne("outputTokens"),
      };
    },
    exhausted(credential) {
      const level = refill(credential);
      const name = NAMES.find((one) => level[one] < 1);
      if (name === undefined) return undefined;
      return { name, limit: limits[name], retryAfterMs: ((1 - level[name]) * MINUTE) / limits[name] };
    },
  };
}
