import type { FailureName } from "@switchyard/wire";

import type { Candidate } from "../routing/candidate.ts";
import { FAILURE_RULES } from "./failure-rules.ts";

/** Why a candidate is left alone, and until when. */
export interface Rest {
  failure: FailureName;
  message: string;
  /** ms since the epoch; absent: until something changes. */
  until?: number;
}

/**
 * Who is left alone after a failure. In memory here; several gateways that share their knowledge put
 * another store behind this.
 */
export interface Rests {
  find(candidate: Candidate): Rest | undefined;
  /** Takes note of a failure as its rule says. */
  note(candidate: Candidate, failure: { name: FailureName; message: string; retryAfterSeconds?: number }): void;
  /** Ends what waits for a change: of one provider, or of all. */
  wake(provider?: string): void;
  /** All that rests now, for people. */
  list(): { provider: string; scope: string; rest: Rest }[];
}

/** The upstream's word is taken up to a day, and never for nothing. */
const LONGEST_REST_SECONDS = 86_400;

interface Entry {
  provider: string;
  scope: string;
  rest: Rest;
}

export function createMemoryRests(now: () => number = Date.now): Rests {
  const entries = new Map<string, Entry>();

  function current(key: string): Rest | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.rest.until === undefined || entry.rest.until > now()) return entry.rest;
    entries.delete(key);
    return undefined;
  }

  return {
    find: (candidate) => {
      // Nothing rests nearly always.
      if (entries.size === 0) return undefined;
      return keysOf(candidate)
        .map(current)
        .find((rest) => rest !== undefined);
    },
    note: (candidate, { name, message, retryAfterSeconds }) => {
      const rule = FAILURE_RULES[name].rest;
      if (rule === undefined) return;
      if (rule.until === "retry-after" && retryAfterSeconds === undefined) return;
      const seconds = Math.min(LONGEST_REST_SECONDS, Math.max(1, retryAfterSeconds ?? 1));
      const scope = scopeOf(candidate, rule.scope);
      entries.set(`${candidate.provider}\n${scope}`, {
        provider: candidate.provider,
        scope,
        rest: { failure: name, message, ...(rule.until === "change" ? {} : { until: now() + seconds * 1000 }) },
      });
    },
    wake: (provider) => {
      for (const [key, entry] of entries) {
        const isMeant = provider === undefined || entry.provider === provider;
        if (isMeant && entry.rest.until === undefined) entries.delete(key);
      }
    },
    list: () => [...entries.entries()].filter(([key]) => current(key) !== undefined).map(([, entry]) => entry),
  };
}

function scopeOf({ model }: Candidate, scope: "provider" | "bucket" | "model"): string {
  if (scope === "provider") return "provider";
  return scope === "bucket" ? `bucket ${model.quota_bucket}` : `model ${model.id}`;
}

function keysOf(candidate: Candidate): string[] {
  const scopes = ["provider", "bucket", "model"] as const;
  return scopes.map((scope) => `${candidate.provider}\n${scopeOf(candidate, scope)}`);
}
