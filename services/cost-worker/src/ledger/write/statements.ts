import { sql } from "kysely";

import {
  ATTEMPT_COLUMNS,
  type AttemptRecord,
  type IntentRecord,
  SESSION_SUM_KEYS,
  type SessionRecord,
  type SessionSumRecord,
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
  addSessionSums: ManyInsert<SessionSumRecord>;
  /** What is known of a session is widened. */
  addSessions: ManyInsert<SessionRecord>;
}

const INTENT_COLUMNS = ["attempt_id", "lease_until", "facts"] as const;
const SUM_COLUMNS = [...SUM_KEYS, ...SUM_AMOUNTS];
const SESSION_SUM_COLUMNS = [...SESSION_SUM_KEYS, ...SUM_AMOUNTS];
const SESSION_COLUMNS = ["session", "first_at", "last_at"] as const;

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
        .onConflict((conflict) => conflict.columns([...SUM_KEYS]).doUpdateSet(addedAmounts("ledger_sums")))
        .compile(),
    ),
    addSessionSums: createManyInsert(SESSION_SUM_COLUMNS, (database, rows) =>
      database
        .insertInto("ledger_session_sums")
        .values(rows.map((row) => inOrder(row, SESSION_SUM_COLUMNS)))
        .onConflict((conflict) =>
          conflict.columns([...SESSION_SUM_KEYS]).doUpdateSet(addedAmounts("ledger_session_sums")),
        )
        .compile(),
    ),
    addSessions: createManyInsert(SESSION_COLUMNS, (database, rows) =>
      database
        .insertInto("ledger_sessions")
        .values(rows.map((row) => inOrder(row, SESSION_COLUMNS)))
        .onConflict((conflict) =>
          conflict
            .column("session")
            .doUpdateSet(WIDER)
            .where(
              sql<boolean>`excluded.first_at < ledger_sessions.first_at or excluded.last_at > ledger_sessions.last_at`,
            ),
        )
        .compile(),
    ),
  };
}

/** Words that both stores know. */
const WIDER = {
  first_at: sql<number>`case when excluded.first_at < ledger_sessions.first_at then excluded.first_at else ledger_sessions.first_at end`,
  last_at: sql<number>`case when excluded.last_at > ledger_sessions.last_at then excluded.last_at else ledger_sessions.last_at end`,
};

function addedAmounts(table: "ledger_sums" | "ledger_session_sums"): Record<string, ReturnType<typeof sql<number>>> {
  return Object.fromEntries(
    SUM_AMOUNTS.map((amount) => [
      amount,
      sql<number>`${sql.ref(`${table}.${amount}`)} + ${sql.ref(`excluded.${amount}`)}`,
    ]),
  );
}

/** Kysely names columns in the order of the first row's keys. */
function inOrder<Row extends object>(row: Row, columns: readonly (keyof Row)[]): Row {
  return Object.fromEntries(columns.map((column) => [column, row[column]])) as Row;
}
