import { codeOf, messageOf } from "../error-fields.ts";

/** SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html; undefined: the error is not the server's. */
function sqlState(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Serialization failure, deadlock: the transaction is undone, for another's sake. */
export function isCollision(error: unknown): boolean {
  const state = sqlState(error);
  return state === "40001" || state === "40P01";
}

/** True where asking again later may help. Wrong values and wrong statements stay wrong. */
export function isPostgresAway(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return !/^(?:22|23|42(?!501))/.test(state);
  return codeOf(error)?.startsWith("E") === true || SAYS_AWAY.test(messageOf(error));
}

/** What the driver says where there is no answer. */
const SAYS_AWAY =
  /timeout|terminated|connection|not queryable|pool after calling end|driver has already been destroyed/i;

/** The server is there and says no: wrong user or password (28), wrong database (3D), no rights (42501). */
export function isRefusal(error: unknown): boolean {
  return /^(?:28|3D|42501)/.test(sqlState(error) ?? "");
}
