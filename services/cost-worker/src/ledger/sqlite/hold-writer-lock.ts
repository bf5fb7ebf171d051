import { DatabaseSync } from "node:sqlite";

import { LedgerSetupError } from "../ledger-setup-error.ts";
import { isBusy } from "./sqlite-errors.ts";

/**
 * Keeps other workers from the same file for as long as this process lives: an open exclusive transaction on a database
 * beside it, which ends with the process however that ends. Throws LedgerSetupError where another has it.
 */
export function holdWriterLock(file: string): { release(): void } {
  const lock = new DatabaseSync(`${file}.lock`);
  try {
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw takenBy(file, error);
    throw error;
  }
  return { release: () => lock.close() };
}

function takenBy(file: string, cause: unknown): LedgerSetupError {
  return new LedgerSetupError(
    `another cost worker writes the ledger ${file}, and SQLite has one writer: stop that one, or set DATABASE_URL to a Postgres database, which takes any number of workers`,
    { cause },
  );
}
