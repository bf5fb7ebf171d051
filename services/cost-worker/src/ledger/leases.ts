import { type Kysely, sql } from "kysely";

import type { LeaseWish } from "./ledger.ts";
import type { LedgerTables } from "./schema.ts";

/** One step: of several who ask at once one gets it. Who has it keeps it by asking again in time. */
export async function takeLease(database: Kysely<LedgerTables>, wish: LeaseWish): Promise<boolean> {
  const { name, holder, now, until } = wish;
  const held = await database
    .insertInto("ledger_leases")
    .values({ name, holder, held_until: Math.round(until) })
    .onConflict((conflict) =>
      conflict
        .column("name")
        .doUpdateSet({ holder, held_until: Math.round(until) })
        .where((expression) =>
          expression.or([
            expression("ledger_leases.holder", "=", holder),
            expression("ledger_leases.held_until", "<=", sql<number>`${Math.round(now)}`),
          ]),
        ),
    )
    .returning("name")
    .executeTakeFirst();
  return held !== undefined;
}

export async function endLease(
  database: Kysely<LedgerTables>,
  { name, holder }: Pick<LeaseWish, "name" | "holder">,
): Promise<void> {
  await database.deleteFrom("ledger_leases").where("name", "=", name).where("holder", "=", holder).execute();
}
