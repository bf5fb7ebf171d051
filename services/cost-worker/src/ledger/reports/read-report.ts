import { sql, type Transaction } from "kysely";

import type { ReportQuery, ReportRow } from "../ledger.ts";
import type { LedgerTables, Store } from "../schema.ts";
import { FINEST_SPAN, LONGEST_SPAN } from "../sums/cubes.ts";
import { readFact } from "../write/ledger-facts.ts";
import { type BooksExtent, planReport } from "./plan-report.ts";
import { readGroups } from "./read-groups.ts";
import { readFirst } from "./read-first.ts";
import { toReportRow } from "./report-row.ts";

type Books = Transaction<LedgerTables>;

/** Within one transaction, so that rows and sums are of one moment. Throws RangeError for a zone that there is not. */
export async function readReport(books: Books, store: Store, query: ReportQuery): Promise<ReportRow[]> {
  const extent = await readExtent(books);
  const plan = planReport(query, extent);
  if (plan.segments.length === 0) return [];
  if (store === "postgres") await lookUpByIndex(books);
  const { by, orderBy, limit } = query;
  const rows =
    limit === undefined
      ? await readGroups(books, plan, { store, by, orderBy, limit })
      : await readFirst(books, { plan, store, query, limit, extent });
  return rows.map((row) => toReportRow(row, plan));
}

/**
 * Segments are looked up in an index, one by one. The planner cannot know how few rows each has, and would read a whole
 * table to join it with them. Groups are added up in memory: by default a tenth of a report's would fit.
 */
async function lookUpByIndex(books: Books): Promise<void> {
  const settings = [
    ["enable_hashjoin", "off"],
    ["enable_mergejoin", "off"],
    // Nor how many groups there are: it would sort all that it adds up.
    ["enable_sort", "off"],
    ["jit", "off"],
    ["work_mem", "64MB"],
  ].map(([name = "", value = ""]) => sql`set_config(${sql.lit(name)}, ${sql.lit(value)}, true)`);
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
