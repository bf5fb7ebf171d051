import type { ClientPolicy } from "@switchyard/wire";
import type { Transaction } from "kysely";

import type { LedgerTables } from "./schema.ts";
import { raiseFact, readFact } from "./write/ledger-facts.ts";

/** Adds or replaces; readers see the client and its revision together. */
export async function writeClient(books: Transaction<LedgerTables>, client: ClientPolicy): Promise<void> {
  // First of all: whoever writes another client waits here, so that revisions and clients have one order.
  await raiseFact(books, "clients_revision");
  const policy = JSON.stringify(client);
  await books
    .insertInto("ledger_clients")
    .values({ id: client.id, policy })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ policy }))
    .execute();
}

/** In the order of ids. */
export async function listClients(
  books: Transaction<LedgerTables>,
): Promise<{ revision: number; clients: ClientPolicy[] }> {
  const rows = await books.selectFrom("ledger_clients").select("policy").orderBy("id").execute();
  return {
    revision: await readFact(books, "clients_revision"),
    clients: rows.map((row) => JSON.parse(row.policy) as ClientPolicy),
  };
}
