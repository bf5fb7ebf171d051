import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";

import { LedgerSetupError } from "../ledger-setup-error.ts";
import type { LedgerTables, Store } from "../schema.ts";
import { createBooks } from "./0001-books.ts";
import { createSharing } from "./0002-sharing.ts";
import { createLongSpans } from "./0003-long-spans.ts";
import { createSessions } from "./0004-sessions.ts";

const TABLE = "ledger_migrations";
const LOCK_TABLE = "ledger_migrations_lock";

/**
 * Brings the tables to this version; one process at a time, all or nothing. Throws LedgerSetupError where a newer
 * version has written them; what the store says otherwise. `place` is how people know the database.
 */
export async function migrateLedger(database: Kysely<LedgerTables>, store: Store, place: string): Promise<void> {
  const migrations = migrationsFor(store);
  const newer = (await applied(database)).filter((name) => migrations[name] === undefined);
  if (newer.length > 0) throw newerVersion(place, newer);
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableName: TABLE,
    migrationLockTableName: LOCK_TABLE,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error as Error;
}

/** In the order of names. A migration that was released is never changed. */
function migrationsFor(store: Store): Record<string, Migration> {
  return {
    "0001-books": { up: (database: Kysely<unknown>) => createBooks(database, store) },
    "0002-sharing": { up: (database: Kysely<unknown>) => createSharing(database, store) },
    "0003-long-spans": { up: createLongSpans },
    "0004-sessions": { up: (database: Kysely<unknown>) => createSessions(database, store) },
  };
}

async function applied(database: Kysely<LedgerTables>): Promise<string[]> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === TABLE)) return [];
  const rows = await database
    .withTables<{ [TABLE]: { name: string } }>()
    .selectFrom(TABLE)
    .select("name")
    .orderBy("name")
    .execute();
  return rows.map((row) => row.name);
}

function newerVersion(place: string, names: readonly string[]): LedgerSetupError {
  return new LedgerSetupError(
    `${place} was written by a newer version of the cost worker (it has ${names.join(", ")}): update this one, or name another database`,
  );
}
