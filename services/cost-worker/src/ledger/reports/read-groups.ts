import { type RawBuilder, sql, type Transaction } from "kysely";

import type { ReportQuery } from "../ledger.ts";
import { type LedgerTables, type Store, SUM_AMOUNTS } from "../schema.ts";
import { isTime } from "../sums/cubes.ts";
import type { Segment } from "./cover-time.ts";
import { type Amount, type Amounts, inKeyOrder, sourcesOf, type SourceWish } from "./group-sources.ts";
import type { ReportPlan } from "./plan-report.ts";
import type { GroupRecord } from "./report-row.ts";

type Books = Transaction<LedgerTables>;
type Fragment = RawBuilder<unknown>;

/** What is asked of a plan. */
export interface GroupsWish {
  store: Store;
  by: ReportQuery["by"];
  orderBy: ReportQuery["orderBy"];
  limit: number | undefined;
  /** Groups that are left out before the first one; only with a limit. */
  offset?: number;
  /** No group is read by more than one plan. */
  areApart?: boolean;
  /** Only what the order is by is added up, and is in the groups. */
  isNarrow?: boolean;
}

/** The groups in the order of the query, of all that is read by plans of the same columns and times. */
export async function readGroups(books: Books, plans: readonly ReportPlan[], wish: GroupsWish): Promise<GroupRecord[]> {
  const { store, limit, offset = 0, areApart = false } = wish;
  const amounts = amountsOf(wish);
  const read = plans.filter(hasAnything);
  const [plan] = read;
  if (plan === undefined) return [];
  const { segments, pieces } = piecesOf(read, { store, amounts });
  const groups = (some: readonly Fragment[]): Fragment => sql`
    select ${sql.join([...groupColumns(plan), ...totals(amounts, wish)])}
    from (${sql.join(some, sql` union all `)}) as pieces
    ${groupBy(plan)}
    having ${total("requests", wish)} <> 0`;
  const found = areApart ? sql.join(pieces.map(groups), sql` union all `) : groups(pieces.flat());
  const { rows } = await sql<GroupRecord>`
    with ${segments}
    select * from (${found}) as found
    ${orderOf(wish, plan)}
    ${limit === undefined ? sql`` : sql`limit ${limit} offset ${offset}`}
  `.execute(books);
  return rows;
}

/** How many groups each time has; those without any are not in it. */
export async function countGroups(books: Books, plan: ReportPlan, store: Store): Promise<Map<number, number>> {
  if (!hasAnything(plan)) return new Map();
  const { segments, pieces } = piecesOf([plan], { store, amounts: ["requests"] });
  const { rows } = await sql<{ bucket: number; groups: number }>`
    with ${segments}
    select bucket, count(*) as groups from (
      select bucket from (${sql.join(pieces.flat(), sql` union all `)}) as pieces
      group by ${sql.join([sql`bucket`, ...groupNames(plan)])}
      having sum(requests) <> 0
    ) as found
    group by bucket
  `.execute(books);
  return new Map(rows.map(({ bucket, groups }) => [bucket, groups]));
}

function hasAnything({ sessions, segments }: ReportPlan): boolean {
  return sessions !== undefined || segments.length > 0;
}

/** All that is added up, plan by plan, and the tables of their segments. */
function piecesOf(
  plans: readonly ReportPlan[],
  { store, amounts }: Omit<SourceWish, "segments">,
): { segments: Fragment; pieces: Fragment[][] } {
  const lists = plans.map((plan, place) => segmentTable(plan.segments, { store, table: tableOf(place) }));
  const pieces = plans.map((plan, place) => sourcesOf(plan, { store, amounts, segments: tableOf(place) }));
  return { segments: sql.join(lists), pieces };
}

/** Requests tell whether there is anything at all. */
function amountsOf({ orderBy, isNarrow = false }: GroupsWish): Amount[] {
  const ordered: Amount[] = isAmount(orderBy) ? [orderBy] : [];
  return [...new Set<Amount>([...(isNarrow ? [] : SUM_AMOUNTS), "requests", ...ordered])];
}

/** What the order is by. */
export function amountOf(group: GroupRecord, orderBy: AmountOrder): number {
  return group[`sum_${orderBy}`] ?? 0;
}

export type AmountOrder = Exclude<ReportQuery["orderBy"], "time" | undefined>;

export function isAmount(orderBy: ReportQuery["orderBy"]): orderBy is AmountOrder {
  return orderBy !== undefined && orderBy !== "time";
}

function tableOf(place: number): Fragment {
  return sql.ref(`segments_${place}`);
}

function segmentTable(segments: readonly Segment[], { store, table }: { store: Store; table: Fragment }): Fragment {
  const list = JSON.stringify(segments.map(({ bucket, span, starts, ends }) => [bucket, span, starts, ends]));
  const rows =
    store === "sqlite"
      ? sql`select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(${list})`
      : sql`select ${sql.join([0, 1, 2, 3].map(placeOfJson))} from jsonb_array_elements(cast(${list} as jsonb))`;
  return sql`${table} (bucket, span, starts, ends) as materialized (${rows})`;
}

function placeOfJson(place: number): Fragment {
  return sql`cast(value ->> ${sql.lit(place)} as bigint)`;
}

/** A single time is no part of what is compared; of sessions the sums are in their order, and need hardly be sorted. */
function groupBy(plan: ReportPlan): Fragment {
  const names = [...(isTimed(plan) ? [sql`bucket`] : []), ...groupNames(plan)];
  return names.length === 0 ? sql`` : sql`group by ${sql.join(names)}`;
}

function isTimed({ times }: ReportPlan): boolean {
  return times.length > 1;
}

function groupNames({ columns }: ReportPlan): Fragment[] {
  return inKeyOrder(columns).map((column) => sql.ref(column));
}

function groupColumns(plan: ReportPlan): Fragment[] {
  const bucket = isTimed(plan) ? sql`bucket` : sql`0 as bucket`;
  return [bucket, ...plan.columns.map((column) => sql`${sql.ref(column)} as ${sql.ref(`by_${column}`)}`)];
}

/** Where only an order is wanted Postgres adds up doubles, which is quicker: up to what can be told they are exact. */
function total(amount: Amount, { store, isNarrow = false }: GroupsWish): Fragment {
  const isDouble = store === "postgres" && isNarrow;
  return isDouble ? sql`sum(cast(${sql.ref(amount)} as double precision))` : sql`sum(${sql.ref(amount)})`;
}

function totals(amounts: Amounts, wish: GroupsWish): Fragment[] {
  return amounts.map((amount) => sql`cast(${total(amount, wish)} as bigint) as ${sql.ref(`sum_${amount}`)}`);
}

function orderOf({ by, orderBy }: GroupsWish, plan: ReportPlan): Fragment {
  const times = isTimed(plan) ? ["bucket"] : [];
  const named = [...by.flatMap((dimension) => (isTime(dimension) ? times : [`by_${dimension}`])), ...times];
  const terms = [...new Set(orderBy === "time" ? [...times, ...named] : named)].map((name) => sql.ref(name));
  if (!isAmount(orderBy)) return terms.length === 0 ? sql`` : sql`order by ${sql.join(terms)}`;
  return sql`order by ${sql.join([sql`${sql.ref(`sum_${orderBy}`)} desc`, ...terms])}`;
}
