import type { Kysely } from "kysely";

import type { LedgerTables } from "../schema.ts";

/** rows_removed_before: ms since the epoch, begin of a day in UTC. clients_revision: rises with every change. */
export type LedgerFact = "rows_removed_before" | "clients_revision";

/** 0 where it was never written. */
export async function readFact(database: Kysely<LedgerTables>, name: LedgerFact): Promise<number> {
  const row = await database.selectFrom("ledger_facts").select("value").where("name", "=", name).executeTakeFirst();
  return row?.value ?? 0;
}

export async function writeFact(database: Kysely<LedgerTables>, name: LedgerFact, value: number): Promise<void> {
  await database
    .insertInto("ledger_facts")
    .values({ name, value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
    .execute();
}

/** Adds 1. */
export async function raiseFact(database: Kysely<LedgerTables>, name: LedgerFact): Promise<void> {
  await database
    .insertInto("ledger_facts")
    .values({ name, value: 1 })
    .onConflict((conflict) =>
      conflict.column("name").doUpdateSet((expression) => ({ value: expression("ledger_facts.value", "+", 1) })),
    )
    .execute();
}
