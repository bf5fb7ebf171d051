import { CompiledQuery, type Kysely } from "kysely";

import type { LedgerTables } from "../schema.ts";

type Value = string | number | null;

/** Inserts rows of one table by many, by texts that are compiled once per number of rows. */
export interface ManyInsert<Row> {
  (database: Kysely<LedgerTables>, rows: readonly Row[]): Promise<unknown[]>;
}

/** Numbers of rows per statement: few texts, which the store prepares once, and few steps for any number of rows. */
const SIZES = [200, 50, 10, 3, 1] as const;

/** `compile` gives the statement for such rows; its parameters are the rows' columns in order, row by row. */
export function createManyInsert<Row extends object>(
  columns: readonly (keyof Row)[],
  compile: (database: Kysely<LedgerTables>, rows: readonly Row[]) => CompiledQuery,
): ManyInsert<Row> {
  const texts = new Map<number, string>();
  return async (database, rows) => {
    const results: unknown[] = [];
    let done = 0;
    while (done < rows.length) {
      const size = SIZES.find((candidate) => candidate <= rows.length - done) ?? 1;
      const chunk = rows.slice(done, done + size);
      const text = texts.get(size) ?? compile(database, chunk).sql;
      texts.set(size, text);
      const result = await database.executeQuery(CompiledQuery.raw(text, parameters(columns, chunk)));
      results.push(...result.rows);
      done += size;
    }
    return results;
  };
}

function parameters<Row extends object>(columns: readonly (keyof Row)[], rows: readonly Row[]): Value[] {
  const values: Value[] = [];
  for (const row of rows) for (const column of columns) values.push(row[column] as Value);
  return values;
}
