import { isLastingRejection, type Rejection } from "@switchyard/wire";

export interface LearntRejection extends Rejection {
  /** ms since the epoch. */
  expiresAt: number;
}

/** What the targets of one service have refused, in this process: for a service that is used alone. */
export interface LearntRejections {
  /** What this model goes without now. */
  of(model: string): readonly Rejection[];
  /** Later lessons prolong earlier ones. What lies in a conversation and not in its target is not kept. */
  learn(model: string, rejections: readonly Rejection[]): void;
  all(): ReadonlyMap<string, readonly LearntRejection[]>;
}

const AN_HOUR_MS = 3_600_000;
const MAX_PER_MODEL = 32;

/** A target can change its mind: after an hour it is asked again. */
export function createLearntRejections(now: () => number = Date.now, keptMs: number = AN_HOUR_MS): LearntRejections {
  const learnt = new Map<string, Map<string, LearntRejection>>();

  function current(model: string): LearntRejection[] {
    const known = learnt.get(model);
    if (known === undefined) return [];
    for (const [key, { expiresAt }] of known) if (expiresAt <= now()) known.delete(key);
    if (known.size === 0) learnt.delete(model);
    return [...known.values()];
  }

  return {
    of: (model) => (learnt.size === 0 ? [] : current(model)),
    learn: (model, rejections) => {
      const known = learnt.get(model) ?? new Map<string, LearntRejection>();
      for (const { kind, name } of rejections) {
        if (!isLastingRejection({ kind, name }) || known.size >= MAX_PER_MODEL) continue;
        known.set(`${kind}:${name}`, { kind, name, expiresAt: now() + keptMs });
      }
      if (known.size > 0) learnt.set(model, known);
    },
    all: () => new Map([...learnt.keys()].map((model) => [model, current(model)])),
  };
}
