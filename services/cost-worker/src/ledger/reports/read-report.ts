import { type RawBuilder, sql, type Transaction } from "kysely";

import type { ReportQuery, ReportRow } from "../ledger.ts";
import { type LedgerTables, type Store, SUM_AMOUNTS, type SumAmounts } from "../schema.ts";
import { FINEST_SPAN, isTime, WHOLE_DAY } from "../sums/cubes.ts";
import { readFact } from "../write/ledger-facts.ts";
import type { Segment } from "./cover-time.ts";
import { type BooksExtent, type ColumnDimension, planReport, type ReportPlan } from "./plan-report.ts";
import { type GroupRecord, toReportRow } from "./report-row.ts";

type Books = Transaction<LedgerTables>;
type Fragment = RawBuilder<unknown>;

/** Of one attempt, what the sums add up. */
const AMOUNTS_OF_ROWS: Record<keyof SumAmounts, Fragment> = {
  requests: sql`1`,
  failed: sql`case when source.outcome = 'failure' then 1 else 0 end`,
  aborted: sql`case when source.outcome = 'aborted' then 1 else 0 end`,
  unknown: sql`case when source.outcome = 'unknown' then 1 else 0 end`,
  uncached_input: sql`source.uncached_input`,
  cache_read: sql`source.cache_read`,
  cache_write_5m: sql`source.cache_write_5m`,
  cache_write_1h: sql`source.cache_write_1h`,
  output: sql`source.output`,
  reasoning: sql`source.reasoning`,
  cost: sql`source.cost`,
  subscription_cost: sql`source.cost * source.subscription`,
  estimated_cost: sql`source.cost * source.estimated`,
  told_cost: sql`coalesce(source.reported_cost, 0)`,
  first_token_sum: sql`coalesce(source.first_token_ms, 0)`,
  first_token_count: sql`case when source.first_token_ms is null then 0 else 1 end`,
  duration_sum: sql`coalesce(source.duration_ms, 0)`,
  duration_count: sql`case when source.duration_ms is null then 0 else 1 end`,
};

/** Within one transaction, so that rows and sums are of one moment. Throws RangeError for a zone that there is not. */
export async function readReport(books: Books, store: Store, query: ReportQuery): Promise<ReportRow[]> {
  const plan = planReport(query, await readExtent(books));
  if (plan.segments.length === 0) return [];
  if (store === "postgres") await lookUpByIndex(books);
  const { rows } = await sql<GroupRecord>`
    with segments (bucket, span, starts, ends) as materialized (${segmentTable(plan.segments, store)})
    select bucket, ${sql.join([...groupColumns(plan), ...totals()])}
    from (${sql.join(sources(plan, store), sql` union all `)}) as pieces
    group by ${sql.join([sql`bucket`, ...groupNames(plan)])}
    having sum(requests) <> 0
    order by ${sql.join(orderOf(query, plan))}
    ${query.limit === undefined ? sql`` : sql`limit ${query.limit}`}
  `.execute(books);
  return rows.map((row) => toReportRow(row, plan));
}

/**
 * Segments are looked up in an index, one by one. The planner cannot know how few rows each has, and would read a whole
 * table to join it with them.
 */
async function lookUpByIndex(books: Books): Promise<void> {
  const off = ["enable_hashjoin", "enable_mergejoin", "jit"].map(
    (setting) => sql`set_config(${sql.lit(setting)}, 'off', true)`,
  );
  await sql`select ${sql.join(off)}`.execute(books);
}

/** In whole days, which every span is a part of. Each question is answered by the end of an index. */
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
    from: Math.floor((first?.at ?? 0) / WHOLE_DAY) * WHOLE_DAY,
    to: last === undefined ? 0 : Math.floor(last.at / WHOLE_DAY + 1) * WHOLE_DAY,
    rowsFrom: await readFact(books, "rows_removed_before"),
  };
}

function segmentTable(segments: readonly Segment[], store: Store): Fragment {
  const list = JSON.stringify(segments.map(({ bucket, span, starts, ends }) => [bucket, span, starts, ends]));
  if (store === "sqlite") return sql`select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(${list})`;
  return sql`select ${sql.join([0, 1, 2, 3].map(placeOfJson))} from jsonb_array_elements(cast(${list} as jsonb))`;
}

