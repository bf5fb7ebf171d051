import { createHash } from "node:crypto";

import type { Transaction } from "kysely";

import type { LedgerTables } from "../schema.ts";
import { inChunks } from "./in-chunks.ts";
import { readFact } from "./ledger-facts.ts";

const MARK_BYTES = 6;

/**
 * What stays of a removed row's id, so that an event that comes again after its row is gone is still known: 48 bits of
 * SHA-256. A new attempt is taken for an old one only if it is as old as the removed rows and shares those bits.
 */
export function markOf(attemptId: string): number {
  return createHash("sha256").update(attemptId).digest().readUIntBE(0, MARK_BYTES);
}

/** Which of these attempts had a row that was removed for its age. `times`: when each was sent, ms since the epoch. */
export async function removedAmong(
  books: Transaction<LedgerTables>,
  ids: ReadonlySet<string>,
  times: ReadonlyMap<string, number>,
): Promise<Set<string>> {
  const removed = new Set<string>();
  if (ids.size === 0) return removed;
  const before = await readFact(books, "rows_removed_before");
  const marks = new Map<number, string>();
  for (const id of ids) if ((times.get(id) ?? 0) < before) marks.set(markOf(id), id);
  await inChunks([...marks.keys()], async (some) => {
    const rows = await books.selectFrom("ledger_removed").select("mark").where("mark", "in", some).execute();
    for (const { mark } of rows) {
      const id = marks.get(mark);
      if (id !== undefined) removed.add(id);
    }
  });
  return removed;
}
