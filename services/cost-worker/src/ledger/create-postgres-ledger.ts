import { Kysely, PostgresDialect } from "kysely";
import { type CustomTypesConfig, Pool, TypeOverrides } from "pg";

import { createSqlLedger } from "./create-sql-ledger.ts";
import { messageOf } from "./error-fields.ts";
import { type Ledger, LedgerUnavailableError } from "./ledger.ts";
import { LedgerSetupError } from "./ledger-setup-error.ts";
import { migrateLedger } from "./migrations/migrate-ledger.ts";
import { isCollision, isPostgresAway, isRefusal } from "./postgres/postgres-errors.ts";
import type { LedgerTables } from "./schema.ts";

const CONNECTIONS = 8;
const CONNECT_TIMEOUT = 5000;
const STATEMENT_TIMEOUT = 60_000;
const BIGINT = 20;
const SETTING = "DATABASE_URL (costs.database_url)";

/**
 * The books in Postgres, for any number of workers. Throws LedgerSetupError, which names the setting and never the
 * password, where the address or the rights are wrong or the tables are of a newer version; LedgerUnavailableError
 * where nobody answers, which may change by itself.
 */
export async function createPostgresLedger({ url }: { url: string }): Promise<Ledger> {
  const place = describePlace(url);
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    application_name: "switchyard-cost-worker",
    types: parsers(),
  });
  // A connection that dies is replaced when the next is needed; what was asked of it is rejected by itself.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const database = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) });
  const close = (): Promise<void> => database.destroy();
  try {
    await migrateLedger(database, "postgres", place);
  } catch (error) {
    await close();
    throw explain(place, error);
  }
  return createSqlLedger({ database, store: "postgres", isAway: isPostgresAway, isCollision, close });
}

/** Sums of nano-dollars are safe integers up to nine million dollars; what is more must not be rounded in silence. */
function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the ledger holds ${text}, more than can be told exactly`);
  return value;
}

function parsers(): CustomTypesConfig {
  const types = new TypeOverrides();
  types.setTypeParser(BIGINT, parseBigint);
  return types;
}

/** Host and database, without the password. */
function describePlace(url: string): string {
  const address = /^postgres(?:ql)?:\/\/./.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  if (address !== undefined) return `the Postgres database ${address.host}${address.pathname}`;
  throw new LedgerSetupError(
    `${SETTING} is no address of a Postgres database; it looks like postgres://user:password@host:5432/database`,
  );
}

function explain(place: string, error: unknown): Error {
  if (error instanceof LedgerSetupError) return error;
  const reason = messageOf(error);
  if (isRefusal(error)) return new LedgerSetupError(`${SETTING}: ${place} refuses: ${reason}`, { cause: error });
  if (isPostgresAway(error)) {
    return new LedgerUnavailableError(`${SETTING}: ${place} does not answer: ${reason}`, { cause: error });
  }
  return new LedgerSetupError(`${SETTING}: ${place} cannot be used: ${reason}`, { cause: error });
}
