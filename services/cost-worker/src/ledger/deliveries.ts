import type { Kysely, Transaction } from "kysely";

import type { Delivery, DeliveryPlace } from "./ledger.ts";
import { toAlert } from "./rows/alert-record.ts";
import type { LedgerTables, Store } from "./schema.ts";

type Books = Transaction<LedgerTables>;

export interface TakeDeliveries {
  store: Store;
  /** Those that this worker knows the addresses of. */
  webhooks: readonly string[];
  /** ms since the epoch. */
  now: number;
  /** ms since the epoch: by then they are told of again, or are another's to try. */
  until: number;
  limit: number;
}

/** Along with their alert, so that none is lost between the two. */
export async function addDeliveries(
  books: Books,
  { alert, webhooks, at }: { alert: number; webhooks: readonly string[]; at: number },
): Promise<void> {
  if (webhooks.length === 0) return;
  const rows = [...new Set(webhooks)].map((webhook) => ({ alert, webhook, created_at: at, attempts: 0, next_at: at }));
  await books.insertInto("ledger_deliveries").values(rows).execute();
}

/** Those that are due; of several workers each gets others. */
export async function takeDeliveries(books: Books, options: TakeDeliveries): Promise<Delivery[]> {
  const { store, webhooks, now, until, limit } = options;
  if (webhooks.length === 0) return [];
  const due = books
    .selectFrom("ledger_deliveries")
    .select(["alert", "webhook", "attempts"])
    .where("next_at", "<=", now)
    .where("webhook", "in", [...webhooks])
    .orderBy("next_at")
    .orderBy("alert")
    .limit(limit);
  const rows = await (store === "postgres" ? due.forUpdate().skipLocked() : due).execute();
  if (rows.length === 0) return [];
  const ids = [...new Set(rows.map(({ alert }) => alert))];
  const records = await books.selectFrom("ledger_alerts").selectAll().where("id", "in", ids).execute();
  const alerts = new Map(records.map((record) => [record.id, toAlert(record)]));
  const taken: Delivery[] = [];
  for (const { alert: id, webhook, attempts } of rows) {
    const tries = attempts + 1;
    await where(books.updateTable("ledger_deliveries").set({ attempts: tries, next_at: until }), {
      alert: id,
      webhook,
    }).execute();
    const alert = alerts.get(id);
    if (alert !== undefined) taken.push({ alert, webhook, tries });
  }
  return taken;
}

export async function postponeDelivery(
  database: Kysely<LedgerTables>,
  place: DeliveryPlace,
  { at, tries }: { at: number; tries: number },
): Promise<void> {
  const change = database.updateTable("ledger_deliveries").set({ attempts: tries, next_at: Math.round(at) });
  await where(change, place).execute();
}

export async function endDelivery(database: Kysely<LedgerTables>, place: DeliveryPlace): Promise<void> {
  await where(database.deleteFrom("ledger_deliveries"), place).execute();
}

/** Of webhooks that nobody knows any more; returns how many. */
export async function dropDeliveries(database: Kysely<LedgerTables>, before: number): Promise<number> {
  const { numDeletedRows } = await database
    .deleteFrom("ledger_deliveries")
    .where("created_at", "<", Math.round(before))
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

export async function countDeliveries(database: Kysely<LedgerTables>): Promise<number> {
  const { waiting } = await database
    .selectFrom("ledger_deliveries")
    .select((expression) => expression.fn.countAll<number>().as("waiting"))
    .executeTakeFirstOrThrow();
  return waiting;
}

interface Narrowed<Query> {
  where(column: "alert", operator: "=", value: number): Query;
  where(column: "webhook", operator: "=", value: string): Query;
}

function where<Query extends Narrowed<Query>>(query: Query, { alert, webhook }: DeliveryPlace): Query {
  return query.where("alert", "=", alert).where("webhook", "=", webhook);
}