function placeOfJson(place: number): Fragment {
  return sql`cast(value ->> ${sql.lit(place)} as bigint)`;
}

/** Sums where whole spans lie in the time, rows at its edges. */
function sources(plan: ReportPlan, store: Store): Fragment[] {
  const spans = plan.segments.some((segment) => segment.span > 0);
  const rows = plan.segments.some((segment) => segment.span === 0);
  return [...(spans ? [sumSource(plan, store)] : []), ...(rows ? [rowSource(plan)] : [])];
}

function sumSource(plan: ReportPlan, store: Store): Fragment {
  const amounts = SUM_AMOUNTS.map((amount) => sql`source.${sql.ref(amount)}`);
  return sql`
    select segments.bucket, ${sql.join([...pieceColumns(plan), ...amounts])}
    from segments cross join ledger_sums as source ${sessionIndex(plan, store)} ${projects(plan)}
    where source.cube = ${sql.lit(plan.cube.id)} and source.span = segments.span
      and source.at >= segments.starts and source.at < segments.ends
      ${plan.oneSession ? sql`and source.session <> ''` : sql``} ${filters(plan)}`;
}

/** SQLite would rather read all sessions of the time. Postgres knows how few rows a session has. */
function sessionIndex(plan: ReportPlan, store: Store): Fragment {
  return store === "sqlite" && plan.oneSession ? sql`indexed by ledger_sums_session` : sql``;
}

function rowSource(plan: ReportPlan): Fragment {
  const amounts = SUM_AMOUNTS.map((amount) => sql`${AMOUNTS_OF_ROWS[amount]} as ${sql.ref(amount)}`);
  return sql`
    select segments.bucket, ${sql.join([...pieceColumns(plan), ...amounts])}
    from segments cross join ledger_attempts as source ${projects(plan)}
    where segments.span = 0 and source.at >= segments.starts and source.at < segments.ends ${filters(plan)}`;
}

/** A session has one project at most. */
function projects(plan: ReportPlan): Fragment {
  return plan.needsProjects ? sql`left join ledger_projects on ledger_projects.session = source.session` : sql``;
}

function filters(plan: ReportPlan): Fragment {
  if (plan.filters.length === 0) return sql``;
  const terms = plan.filters.map(({ column, values }) =>
    values.length === 0 ? sql`1 = 0` : sql`${valueOf(column)} in (${sql.join(values)})`,
  );
  return sql`and ${sql.join(terms, sql` and `)}`;
}

function valueOf(column: ColumnDimension): Fragment {
  return column === "project" ? sql`coalesce(ledger_projects.project, '')` : sql`source.${sql.ref(column)}`;
}

function pieceColumns(plan: ReportPlan): Fragment[] {
  return plan.columns.map((column) => sql`${valueOf(column)} as ${sql.ref(column)}`);
}

function groupNames(plan: ReportPlan): Fragment[] {
  return plan.columns.map((column) => sql.ref(column));
}

function groupColumns(plan: ReportPlan): Fragment[] {
  return plan.columns.map((column) => sql`${sql.ref(column)} as ${sql.ref(`by_${column}`)}`);
}

function totals(): Fragment[] {
  return SUM_AMOUNTS.map((amount) => sql`cast(sum(${sql.ref(amount)}) as bigint) as ${sql.ref(`sum_${amount}`)}`);
}

function orderOf(query: ReportQuery, plan: ReportPlan): Fragment[] {
  const dimensions = query.by.map((dimension) => (isTime(dimension) ? sql`bucket` : sql.ref(dimension)));
  const terms = [...dimensions, sql`bucket`, ...groupNames(plan)];
  if (query.orderBy === "cost") return [sql`sum(cost) desc`, ...terms];
  if (query.orderBy === "requests") return [sql`sum(requests) desc`, ...terms];
  if (query.orderBy === "tokens") {
    return [sql`sum(uncached_input + cache_read + cache_write_5m + cache_write_1h + output) desc`, ...terms];
  }
  return terms;
}
