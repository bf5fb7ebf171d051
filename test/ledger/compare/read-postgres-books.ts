import { Client } from "pg";
import { ATTEMPTS, INTENTS, toIntentRow, toRow, type BookReader } from "./read-books.ts";

/** Throws the driver's error where the server does not answer. */
export async function openPostgresBooks(url: string): Promise<BookReader> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    read: async () => {
      const attempts = await client.query<Record<string, unknown>>(ATTEMPTS);
      const intents = await client.query<Record<string, unknown>>(INTENTS);
      return [...attempts.rows.map(toRow), ...intents.rows.map(toIntentRow)];
    },
    close: () => client.end(),
  };
}
