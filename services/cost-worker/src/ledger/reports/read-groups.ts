import { type RawBuilder, sql, type Transaction } from "kysely";

import type { ReportQuery } from "../ledger.ts";
import { type LedgerTables, type Store, SUM_AMOUNTS, type SumAmounts } from "../schema.ts";
import { isTime, type SumDimension } from "../sums/cubes.ts";
import type { Segment } from "./cover-time.ts";
import type { ReportPlan } from "./plan-report.ts";
import type { GroupRecord } from "./report-row.ts";

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

/** What is asked of a plan. */
export interface GroupsWish {
  store: Store;
  by: ReportQuery["by"];
  orderBy: ReportQuery["orderBy"];
  limit: number | undefined;
  /** Only these are added up, and are in the groups. Default: all. */
  amounts?: readonly (keyof SumAmounts)[];
}

/** What each order is by; requests tell whether there is anything at all. */
export const AMOUNTS_OF_ORDER = {
  cost: ["cost"],
  requests: ["requests"],
  tokens: ["uncached_input", "cache_read", "cache_write_5m", "cache_write_1h", "output"],
} as const satisfies Record<string, readonly (keyof SumAmounts)[]>;

/** The groups of a plan in the order of the query. */
export async function readGroups(books: Books, plan: ReportPlan, wish: GroupsWish): Promise<GroupRecord[]> {
  const { store, limit, amounts = SUM_AMOUNTS } = wish;
  if (plan.segments.length === 0) return [];
  const { rows } = await sql<GroupRecord>`
    with segments (bucket, span, starts, ends) as materialized (${segmentTable(plan.segments, store)})
    select bucket, ${sql.join([...groupColumns(plan), ...totals(amounts)])}
    from (${sql.join(sources(plan, { store, amounts }), sql` union all `)}) as pieces
    group by ${sql.join([sql`bucket`, ...groupNames(plan)])}
    having sum(requests) <> 0
    order by ${sql.join(orderOf(wish, plan))}
    ${limit === undefined ? sql`` : sql`limit ${limit}`}
  `.execute(books);
  return rows;
}

function segmentTable(segments: readonly Segment[], store: Store): Fragment {
  const list = JSON.stringify(segments.map(({ bucket, span, starts, ends }) => [bucket, span, starts, ends]));
  if (store === "sqlite") return sql`select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(${list})`;
  return sql`select ${sql.join([0, 1, 2, 3].map(placeOfJson))} from jsonb_array_elements(cast(${list} as jsonb))`;
}

function placeOfJson(place: number): Fragment {
  return sql`cast(value ->> ${sql.lit(place)} as bigint)`;
}

type Amounts = readonly (keyof SumAmounts)[];

/** Sums where whole spans lie in the time, rows at its edges. */
function sources(plan: ReportPlan, { store, amounts }: { store: Store; amounts: Amounts }): Fragment[] {
  const spans = plan.segments.some((segment) => segment.span > 0);
  const rows = plan.segments.some((segment) => segment.span === 0);
  return [
    ...(spans ? [sumSource(plan, { store, amounts })] : []),
    ...(rows ? [rowSource(plan, { store, amounts })] : []),
  ];
}

function sumSource(plan: ReportPlan, { store, amounts }: { store: Store; amounts: Amounts }): Fragment {
  const place: Place = { store, names: plan.cube.dimensions };
  const columns = amounts.map((amount) => sql`source.${sql.ref(amount)}`);
  return sql`
    select segments.bucket, ${sql.join([...pieceColumns(plan, place), ...columns])}
    from segments cross join ledger_sums as source ${indexHint(plan, store)} ${projects(plan, place)}
    where source.cube = ${sql.lit(plan.cube.id)} and source.span = segments.span
      and source.at >= segments.starts and source.at < segments.ends
      ${plan.index === undefined ? sql`` : sql`and source.${sql.ref(plan.index)} <> ''`} ${filters(plan, place)}`;
}

/** SQLite would rather read all of the time. Postgres knows how few rows a session or an agent has. */
function indexHint({ index }: ReportPlan, store: Store): Fragment {
  return store === "sqlite" && index !== undefined ? sql`indexed by ${sql.ref(`ledger_sums_${index}`)}` : sql``;
}

function rowSource(plan: ReportPlan, { store, amounts }: { store: Store; amounts: Amounts }): Fragment {
  const place: Place = { store, names: ["session"] };
  const columns = amounts.map((amount) => sql`${AMOUNTS_OF_ROWS[amount]} as ${sql.ref(amount)}`);
  return sql`
    select segments.bucket, ${sql.join([...pieceColumns(plan, place), ...columns])}
    from segments cross join ledger_attempts as source ${projects(plan, place)}
    where segments.span = 0 and source.at >= segments.starts and source.at < segments.ends ${filters(plan, place)}`;
}

/** Where something is read: what is a column there. */
interface Place {
  store: Store;
  names: readonly SumDimension[];
}

/** A session has one project at most. */
function projects(plan: ReportPlan, { names }: Place): Fragment {
  const isAsked = plan.columns.includes("project") || plan.filters.some(({ column }) => column === "project");
  if (!isAsked || names.includes("project")) return sql``;
  return sql`left join ledger_projects on ledger_projects.session = source.session`;
}

function filters(plan: ReportPlan, place: Place): Fragment {
  const { only } = plan;
  if (plan.filters.length === 0 && only === undefined) return sql``;
  const named = only === undefined ? [] : [sql`source.${sql.ref(only)} <> ''`];
  const terms = plan.filters.map(({ column, values }) => sql`${valueOf(column, place)} ${among(values, place)}`);
  return sql`and ${sql.join([...named, ...terms], sql` and `)}`;
}

/** One parameter, however many they are: statements have a limit of those. */
function among(values: readonly string[], { store }: Place): Fragment {
  if (store === "postgres") return sql`= any(cast(${[...values]} as text[]))`;
  return sql`in (select value from json_each(${JSON.stringify(values)}))`;
}

function valueOf(column: SumDimension, { names }: Place): Fragment {
  if (column !== "project") return sql`source.${sql.ref(column)}`;
  // Sums by project have it in the session's place.
  return names.includes("project") ? sql`source.session` : sql`coalesce(ledger_projects.project, '')`;
}

function pieceColumns(plan: ReportPlan, place: Place): Fragment[] {
  return plan.columns.map((column) => sql`${valueOf(column, place)} as ${sql.ref(column)}`);
}

function groupNames(plan: ReportPlan): Fragment[] {
  return plan.columns.map((column) => sql.ref(column));
}

function groupColumns(plan: ReportPlan): Fragment[] {
  return plan.columns.map((column) => sql`${sql.ref(column)} as ${sql.ref(`by_${column}`)}`);
}

function totals(amounts: Amounts): Fragment[] {
  return amounts.map((amount) => sql`cast(sum(${sql.ref(amount)}) as bigint) as ${sql.ref(`sum_${amount}`)}`);
}

function orderOf({ by, orderBy }: GroupsWish, plan: ReportPlan): Fragment[] {
  const dimensions = by.map((dimension) => (isTime(dimension) ? sql`bucket` : sql.ref(dimension)));
  const terms = [...dimensions, sql`bucket`, ...groupNames(plan)];
  if (orderBy === undefined) return terms;
  if (orderBy === "time") return [sql`bucket`, ...terms];
  const amount = sql.join(
    AMOUNTS_OF_ORDER[orderBy].map((name) => sql.ref(name)),
    sql` + `,
  );
  return [sql`sum(${amount}) desc`, ...terms];
}
