import { type Kysely, sql } from "kysely";

import type { Store } from "../schema.ts";

/** What outlives a worker, or is shared among several: alerts on their way to webhooks, and who does what one must do. */
export async function createSharing(database: Kysely<unknown>, store: Store): Promise<void> {
  const text = store === "postgres" ? 'text collate "C"' : "text";
  const keyed = store === "sqlite" ? "without rowid" : "";
  for (const statement of [
    `create table ledger_deliveries (
      alert bigint not null,
      webhook ${text} not null,
      created_at bigint not null,
      attempts bigint not null,
      next_at bigint not null,
      primary key (alert, webhook)
    ) ${keyed}`,
    "create index ledger_deliveries_next on ledger_deliveries (next_at)",
    `create table ledger_leases (
      name ${text} not null primary key,
      holder ${text} not null,
      held_until bigint not null
    ) ${keyed}`,
  ]) {
    await sql.raw(statement).execute(database);
  }
}
