import type { Transaction } from "kysely";

import type { ReportQuery } from "../ledger.ts";
import type { LedgerTables, Store } from "../schema.ts";
import { isTime, knows, NO_AGENT } from "../sums/cubes.ts";
import { type BooksExtent, type IndexedDimension, planReport, type ReportPlan } from "./plan-report.ts";
import { AMOUNTS_OF_ORDER, readGroups } from "./read-groups.ts";
import type { GroupRecord } from "./report-row.ts";

type Books = Transaction<LedgerTables>;

export interface FirstOptions {
  plan: ReportPlan;
  store: Store;
  query: ReportQuery;
  limit: number;
  extent: BooksExtent;
}

/**
 * The first groups of a report without adding up all the others, of which there may be hundreds of thousands: sessions
 * and agents are many, and each has many models, providers and outcomes.
 */
export function readFirst(books: Books, options: FirstOptions): Promise<GroupRecord[]> {
  const { plan, query } = options;
  const [first] = query.by;
  const byTime = query.orderBy === "time" || (query.orderBy === undefined && first !== undefined && isTime(first));
  if (byTime && plan.times.length > 1) return readEarliest(books, options);
  const anchor = anchorOf(options);
  if (anchor === undefined) return readGroups(books, plan, options);
  return readLargest(books, { ...options, anchor });
}

/** Times are in order: what is later than enough is not read. */
async function readEarliest(books: Books, options: FirstOptions): Promise<GroupRecord[]> {
  const { plan, query, limit } = options;
  const found: GroupRecord[] = [];
  let from = 0;
  for (let count = 1; from < plan.times.length && found.length < limit; count *= 2) {
    const [start, end] = [from, from + count];
    const segments = plan.segments.filter(({ bucket }) => bucket >= start && bucket < end);
    const left = limit - found.length;
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    found.push(...(await readGroups(books, { ...plan, segments }, { ...options, query, limit: left })));
    from = end;
  }
  return found;
}

/**
 * The dimension whose names are ranked first; undefined: there are few groups, or nothing would be won. Of the default
 * order it must be the first.
 */
function anchorOf({ plan, query }: FirstOptions): IndexedDimension | undefined {
  if (plan.index !== undefined || query.orderBy === "time") return undefined;
  const anchor = plan.columns.includes("session") ? "session" : plan.columns.includes("agent") ? "agent" : undefined;
  if (anchor === undefined || (query.orderBy === undefined && query.by[0] !== anchor)) return undefined;
  return query.by.length > 1 ? anchor : undefined;
}

interface LargestOptions extends FirstOptions {
  anchor: IndexedDimension;
}

/** Beyond so many names reading everything is quicker. */
const MOST_NAMES = 20_000;
const TIMES_MORE = 4;

/**
 * No group of a session is larger than the session: of the largest sessions all groups are read, and when the last one
 * that is wanted is larger than the next session nothing better can come. By name, the first names have the first groups.
 */
async function readLargest(books: Books, options: LargestOptions): Promise<GroupRecord[]> {
  const { plan, store, query, limit, extent, anchor } = options;
  const { orderBy } = query;
  const ranked = planReport({ ...query, by: [anchor] }, extent);
  if (ranked.cube.id === plan.cube.id) return readGroups(books, plan, options);
  const amounts = ["requests", ...(orderBy === undefined || orderBy === "time" ? [] : AMOUNTS_OF_ORDER[orderBy])] as const;
  for (let count = limit; count <= MOST_NAMES; count *= TIMES_MORE) {
    // oxlint-disable-next-line no-await-in-loop -- only where fewer were too few
    const names = await readGroups(books, ranked, {
      store,
      query: { by: [anchor], ...(orderBy === undefined ? {} : { orderBy }) },
      limit: count + 1,
      amounts: [...new Set(amounts)],
    });
    const next = names[count];
    const values = names.slice(0, count).map((row) => row[`by_${anchor}`] ?? "");
    // oxlint-disable-next-line no-await-in-loop
    const groups = await readGroupsOf(books, options, values);
    const last = groups[limit - 1];
    if (next === undefined) return groups;
    if (last !== undefined && (orderBy === undefined || amountOf(last, orderBy) > amountOf(next, orderBy))) return groups;
  }
  return readGroups(books, plan, options);
}

/** The first groups of these names; those without a name are read apart, as no index finds them. */
async function readGroupsOf(
  books: Books,
  options: LargestOptions,
  values: readonly string[],
): Promise<GroupRecord[]> {
  const { plan, store, query, limit, anchor } = options;
  const named = values.filter((value) => value !== "");
  const wish = { store, query, limit };
  const only: ReportPlan = { ...plan, index: anchor, filters: [...plan.filters, { column: anchor, values: named }] };
  const groups = named.length === 0 ? [] : await readGroups(books, only, wish);
  if (named.length === values.length) return groups;
  const unnamed = await readGroups(books, planUnnamed(options), wish);
  return mergeGroups([groups, unnamed], { query, plan, limit });
}

function planUnnamed({ plan, query, extent, anchor }: LargestOptions): ReportPlan {
  const others = [...plan.columns, ...plan.filters.map(({ column }) => column)].filter((column) => column !== anchor);
  const isKept = anchor === "agent" && others.every((column) => knows(NO_AGENT, column));
  const where = { ...query.where, [anchor]: [""] };
  return planReport({ ...query, where }, extent, isKept ? NO_AGENT : plan.cube);
}

type Ordered = Pick<FirstOptions, "query" | "plan" | "limit">;

function mergeGroups(lists: readonly (readonly GroupRecord[])[], { query, plan, limit }: Ordered): GroupRecord[] {
  const compare = (left: GroupRecord, right: GroupRecord): number => {
    const { orderBy } = query;
    const more = orderBy === undefined || orderBy === "time" ? 0 : amountOf(right, orderBy) - amountOf(left, orderBy);
    if (more !== 0) return more;
    for (const dimension of [...query.by, ...plan.columns]) {
      const [one, other] = isTime(dimension)
        ? [left.bucket, right.bucket]
        : [left[`by_${dimension}`] ?? "", right[`by_${dimension}`] ?? ""];
      if (one !== other) return one < other ? -1 : 1;
    }
    return left.bucket - right.bucket;
  };
  return lists.flat().toSorted(compare).slice(0, limit);
}

function amountOf(row: GroupRecord, orderBy: NonNullable<ReportQuery["orderBy"]>): number {
  if (orderBy === "time") return 0;
  return AMOUNTS_OF_ORDER[orderBy].reduce((sum, amount) => sum + row[`sum_${amount}`], 0);
}
