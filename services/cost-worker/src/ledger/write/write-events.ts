import type { Kysely, Transaction } from "kysely";

import type { PricedEvent, WrittenUsage } from "../ledger.ts";
import { holdProjects } from "../projects.ts";
import { toLedgerRow } from "../rows/attempt-record.ts";
import type { AttemptRecord, IntentRecord, LedgerTables, Store } from "../schema.ts";
import { sessionSumChanges, sessionTimes } from "../sums/session-changes.ts";
import { type RowChange, sumChanges } from "../sums/sum-changes.ts";
import { inChunks } from "./in-chunks.ts";
import { removedAmong } from "./removed-attempts.ts";
import { sortEvents } from "./sort-events.ts";
import type { WriteStatements } from "./statements.ts";

type Books = Transaction<LedgerTables>;

export interface WriteOptions {
  store: Store;
  statements: WriteStatements;
}

/**
 * Brings events into the books, within the transaction. Rows come first, then intents, then sums, each in the order of
 * its keys: so that writers beside each other wait, but never in a ring.
 */
export async function writeEvents(
  books: Books,
  events: readonly PricedEvent[],
  { store, statements }: WriteOptions,
): Promise<WrittenUsage> {
  const sorted = sortEvents(events);
  const added = await addRows(books, sorted.settlements, statements);
  const old = sorted.settlements.filter((record) => !added.has(record.attempt_id));
  const replaced = await replaceUnknown(books, old, store);
  const settled = sorted.settlements.filter(({ attempt_id: id }) => added.has(id) || replaced.has(id));
  await removeIntents(
    books,
    sorted.settlements.map(({ attempt_id: id }) => id),
  );
  const opened = await openIntents(books, sorted.intents, { statements, times: sorted.times });
  await addChanges(books, [...change([...replaced.values()], -1), ...change(settled, 1)], { store, statements });
  const intents = opened + settled.filter(({ attempt_id: id }) => sorted.settledIntents.has(id)).length;
  return {
    settled: settled.map(toLedgerRow),
    replaced: [...replaced.values()].map(toLedgerRow),
    intents,
    duplicates: events.length - settled.length - intents,
  };
}

/** Adds the rows whose attempts have none; returns the ids of those. What was removed for its age stays removed. */
export async function addRows(
  books: Books,
  records: readonly AttemptRecord[],
  statements: WriteStatements,
): Promise<Set<string>> {
  const inserted = await statements.insertAttempts(books, records);
  const added = new Set(inserted.map((row) => (row as Pick<AttemptRecord, "attempt_id">).attempt_id));
  const times = new Map(records.map((record) => [record.attempt_id, record.at]));
  // Looked up after the insertion: it waited for whoever was removing the same row.
  const removed = await removedAmong(books, added, times);
  await inChunks([...removed], (ids) => books.deleteFrom("ledger_attempts").where("attempt_id", "in", ids).execute());
  for (const id of removed) added.delete(id);
  return added;
}

export async function addChanges(
  books: Books,
  changes: readonly RowChange[],
  { store, statements }: WriteOptions,
): Promise<void> {
  if (changes.length === 0) return;
  const sessions = changes.map(({ record }) => record.session).filter((session) => session !== "");
  const projects = await holdProjects(books, store, sessions);
  await statements.addSums(books, sumChanges(changes, projects));
  await statements.addSessionSums(books, sessionSumChanges(changes));
  await statements.addSessions(books, sessionTimes(changes));
}

export function change(records: readonly AttemptRecord[], sign: 1 | -1): RowChange[] {
  return records.map((record) => ({ record, sign }));
}

export async function removeIntents(books: Books, ids: readonly string[]): Promise<void> {
  await inChunks(ids, (some) => books.deleteFrom("ledger_intents").where("attempt_id", "in", some).execute());
}

/** Rows that a lease has closed give way to what really happened; returns what they were. */
async function replaceUnknown(
  books: Books,
  records: readonly AttemptRecord[],
  store: Store,
): Promise<Map<string, AttemptRecord>> {
  const unknown = new Map<string, AttemptRecord>();
  const ids = records.map((record) => record.attempt_id);
  await inChunks(ids, async (some) => {
    const query = books
      .selectFrom("ledger_attempts")
      .selectAll()
      .where("attempt_id", "in", some)
      .where("outcome", "=", "unknown")
      .orderBy("attempt_id");
    const rows = await (store === "postgres" ? query.forUpdate() : query).execute();
    for (const row of rows) unknown.set(row.attempt_id, row);
  });
  for (const record of records) {
    if (!unknown.has(record.attempt_id)) continue;
    await books.updateTable("ledger_attempts").set(record).where("attempt_id", "=", record.attempt_id).execute();
  }
  return unknown;
}

/** Returns how many are new. */
async function openIntents(
  books: Books,
  intents: readonly IntentRecord[],
  { statements, times }: { statements: WriteStatements; times: ReadonlyMap<string, number> },
): Promise<number> {
  const ids = intents.map((intent) => intent.attempt_id);
  const known = await removedAmong(books, new Set(ids), times);
  for (const id of await withRows(books, ids)) known.add(id);
  const fresh = intents.filter((intent) => !known.has(intent.attempt_id));
  return (await statements.insertIntents(books, fresh)).length;
}

async function withRows(books: Kysely<LedgerTables>, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  await inChunks(ids, async (some) => {
    const rows = await books
      .selectFrom("ledger_attempts")
      .select("attempt_id")
      .where("attempt_id", "in", some)
      .execute();
    found.push(...rows.map((row) => row.attempt_id));
  });
  return found;
}
