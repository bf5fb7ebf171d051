import { type SessionRecord, type SessionSumRecord, SESSION_SUM_KEYS, SUM_AMOUNTS } from "../schema.ts";
import { amountsOf, type RowChange } from "./sum-changes.ts";

/** By how much the sums over whole sessions change, in the order of their keys; attempts without a session have none. */
export function sessionSumChanges(changes: readonly RowChange[]): SessionSumRecord[] {
  const sums = new Map<string, SessionSumRecord>();
  for (const { record, sign } of changes) {
    if (record.session === "") continue;
    const { session, agent, client, provider, model, asked_model, tier, outcome } = record;
    const change = {
      session,
      agent,
      client,
      provider,
      model,
      asked_model,
      tier,
      outcome,
      ...amountsOf(record, sign),
    };
    const key = SESSION_SUM_KEYS.map((name) => change[name]).join("\0");
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, change);
    else for (const amount of SUM_AMOUNTS) sum[amount] += change[amount];
  }
  return [...sums].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, sum]) => sum);
}

/** When each session was seen, in the order of their names. */
export function sessionTimes(changes: readonly RowChange[]): SessionRecord[] {
  const times = new Map<string, SessionRecord>();
  for (const { record } of changes) {
    const { session, at } = record;
    if (session === "") continue;
    const known = times.get(session) ?? { session, first_at: at, last_at: at };
    times.set(session, {
      session,
      first_at: Math.min(known.first_at, at),
      last_at: Math.max(known.last_at, at),
    });
  }
  return [...times.values()].toSorted((left, right) => (left.session < right.session ? -1 : 1));
}
