import type { SlidingWindowMeter } from "../limits/sliding-window.ts";
import { slidingWindow } from "../limits/sliding-window.ts";
import type { AttemptOutcome, Limit } from "../state.ts";
import { AVERAGE_WINDOW_MS } from "./moving-average.ts";

/** Ends of the last ten minutes. */
export interface SuccessCounts {
  readonly successes: SlidingWindowMeter;
  readonly failures: SlidingWindowMeter;
}

const WINDOW: Limit = Object.freeze({
  resource: "requests",
  algorithm: "sliding_window",
  limit: Number.MAX_SAFE_INTEGER,
  windowMs: AVERAGE_WINDOW_MS,
});

export const NO_COUNTS: SuccessCounts = Object.freeze({
  successes: slidingWindow.empty(),
  failures: slidingWindow.empty(),
});

/** Neutral ends count nowhere. */
export function countOutcome(counts: SuccessCounts, outcome: AttemptOutcome, now: number): SuccessCounts {
  if (outcome === "neutral") return counts;
  const name = outcome === "success" ? "successes" : "failures";
  return { ...counts, [name]: slidingWindow.take(WINDOW, counts[name], { amount: 1, now }) };
}

/** The rate is undefined without an attempt. */
export function readCounts(counts: SuccessCounts, now: number): { attempts: number; successRate: number | undefined } {
  const successes = slidingWindow.used(WINDOW, counts.successes, now);
  const attempts = successes + slidingWindow.used(WINDOW, counts.failures, now);
  return { attempts, successRate: attempts === 0 ? undefined : successes / attempts };
}
