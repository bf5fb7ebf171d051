import { Kysely } from "kysely";

import { createSqlLedger } from "./create-sql-ledger.ts";
import type { Ledger } from "./ledger.ts";
import { migrateLedger } from "./migrations/migrate-ledger.ts";
import type { LedgerTables } from "./schema.ts";
import { NodeSqliteDialect } from "./sqlite/node-sqlite-dialect.ts";
import { explain, openLedgerFile } from "./sqlite/open-ledger-file.ts";
import { isSqliteAway } from "./sqlite/sqlite-errors.ts";

/**
 * The books in one SQLite file, which is created where it is not there. One process at a time: a second one throws.
 * Throws LedgerSetupError, which names the setting, where the file cannot be opened or is of a newer version.
 */
export async function createSqliteLedger({ file: path }: { file: string }): Promise<Ledger> {
  const { database: connection, file, release } = openLedgerFile(path);
  const database = new Kysely<LedgerTables>({ dialect: new NodeSqliteDialect(connection) });
  const close = async (): Promise<void> => {
    await database.destroy();
    if (connection.isOpen) connection.close();
    release();
  };
  try {
    await migrateLedger(database, "sqlite", file);
  } catch (error) {
    await close();
    throw explain(path, error);
  }
  return createSqlLedger({ database, store: "sqlite", isAway: isSqliteAway, isCollision: () => false, close });
}
