import type { Transaction } from "kysely";

import type { ReportQuery } from "../ledger.ts";
import type { LedgerTables, Store } from "../schema.ts";
import { CUBES_WITHOUT_AGENT, isTime, knows } from "../sums/cubes.ts";
import { type BooksExtent, type IndexedDimension, planReport, type ReportPlan } from "./plan-report.ts";
import { amountOf, countGroups, type GroupsWish, isAmount, readGroups } from "./read-groups.ts";
import { MOST_AT_ONCE } from "./read-by-session.ts";
import type { GroupRecord } from "./report-row.ts";

type Books = Transaction<LedgerTables>;

export interface FirstOptions {
  plan: ReportPlan;
  store: Store;
  query: ReportQuery;
  limit: number;
  /** Groups that are left out before the first one. */
  offset: number;
  extent: BooksExtent;
}

/**
 * The first groups of a report without adding up all the others, of which there may be hundreds of thousands: sessions
 * and agents are many, and each has many models, providers and outcomes.
 */
export async function readFirst(books: Books, options: FirstOptions): Promise<GroupRecord[]> {
  const { plan, query, offset } = options;
  const [first] = query.by;
  const byTime = query.orderBy === "time" || (query.orderBy === undefined && first !== undefined && isTime(first));
  if (byTime && plan.times.length > 1) return readEarliest(books, options);
  const anchor = anchorOf(options);
  const wish = { ...options, by: query.by, orderBy: query.orderBy };
  if (anchor === undefined || options.limit > MOST_AT_ONCE) return readGroups(books, [plan], wish);
  if (offset + options.limit > MOST_RANKED) return readPage(books, { ...options, anchor });
  const groups = await readLargest(books, { ...options, anchor, offset: 0, limit: offset + options.limit });
  return groups.slice(offset);
}

/** Beyond so many groups most names have some of them. */
const MOST_RANKED = 2000;

/** Which groups they are is found by what their order is by alone; everything else is added up for those. */
async function readPage(books: Books, options: LargestOptions): Promise<GroupRecord[]> {
  const { plan, anchor, limit, offset } = options;
  const page = await readGroups(books, [plan], { ...narrow(options), limit, offset });
  const groups = page.map((group) => plan.columns.map((column) => group[`by_${column}`] ?? ""));
  const named = [...new Set(namesOf(page, anchor))].filter((name) => name !== "");
  const filters = [...plan.filters, { column: anchor, values: named }];
  const wish = { ...narrow(options), isNarrow: false, limit: undefined };
  const whole = [
    ...(named.length === 0 ? [] : await readGroups(books, [{ ...plan, index: anchor, filters, groups }], wish)),
    ...(groups.some((values) => values[plan.columns.indexOf(anchor)] === "")
      ? await readGroups(books, [{ ...planUnnamed(options), groups }], wish)
      : []),
  ];
  const keyOf = (group: GroupRecord): string =>
    [group.bucket, ...plan.columns.map((column) => group[`by_${column}`] ?? "")].join("\0");
  const byKey = new Map(whole.map((group) => [keyOf(group), group]));
  return page.flatMap((group) => byKey.get(keyOf(group)) ?? []);
}

/** Times are in order: what is later than enough is not read, and what comes before the first one is only counted. */
async function readEarliest(books: Books, options: FirstOptions): Promise<GroupRecord[]> {
  const { plan, query, limit, store } = options;
  const wish = { store, by: query.by, orderBy: query.orderBy };
  const found: GroupRecord[] = [];
  let { place: from, left: offset } = await skipTimes(books, options);
  for (let count = 1; from < plan.times.length && found.length < limit; count *= 2) {
    const some = [ofTimes(plan, from, from + count)];
    found.push(...(await readGroups(books, some, { ...wish, limit: limit - found.length, offset })));
    from += count;
    offset = 0;
  }
  return found;
}

/** The time in which the first group is, and how many of that time come before it. */
async function skipTimes(
  books: Books,
  { plan, store, offset }: FirstOptions,
): Promise<{ place: number; left: number }> {
  let left = offset;
  let place = 0;
  for (let count = 1; left > 0 && place < plan.times.length; count *= 2) {
    const groups = await countGroups(books, ofTimes(plan, place, place + count), store);
    for (const end = place + count; place < end; place += 1) {
      const here = groups.get(place) ?? 0;
      if (left < here) return { place, left };
      left -= here;
    }
  }
  return { place, left };
}

