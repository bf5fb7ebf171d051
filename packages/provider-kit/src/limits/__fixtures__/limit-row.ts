import type { LimitObservation, ModelInfo } from "@switchyard/wire";

import type { LimitSignals } from "../limit-signals.ts";

export const NOW = Date.parse("2026-11-20T12:00:00Z");
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** What an answer holds, and what it tells of limits. */
export interface Row {
  name: string;
  /** Where the values, or their form, come from. */
  source: string;
  dialect?: ModelInfo["dialect"];
  signals?: LimitSignals;
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  told: LimitObservation[];
}

