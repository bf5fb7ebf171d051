import { type Kysely, sql, type Transaction } from "kysely";

import { addDeliveries } from "./deliveries.ts";
import type { Alert } from "./ledger.ts";
import { toAlert } from "./rows/alert-record.ts";
import type { LedgerTables, Store } from "./schema.ts";

const ALERTS_AT_ONCE = 100;

export interface AddAlertOptions {
  store: Store;
  quietMs: number;
  webhooks: readonly string[];
}

/** Undefined where its key is open, or began too short a while ago. */
export async function addAlert(
  books: Transaction<LedgerTables>,
  alert: Omit<Alert, "id" | "endedAt">,
  { store, quietMs, webhooks }: AddAlertOptions,
): Promise<Alert | undefined> {
  const at = Math.round(alert.at);
  if (alert.key !== undefined) {
    if (store === "postgres") await waitForKey(books, alert.key);
    if (quietMs > 0 && (await beganSince(books, alert.key, at - quietMs))) return undefined;
  }
  const { kind, subject, message, threshold, actual, key = null } = alert;
  const added = await books
    .insertInto("ledger_alerts")
    .values({ at, kind, subject, message, threshold, actual, key })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  if (added === undefined) return undefined;
  await addDeliveries(books, { alert: added.id, webhooks, at });
  return { ...alert, at, id: added.id };
}

/** Workers that tell of the same thing go one after the other; the end of the transaction lets the next one in. */
async function waitForKey(books: Transaction<LedgerTables>, key: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`switchyard alert ${key}`}, 0))`.execute(books);
}

async function beganSince(books: Transaction<LedgerTables>, key: string, since: number): Promise<boolean> {
  const last = await books
    .selectFrom("ledger_alerts")
    .select("at")
    .where("key", "=", key)
    .orderBy("at", "desc")
    .limit(1)
    .executeTakeFirst();
  return last !== undefined && last.at > since;
}

export async function endAlert(database: Kysely<LedgerTables>, key: string, at: number): Promise<void> {
  await database
    .updateTable("ledger_alerts")
    .set({ ended_at: Math.round(at) })
    .where("key", "=", key)
    .where("ended_at", "is", null)
    .execute();
}

/** Newest first. */
export async function listAlerts(
  database: Kysely<LedgerTables>,
  { since = 0, limit = ALERTS_AT_ONCE, open = false }: { since?: number; limit?: number; open?: boolean } = {},
): Promise<Alert[]> {
  let query = database.selectFrom("ledger_alerts").selectAll().where("at", ">=", Math.ceil(since));
  if (open) query = query.where("ended_at", "is", null);
  const rows = await query.orderBy("at", "desc").orderBy("id", "desc").limit(limit).execute();
  return rows.map(toAlert);
}
