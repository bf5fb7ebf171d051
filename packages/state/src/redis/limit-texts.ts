import { createHash } from "node:crypto";
import type { Limit } from "../state.ts";

/** Limits as the scripts read them, and a short name for exactly these. */
export interface LimitText {
  readonly digest: string;
  readonly text: string;
}

const MOST_TEXTS = 2000;

/**
 * Turns limits into text once per list and once per content: a bucket keeps its definition in Redis, so that a call
 * names it by its digest alone.
 */
export function createLimitTexts(): (limits: readonly Limit[]) => LimitText {
  const byList = new WeakMap<readonly Limit[], LimitText>();
  const byText = new Map<string, LimitText>();
  return (limits) => {
    const known = byList.get(limits);
    if (known !== undefined) return known;
    const text = JSON.stringify(limits.map(compact));
    const result = byText.get(text) ?? {
      text,
      digest: createHash("sha1").update(text).digest("base64url").slice(0, 10),
    };
    if (byText.size >= MOST_TEXTS) byText.clear();
    byText.set(text, result);
    byList.set(limits, result);
    return result;
  };
}

function compact(limit: Limit): unknown[] {
  const { resource, algorithm, windowMs, burst = null, subWindowMs = null, offsetMs = null, scope = "bucket" } = limit;
  return [resource, algorithm, limit.limit, windowMs, burst, subWindowMs, offsetMs, scope];
}
