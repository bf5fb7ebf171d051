import { field, messageOf } from "../error-fields.ts";

/** Primary result codes, https://sqlite.org/rescode.html */
const CANNOT_OPEN = 14;
const BUSY = 5;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
/** The row is wrong, not the store: CONSTRAINT, MISMATCH, TOOBIG, RANGE. */
const WRONG_VALUES: readonly number[] = [18, 19, 20, 25];

/** The primary result code of an error of Node's SQLite; undefined: it is none. */
function sqliteCode(error: unknown): number | undefined {
  const code = field(error, "errcode");
  return typeof code === "number" ? code & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === BUSY;
}

export function isDamaged(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

export function isNoAccess(error: unknown): boolean {
  return sqliteCode(error) === CANNOT_OPEN;
}

/** True where asking again later may help: the store did not do its part. */
export function isSqliteAway(error: unknown): boolean {
  const code = sqliteCode(error);
  if (code !== undefined) return !WRONG_VALUES.includes(code);
  return /database is not open|driver has already been destroyed/.test(messageOf(error));
}
