import { closeSync, mkdirSync, openSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { field, messageOf } from "../error-fields.ts";
import { LedgerSetupError } from "../ledger-setup-error.ts";
import { holdWriterLock } from "./hold-writer-lock.ts";
import { isDamaged, isNoAccess } from "./sqlite-errors.ts";

/** Marks the file as ours: "SWYL". */
const APPLICATION = 0x53_57_59_4c;
/** ms that a write waits for another program that reads or copies the file. */
const BUSY_TIMEOUT = 2000;
const SETTING = "costs.database_file (SWITCHYARD_LEDGER)";

export interface LedgerFile {
  database: DatabaseSync;
  /** With links resolved. */
  file: string;
  /** Gives the file to the next worker; after `database.close()`. */
  release: () => void;
}

/**
 * Opens or creates the file for this process alone, readable by its owner only. A crash of the process loses nothing
 * that was written; a loss of power may lose the last moments, never the file. Throws LedgerSetupError.
 */
export function openLedgerFile(path: string): LedgerFile {
  const file = asSetup(path, () => prepareFile(resolve(path)));
  const lock = asSetup(path, () => holdWriterLock(file));
  try {
    return { database: asSetup(path, () => openDatabase(file)), file, release: () => lock.release() };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function prepareFile(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, "a+", 0o600));
  return realpathSync(path);
}

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
  try {
    claim(database, file);
    database.exec("pragma journal_mode = wal");
    database.exec("pragma synchronous = normal");
    database.exec("pragma cache_size = -65536");
    database.exec("pragma temp_store = memory");
    // Tables know the indexes they need; one made for a single report would read all of a table.
    database.exec("pragma automatic_index = off");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function claim(database: DatabaseSync, file: string): void {
  const owner = database.prepare("pragma application_id").get()?.["application_id"];
  if (owner === APPLICATION) return;
  const tables = database.prepare("select count(*) as tables from sqlite_schema").get()?.["tables"];
  if (owner !== 0 || tables !== 0) {
    throw new LedgerSetupError(`${SETTING}: ${file} is another program's database; name another file`);
  }
  database.exec(`pragma application_id = ${APPLICATION}`);
}

function asSetup<Value>(path: string, open: () => Value): Value {
  try {
    return open();
  } catch (error) {
    throw explain(path, error);
  }
}

/** What opening, or bringing up to date, says of a file, in words that name the setting. */
export function explain(path: string, error: unknown): Error {
  if (error instanceof LedgerSetupError) return error;
  const reason = messageOf(error);
  const text = isDamaged(error)
    ? `${SETTING}: ${path} is no SQLite database, or damaged (${reason}); restore it from a copy, or move it away to begin a new one`
    : isNoAccess(error) || isFileError(error)
      ? `${SETTING}: ${path} cannot be opened for writing (${reason}); the worker needs to read and write its folder`
      : `${SETTING}: ${path} cannot be opened (${reason})`;
  return new LedgerSetupError(text, { cause: error });
}

function isFileError(error: unknown): boolean {
  return field(error, "syscall") !== undefined;
}
