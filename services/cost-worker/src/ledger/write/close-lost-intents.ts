import type { AttemptFacts, PricedCost, TokenUsage } from "@switchyard/wire";
import type { Transaction } from "kysely";

import type { LedgerRow } from "../ledger.ts";
import { toAttemptRecord, toLedgerRow } from "../rows/attempt-record.ts";
import type { AttemptRecord, LedgerTables, Store } from "../schema.ts";
import { byId, factsOfIntent } from "./sort-events.ts";
import type { WriteStatements } from "./statements.ts";
import { addChanges, addRows, change, removeIntents } from "./write-events.ts";

export interface LostIntentOptions {
  /** ms since the epoch. */
  now: number;
  limit: number;
  price: (facts: AttemptFacts, usage: TokenUsage) => PricedCost;
  store: Store;
  statements: WriteStatements;
}

/** Intents whose lease is over become rows, if their attempts have none yet; oldest leases first. */
export async function closeLostIntents(
  books: Transaction<LedgerTables>,
  { now, limit, price, store, statements }: LostIntentOptions,
): Promise<LedgerRow[]> {
  const lost = await books
    .selectFrom("ledger_intents")
    .selectAll()
    .where("lease_until", "<=", now)
    .orderBy("lease_until")
    .limit(limit)
    .execute();
  const records = lost.map((intent) => unknownRecord(factsOfIntent(intent), price)).toSorted(byId);
  const added = await addRows(books, records, statements);
  const closed = records.filter((record) => added.has(record.attempt_id));
  await removeIntents(
    books,
    lost.map((intent) => intent.attempt_id).toSorted((left, right) => (left < right ? -1 : 1)),
  );
  await addChanges(books, change(closed, 1), { store, statements });
  return closed.map(toLedgerRow);
}

/** Of an attempt that was sent, and never heard of again, the prompt may have been counted. */
function unknownRecord(facts: AttemptFacts, price: LostIntentOptions["price"]): AttemptRecord {
  const usage: TokenUsage = {
    uncachedInput: facts.estimatedInputTokens,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 0,
    reasoning: 0,
    estimated: true,
  };
  return toAttemptRecord(facts, { outcome: "unknown", usage, cost: price(facts, usage) });
}
