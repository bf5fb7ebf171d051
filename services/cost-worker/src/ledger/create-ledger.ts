import type { Ledger } from "./ledger.ts";

export interface LedgerOptions {
  /** Where the SQLite file is, or will be. */
  databaseFile: string;
  /** postgres://…: used in place of the file. */
  databaseUrl?: string;
}

/** Throws what createSqliteLedger and createPostgresLedger throw. */
export async function createLedger({ databaseFile, databaseUrl }: LedgerOptions): Promise<Ledger> {
  // Each is loaded where it is used: drivers take memory.
  if (databaseUrl === undefined) {
    const { createSqliteLedger } = await import("./create-sqlite-ledger.ts");
    return createSqliteLedger({ file: databaseFile });
  }
  const { createPostgresLedger } = await import("./create-postgres-ledger.ts");
  return createPostgresLedger({ url: databaseUrl });
}
