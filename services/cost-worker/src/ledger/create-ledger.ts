import { createPostgresLedger } from "./create-postgres-ledger.ts";
import { createSqliteLedger } from "./create-sqlite-ledger.ts";
import type { Ledger } from "./ledger.ts";

export interface LedgerOptions {
  /** Where the SQLite file is, or will be. */
  databaseFile: string;
  /** postgres://…: used in place of the file. */
  databaseUrl?: string;
}

/** Throws what createSqliteLedger and createPostgresLedger throw. */
export function createLedger({ databaseFile, databaseUrl }: LedgerOptions): Promise<Ledger> {
  return databaseUrl === undefined
    ? createSqliteLedger({ file: databaseFile })
    : createPostgresLedger({ url: databaseUrl });
}
