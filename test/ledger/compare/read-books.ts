import { DatabaseSync } from "node:sqlite";
import { NO_USAGE, type AttemptFacts } from "@switchyard/wire";
import type { BookRow } from "./book-row.ts";

/** Reads what the ledger holds by plain SQL, past the worker's own code. */
export interface BookReader {
  read(): Promise<BookRow[]>;
  close(): Promise<void>;
}

type Fields = Readonly<Record<string, unknown>>;

export const ATTEMPTS =
  "select attempt_id, session, attempt, provider, outcome, failure, status, uncached_input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, estimated, at, cost from ledger_attempts";
export const INTENTS = "select attempt_id, facts from ledger_intents";

/** `file`: the worker may write to it at the same time. */
export function openSqliteBooks(file: string): BookReader {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  return {
    read: () =>
      Promise.resolve([
        ...database.prepare(ATTEMPTS).all().map(toRow),
        ...database.prepare(INTENTS).all().map(toIntentRow),
      ]),
    close: () => Promise.resolve(database.close()),
  };
}

export function toRow(fields: Fields): BookRow {
  const number = (name: string): number => Number(fields[name]);
  const { failure, status } = fields;
  return {
    attemptId: String(fields["attempt_id"]),
    session: String(fields["session"]),
    attempt: number("attempt"),
    provider: String(fields["provider"]),
    at: number("at"),
    outcome: String(fields["outcome"]) as BookRow["outcome"],
    ...(typeof failure === "string" ? { failure } : {}),
    ...(status === null ? {} : { status: Number(status) }),
    usage: {
      uncachedInput: number("uncached_input"),
      cacheRead: number("cache_read"),
      cacheWrite5m: number("cache_write_5m"),
      cacheWrite1h: number("cache_write_1h"),
      output: number("output"),
      reasoning: number("reasoning"),
      estimated: number("estimated") !== 0,
    },
    cost: number("cost"),
  };
}

export function toIntentRow(fields: Fields): BookRow {
  const facts = JSON.parse(String(fields["facts"])) as AttemptFacts;
  return {
    attemptId: facts.attemptId,
    session: facts.session ?? "",
    attempt: facts.attempt,
    provider: facts.provider,
    at: facts.at,
    outcome: "intent",
    usage: NO_USAGE,
    cost: 0,
  };
}
