import { sql, type Transaction } from "kysely";

import type { ReportQuery, ReportRow } from "../ledger.ts";
import type { LedgerTables, Store } from "../schema.ts";
import { FINEST_SPAN, LONGEST_SPAN } from "../sums/cubes.ts";
import { readFact } from "../write/ledger-facts.ts";
import { type BooksExtent, planReport } from "./plan-report.ts";
import { planSessions } from "./plan-sessions.ts";
import { readBySession } from "./read-by-session.ts";
import { readGroups } from "./read-groups.ts";
import { readFirst } from "./read-first.ts";
import { toReportRow } from "./report-row.ts";

type Books = Transaction<LedgerTables>;

/** Within one transaction, so that rows and sums are of one moment. Throws RangeError for a zone that there is not. */
export async function readReport(books: Books, store: Store, query: ReportQuery): Promise<ReportRow[]> {
  const extent = await readExtent(books);
  const plan = planReport(query, extent);
  if (plan.segments.length === 0) return [];
  const plans = await planSessions(books, { query, plan, extent });
  if (store === "postgres") await tune(books, plans === undefined ? LOOK_UP : LOOK_THROUGH);
  const { by, orderBy, limit, offset = 0 } = query;
  const rows =
    plans !== undefined
      ? await readBySession(books, { plans, query, store })
      : limit === undefined
        ? await readGroups(books, [plan], { store, by, orderBy, limit })
        : await readFirst(books, { plan, store, query, limit, offset, extent });
  return rows.map((row) => toReportRow(row, plan));
}

type Tuning = readonly (readonly [name: string, value: string])[];

/** Groups are added up in memory: by default a tenth of a report's would fit. How many they are Postgres cannot know. */
const IN_MEMORY: Tuning = [
  ["enable_sort", "off"],
  ["jit", "off"],
  ["work_mem", "128MB"],
];

/**
 * Segments are looked up in an index, one by one. The planner cannot know how few rows each has, and would read a whole
 * table to join it with them.
 */
const LOOK_UP: Tuning = [...IN_MEMORY, ["enable_hashjoin", "off"], ["enable_mergejoin", "off"]];

/** Nearly all sessions are read. */
const LOOK_THROUGH: Tuning = [...IN_MEMORY];

/** For this transaction alone. */
async function tune(books: Books, tuning: Tuning): Promise<void> {
  const settings = tuning.map(([name, value]) => sql`set_config(${sql.lit(name)}, ${sql.lit(value)}, true)`);
  await sql`select ${sql.join(settings)}`.execute(books);
}

/** In the longest spans, which every other is a part of. Each question is answered by the end of an index. */
async function readExtent(books: Books): Promise<BooksExtent> {
  const edge = (which: "asc" | "desc"): Promise<{ at: number } | undefined> =>
    books
      .selectFrom("ledger_sums")
      .select("at")
      .where("cube", "=", 1)
      .where("span", "=", FINEST_SPAN)
      .orderBy("at", which)
      .limit(1)
      .executeTakeFirst();
  const first = await edge("asc");
  const last = await edge("desc");
  return {
    from: Math.floor((first?.at ?? 0) / LONGEST_SPAN) * LONGEST_SPAN,
    to: last === undefined ? 0 : Math.floor(last.at / LONGEST_SPAN + 1) * LONGEST_SPAN,
    rowsFrom: await readFact(books, "rows_removed_before"),
  };
}
