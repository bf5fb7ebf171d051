import { type RawBuilder, sql, type Transaction } from "kysely";

import type { ReportQuery } from "../ledger.ts";
import { type LedgerTables, type Store, SUM_AMOUNTS, type SumAmounts } from "../schema.ts";
import { isTime } from "../sums/cubes.ts";
import type { Segment } from "./cover-time.ts";
import { type Amounts, sourcesOf, type SourceWish } from "./group-sources.ts";
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
  /** Only these are added up, and are in the groups. Default: all. */
  amounts?: readonly (keyof SumAmounts)[];
}

/** What each order is by; requests tell whether there is anything at all. */
export const AMOUNTS_OF_ORDER = {
  cost: ["cost"],
  requests: ["requests"],
  tokens: ["uncached_input", "cache_read", "cache_write_5m", "cache_write_1h", "output"],
} as const satisfies Record<string, readonly (keyof SumAmounts)[]>;

/** The groups in the order of the query, of all that is read by plans of the same columns and times. */
export async function readGroups(books: Books, plans: readonly ReportPlan[], wish: GroupsWish): Promise<GroupRecord[]> {
  const { store, limit, offset = 0, amounts = SUM_AMOUNTS } = wish;
  const read = plans.filter(hasAnything);
  const [plan] = read;
  if (plan === undefined) return [];
  const { segments, pieces } = piecesOf(read, { store, amounts });
  const { rows } = await sql<GroupRecord>`
    with ${segments}
    select bucket, ${sql.join([...groupColumns(plan), ...totals(amounts)])}
    from (${pieces}) as pieces
    group by ${sql.join([sql`bucket`, ...groupNames(plan)])}
    having sum(requests) <> 0
    order by ${sql.join(orderOf(wish, plan))}
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
      select bucket from (${pieces}) as pieces
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

/** All that is added up for plans, and the tables of their segments. */
function piecesOf(
  plans: readonly ReportPlan[],
  { store, amounts }: Omit<SourceWish, "segments">,
): { segments: Fragment; pieces: Fragment } {
  const table = (place: number): Fragment => sql.ref(`segments_${place}`);
  const lists = plans.map((plan, place) => segmentTable(plan.segments, { store, table: table(place) }));
  const pieces = plans.flatMap((plan, place) => sourcesOf(plan, { store, amounts, segments: table(place) }));
  return { segments: sql.join(lists), pieces: sql.join(pieces, sql` union all `) };
}

/** With nothing but what the order is by. */
export function narrowWish(orderBy: ReportQuery["orderBy"]): Pick<GroupsWish, "amounts"> {
  const amounts: readonly (keyof SumAmounts)[] = isAmount(orderBy) ? AMOUNTS_OF_ORDER[orderBy] : [];
  return { amounts: [...new Set([...amounts, "requests" as const])] };
}

export type AmountOrder = keyof typeof AMOUNTS_OF_ORDER;

export function isAmount(orderBy: ReportQuery["orderBy"]): orderBy is AmountOrder {
  return orderBy !== undefined && orderBy !== "time";
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