function ofTimes(plan: ReportPlan, start: number, end: number): ReportPlan {
  return { ...plan, segments: plan.segments.filter(({ bucket }) => bucket >= start && bucket < end) };
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

/** Of so many more names than groups are wanted all groups are read first. */
const MORE_NAMES = 1.5;
const LEAST_NAMES = 100;
/** Of more names than these it is quicker not to look at names. */
const MOST_NAMES = 20_000;

/**
 * No group of a session is larger than the session: of the largest sessions all groups are read, and where the last one
 * that is wanted is larger than the next session nothing better can come. Else only sessions that are as large as that
 * last one can have better ones. By name, the first names have the first groups.
 */
async function readLargest(books: Books, options: LargestOptions): Promise<GroupRecord[]> {
  const { plan, query, limit, extent, anchor } = options;
  const { cube } = planReport({ ...query, by: [anchor] }, extent);
  if (cube.id === plan.cube.id) return readNarrowly(books, options, undefined);
  const rank = (by: ReportQuery["by"], most: number): Promise<GroupRecord[]> =>
    readGroups(books, [planReport({ ...query, by }, extent)], { ...narrow(options), by, limit: most });
  const count = Math.max(Math.ceil(limit * MORE_NAMES), LEAST_NAMES);
  const names = await rank([anchor], count + 1);
  const groups = await readGroupsOf(books, options, namesOf(names.slice(0, count), anchor));
  if (isEnough(groups, names[count], options)) return groups;
  const last = groups[limit - 1];
  if (last === undefined) return readNarrowly(books, options, undefined);
  // Of a session's agents each is smaller: fewer are as large as that.
  const finer: ReportQuery["by"] = plan.columns.includes("agent") && anchor !== "agent" ? [anchor, "agent"] : [anchor];
  const large = (await rank(finer, MOST_NAMES)).filter((name) => !isLarger(last, name, query));
  const known = large.length < MOST_NAMES ? [...new Set(namesOf(large, anchor))] : undefined;
  return readNarrowly(books, options, known);
}

/**
 * Which groups are the first ones, by what that is decided by alone; then all of those. `names`: of no others.
 * What no agent did is in fewer sums, and is added up as it is.
 */
async function readNarrowly(
  books: Books,
  options: LargestOptions,
  names: readonly string[] | undefined,
): Promise<GroupRecord[]> {
  const { plan, anchor, limit } = options;
  const unnamed = planUnnamed(options);
  const isApart = unnamed.cube.id !== plan.cube.id && (names === undefined || names.includes(""));
  const values = names === undefined ? [] : [{ column: anchor, values: names }];
  const among: ReportPlan = {
    ...plan,
    filters: [...plan.filters, ...values],
    ...(isApart ? { only: anchor } : {}),
  };
  const first = namesOf(await readGroups(books, [among], { ...narrow(options), limit }), anchor);
  return readGroupsOf(books, options, [...new Set([...first, ...(isApart ? [""] : [])])]);
}

function namesOf(groups: readonly GroupRecord[], anchor: IndexedDimension): string[] {
  return groups.map((group) => group[`by_${anchor}`] ?? "");
}

/** In the order of the query, with nothing but what that order is by. */
function narrow({ store, query }: LargestOptions): Omit<GroupsWish, "limit"> {
  const { by, orderBy } = query;
  return { store, by, orderBy, isNarrow: true };
}

function isEnough(groups: readonly GroupRecord[], next: GroupRecord | undefined, { query, limit }: Ordered): boolean {
  if (next === undefined) return true;
  const last = groups[limit - 1];
  if (last === undefined) return false;
  return isLarger(last, next, query);
}

/** By name whatever comes first is. */
function isLarger(one: GroupRecord, other: GroupRecord, { orderBy }: ReportQuery): boolean {
  return !isAmount(orderBy) || amountOf(one, orderBy) > amountOf(other, orderBy);
}

/** The first groups of these names; those without a name are read apart, as no index finds them. */
async function readGroupsOf(books: Books, options: LargestOptions, values: readonly string[]): Promise<GroupRecord[]> {
  const { plan, store, query, limit, anchor } = options;
  const named = values.filter((value) => value !== "");
  const wish = { store, by: query.by, orderBy: query.orderBy, limit };
  const only: ReportPlan = { ...plan, index: anchor, filters: [...plan.filters, { column: anchor, values: named }] };
  const groups = named.length === 0 ? [] : await readGroups(books, [only], wish);
  if (named.length === values.length) return groups;
  return merge([groups, await readGroups(books, [planUnnamed(options)], wish)], options);
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
