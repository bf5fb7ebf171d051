import type { AttemptFacts, UsageIntent } from "@switchyard/wire";

import type { PricedEvent } from "../ledger.ts";
import { toAttemptRecord } from "../rows/attempt-record.ts";
import type { AttemptRecord, IntentRecord } from "../schema.ts";

/** The events of a batch, each attempt once, in the order of ids, in which every writer takes its locks. */
export interface SortedEvents {
  settlements: readonly AttemptRecord[];
  /** Those without a settlement in the same batch. */
  intents: readonly IntentRecord[];
  /** Of attempts whose settlement is in the same batch. */
  settledIntents: ReadonlySet<string>;
  /** ms since the epoch of each attempt among the intents. */
  times: ReadonlyMap<string, number>;
}

export function sortEvents(events: readonly PricedEvent[]): SortedEvents {
  const settlements = new Map<string, AttemptRecord>();
  const intents = new Map<string, IntentRecord>();
  const times = new Map<string, number>();
  for (const event of events) {
    const id = event.attempt.attemptId;
    if (event.kind === "settlement" && !settlements.has(id)) settlements.set(id, toAttemptRecord(event.attempt, event));
    if (event.kind === "intent" && !intents.has(id)) {
      intents.set(id, toIntentRecord(event));
      times.set(id, event.attempt.at);
    }
  }
  return {
    settlements: [...settlements.values()].toSorted(byId),
    intents: [...intents.values()].filter((intent) => !settlements.has(intent.attempt_id)).toSorted(byId),
    settledIntents: new Set([...intents.keys()].filter((id) => settlements.has(id))),
    times,
  };
}

function toIntentRecord(intent: UsageIntent): IntentRecord {
  return {
    attempt_id: intent.attempt.attemptId,
    lease_until: Math.round(intent.leaseUntil),
    facts: JSON.stringify(intent.attempt),
  };
}

export function factsOfIntent(intent: IntentRecord): AttemptFacts {
  return JSON.parse(intent.facts) as AttemptFacts;
}

export function byId(left: { attempt_id: string }, right: { attempt_id: string }): number {
  if (left.attempt_id === right.attempt_id) return 0;
  return left.attempt_id < right.attempt_id ? -1 : 1;
}
