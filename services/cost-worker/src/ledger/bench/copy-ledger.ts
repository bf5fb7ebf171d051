import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";

/** Without those that say which version wrote the books. */
const TABLES = [
  "ledger_attempts",
  "ledger_sums",
  "ledger_sessions",
  "ledger_session_sums",
  "ledger_projects",
  "ledger_facts",
] as const;

const CHUNK = 1 << 18;

/** The attempts, sums and projects of a file into the empty tables of a Postgres database, both of this version. */
export async function copyLedger(file: string, url: string): Promise<void> {
  const database = new DatabaseSync(file, { readOnly: true });
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const table of TABLES) await copyTable(table, { database, client });
    // As a server that runs for long does by itself.
    await client.query("vacuum analyze");
  } finally {
    database.close();
    await client.end();
  }
}

async function copyTable(
  table: (typeof TABLES)[number],
  { database, client }: { database: DatabaseSync; client: Client },
): Promise<void> {
  const columns = database.prepare(`pragma table_info(${table})`).all();
  const names = columns.map(({ name }) => String(name)).join(", ");
  // SQLite makes the lines: a number as it is, a text in quotation marks, nothing for null.
  const fields = columns.map(({ name, type }) => {
    const value =
      String(type).toLowerCase() === "text" ? `'"' || replace(${String(name)}, '"', '""') || '"'` : String(name);
    return `coalesce(${value}, '')`;
  });
  const lines = database.prepare(`select ${fields.join(" || ',' || ")} as line from ${table}`);
  const sink = client.query(copyFrom(`copy ${table} (${names}) from stdin with (format csv)`));
  await pipeline(Readable.from(chunksOf(lines.iterate())), sink);
}

function* chunksOf(lines: Iterable<Record<string, unknown>>): Generator<Buffer> {
  let text = "";
  for (const { line } of lines) {
    text += `${String(line)}\n`;
    if (text.length < CHUNK) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text);
}
