import { type Kysely, sql } from "kysely";

import type { LedgerRow } from "../ledger.ts";
import type { LedgerTables } from "../schema.ts";
import { toLedgerRow } from "./attempt-record.ts";

const ROWS_AT_ONCE = 1000;

export interface RowRange {
  from: number;
  to: number;
  after?: string;
  limit?: number;
}

/** Rows in the order of their times. Throws RangeError where the row to go on after is not there (any more). */
export async function readRows(
  database: Kysely<LedgerTables>,
  { from, to, after, limit = ROWS_AT_ONCE }: RowRange,
): Promise<LedgerRow[]> {
  let query = database
    .selectFrom("ledger_attempts")
    .selectAll()
    .where("at", ">=", Math.ceil(from))
    .where("at", "<", Math.ceil(to));
  if (after !== undefined) {
    const at = await timeOf(database, after);
    query = query.where(sql<boolean>`(at, attempt_id) > (${at}, ${after})`);
  }
  const records = await query.orderBy("at").orderBy("attempt_id").limit(limit).execute();
  return records.map(toLedgerRow);
}

async function timeOf(database: Kysely<LedgerTables>, attemptId: string): Promise<number> {
  const row = await database
    .selectFrom("ledger_attempts")
    .select("at")
    .where("attempt_id", "=", attemptId)
    .executeTakeFirst();
  if (row === undefined) throw new RangeError(`the ledger has no row ${attemptId} to go on after`);
  return row.at;
}

/** Intents whose attempts have no row. */
export async function countOpenIntents(database: Kysely<LedgerTables>): Promise<number> {
  // A settlement and its intent may have been written at the same moment, unseen by each other.
  const { rows } = await sql<{ open: number }>`
    select cast(count(*) as bigint) as open from ledger_intents
    where not exists (select 1 from ledger_attempts where ledger_attempts.attempt_id = ledger_intents.attempt_id)
  `.execute(database);
  return rows[0]?.open ?? 0;
}
