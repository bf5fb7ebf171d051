import { sql } from "kysely";

import {
  ATTEMPT_COLUMNS,
  type AttemptRecord,
  type IntentRecord,
  SUM_AMOUNTS,
  SUM_KEYS,
  type SumRecord,
} from "../schema.ts";
import { createManyInsert, type ManyInsert } from "./insert-many.ts";

/** The statements that write books by many rows. */
export interface WriteStatements {
  /** Returns the ids of those that were not there. */
  insertAttempts: ManyInsert<AttemptRecord>;
  insertIntents: ManyInsert<IntentRecord>;
  addSums: ManyInsert<SumRecord>;
}

const INTENT_COLUMNS = ["attempt_id", "lease_until", "facts"] as const;
const SUM_COLUMNS = [...SUM_KEYS, ...SUM_AMOUNTS];

export function createWriteStatements(): WriteStatements {
  return {
    insertAttempts: createManyInsert(ATTEMPT_COLUMNS, (database, rows) =>
      database
        .insertInto("ledger_attempts")
        .columns([...ATTEMPT_COLUMNS])
        .values(rows.map((row) => inOrder(row, ATTEMPT_COLUMNS)))
        .onConflict((conflict) => conflict.column("attempt_id").doNothing())
        .returning("attempt_id")
        .compile(),
    ),
    insertIntents: createManyInsert(INTENT_COLUMNS, (database, rows) =>
      database
        .insertInto("ledger_intents")
        .values(rows.map((row) => inOrder(row, INTENT_COLUMNS)))
        .onConflict((conflict) => conflict.column("attempt_id").doNothing())
        .returning("attempt_id")
        .compile(),
    ),
    addSums: createManyInsert(SUM_COLUMNS, (database, rows) =>
      database
        .insertInto("ledger_sums")
        .values(rows.map((row) => inOrder(row, SUM_COLUMNS)))
        .onConflict((conflict) => conflict.columns([...SUM_KEYS]).doUpdateSet(addedAmounts))
        .compile(),
    ),
  };
}

function addedAmounts(): Record<string, ReturnType<typeof sql<number>>> {
  return Object.fromEntries(
    SUM_AMOUNTS.map((amount) => [
      amount,
      sql<number>`${sql.ref(`ledger_sums.${amount}`)} + ${sql.ref(`excluded.${amount}`)}`,
    ]),
  );
}

/** Kysely names columns in the order of the first row's keys. */
function inOrder<Row extends object>(row: Row, columns: readonly (keyof Row)[]): Row {
  return Object.fromEntries(columns.map((column) => [column, row[column]])) as Row;
}
