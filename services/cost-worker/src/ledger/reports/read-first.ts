import type { Transaction } from "kysely";

import type { ReportQuery } from "../ledger.ts";
import type { LedgerTables, Store, SumAmounts } from "../schema.ts";
import { CUBES_WITHOUT_AGENT, isTime, knows } from "../sums/cubes.ts";
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
const MOST_NAMES = 6000;
const LEAST_NAMES = 100;

/**
 * No group of a session is larger than the session: sessions are read from the largest on, and when the last group that
 * is wanted is larger than the next session nothing better can come. By name, the first names have the first groups.
 */
async function readLargest(books: Books, options: LargestOptions): Promise<GroupRecord[]> {
  const { plan, query, limit, extent, anchor } = options;
  const ranked = planReport({ ...query, by: [anchor] }, extent);
  if (ranked.cube.id === plan.cube.id) return readGroups(books, plan, options);
  const names = await rank(books, ranked, options);
  let groups: GroupRecord[] = [];
  let read = 0;
  for (let count = Math.max(limit, LEAST_NAMES); ; count = Math.max(Math.ceil(limit / 4), LEAST_NAMES)) {
    const some = names.slice(read, read + count).map((row) => row[`by_${anchor}`] ?? "");
    // oxlint-disable-next-line no-await-in-loop -- only where fewer were too few
    groups = merge([groups, await readGroupsOf(books, options, some)], options);
    read += some.length;
    const next = names[read];
    if (isEnough(groups, next, options)) return groups;
    if (next === undefined) return read < MOST_NAMES ? groups : readGroups(books, plan, options);
  }
}

/** The names in the order of the query, with what that order is by. */
function rank(books: Books, ranked: ReportPlan, { store, query, anchor }: LargestOptions): Promise<GroupRecord[]> {
  const { orderBy } = query;
  const amounts = new Set<keyof SumAmounts>(["requests"]);
  if (isAmount(orderBy)) for (const amount of AMOUNTS_OF_ORDER[orderBy]) amounts.add(amount);
  const order = { by: [anchor], ...(orderBy === undefined ? {} : { orderBy }) };
  return readGroups(books, ranked, { store, query: order, limit: MOST_NAMES, amounts: [...amounts] });
}

function isEnough(groups: readonly GroupRecord[], next: GroupRecord | undefined, { query, limit }: Ordered): boolean {
  const last = groups[limit - 1];
  if (last === undefined || next === undefined) return false;
  return !isAmount(query.orderBy) || amountOf(last, query.orderBy) > amountOf(next, query.orderBy);
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
  return merge([groups, await readGroups(books, planUnnamed(options), wish)], options);
}

function planUnnamed({ plan, query, extent, anchor }: LargestOptions): ReportPlan {
  const others = [...plan.columns, ...plan.filters.map(({ column }) => column)].filter((column) => column !== anchor);
  const own = anchor === "agent" ? CUBES_WITHOUT_AGENT : [];
  const cube = own.find((candidate) => others.every((column) => knows(candidate, column)));
  return planReport({ ...query, where: { ...query.where, [anchor]: [""] } }, extent, cube ?? plan.cube);
}

type Ordered = Pick<FirstOptions, "query" | "plan" | "limit">;

/** In the order of the query. */
function merge(lists: readonly (readonly GroupRecord[])[], { query, plan, limit }: Ordered): GroupRecord[] {
  const { orderBy } = query;
  const compare = (left: GroupRecord, right: GroupRecord): number => {
    const more = isAmount(orderBy) ? amountOf(right, orderBy) - amountOf(left, orderBy) : 0;
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

type AmountOrder = keyof typeof AMOUNTS_OF_ORDER;

function isAmount(orderBy: ReportQuery["orderBy"]): orderBy is AmountOrder {
  return orderBy !== undefined && orderBy !== "time";
}

function amountOf(row: GroupRecord, orderBy: AmountOrder): number {
  return AMOUNTS_OF_ORDER[orderBy].reduce((sum, amount) => sum + row[`sum_${amount}`], 0);
}
