import type { Transaction } from "kysely";

import type { LedgerTables } from "../schema.ts";
import { WHOLE_DAY } from "../sums/cubes.ts";
import { inChunks } from "./in-chunks.ts";
import { readFact, writeFact } from "./ledger-facts.ts";
import { markOf } from "./removed-attempts.ts";

type Books = Transaction<LedgerTables>;

/** Rows per transaction: writers wait no longer than this takes. */
const ROWS_AT_ONCE = 2000;

export interface RemoveOptions {
  /** ms since the epoch; rounded down to a day in UTC. */
  before: number;
  inTransaction: <Value>(work: (books: Books) => Promise<Value>) => Promise<Value>;
}

/**
 * Removes the rows of whole days (UTC) before a moment; their sums are there since the rows were written, and stay.
 * What is lost of that time: single attempts (exports, ids, failures' names, prices' versions, modes, strategies,
 * instances); where a report begins or ends amid a quarter of an hour, the exact cut (the quarter counts where it
 * begins); and by session, agent and project the cut amid an hour. A settlement that comes later than that for an
 * attempt closed as "unknown" counts no more.
 */
export async function removeRows({ before, inTransaction }: RemoveOptions): Promise<{ removed: number }> {
  const day = Math.floor(before / WHOLE_DAY) * WHOLE_DAY;
  // From here on reports of that time come from sums alone, and late events are looked up among what was removed.
  const horizon = await inTransaction(async (books) => {
    const known = Math.max(day, await readFact(books, "rows_removed_before"));
    await writeFact(books, "rows_removed_before", known);
    return known;
  });
  let removed = 0;
  for (;;) {
    const some = await inTransaction((books) => removeSome(books, horizon));
    removed += some.removed;
    if (some.found < ROWS_AT_ONCE) break;
  }
  return { removed };
}

/** Another worker may remove some of those that were found. */
async function removeSome(books: Books, horizon: number): Promise<{ found: number; removed: number }> {
  let removed = 0;
  const rows = await books
    .selectFrom("ledger_attempts")
    .select("attempt_id")
    .where("at", "<", horizon)
    .orderBy("at")
    .limit(ROWS_AT_ONCE)
    .execute();
  const ids = rows.map((row) => row.attempt_id).toSorted();
  await inChunks(ids, async (some) => {
    const { numDeletedRows } = await books
      .deleteFrom("ledger_attempts")
      .where("attempt_id", "in", some)
      .executeTakeFirstOrThrow();
    removed += Number(numDeletedRows);
    const marks = some.map((id) => ({ mark: markOf(id) })).toSorted((left, right) => left.mark - right.mark);
    await books
      .insertInto("ledger_removed")
      .values(marks)
      .onConflict((conflict) => conflict.column("mark").doNothing())
      .execute();
  });
  return { found: ids.length, removed };
}
