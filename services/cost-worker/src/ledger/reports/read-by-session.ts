import type { Transaction } from "kysely";

import type { ReportQuery } from "../ledger.ts";
import type { LedgerTables, Store } from "../schema.ts";
import type { IndexedDimension, ReportPlan } from "./plan-report.ts";
import type { SessionPlans } from "./plan-sessions.ts";
import { type GroupsWish, readGroups } from "./read-groups.ts";
import type { GroupRecord } from "./report-row.ts";

/** More groups than these are not looked up by their names. */
export const MOST_AT_ONCE = 5000;

export interface BySessionOptions {
  plans: SessionPlans;
  query: ReportQuery;
  store: Store;
}

/**
 * The groups of a report over a long time. With a limit, which ones they are is found by what their order is by alone;
 * everything else is added up for those.
 */
export async function readBySession(
  books: Transaction<LedgerTables>,
  { plans, query, store }: BySessionOptions,
): Promise<GroupRecord[]> {
  const { by, orderBy, limit, offset = 0 } = query;
  const anchor = anchorOf(plans);
  const wish: GroupsWish = { store, by, orderBy, limit, offset, areApart: anchor === "session" };
  if (limit === undefined || limit > MOST_AT_ONCE || anchor === undefined)
    return readGroups(books, listPlans(plans), wish);
  const first = await readGroups(books, listPlans(plans), { ...wish, isNarrow: true });
  if (first.length === 0) return [];
  return readGroups(books, ofGroups(plans, { anchor, groups: first }), { ...wish, offset: 0 });
}

function listPlans({ whole, cut, without, unnamed }: SessionPlans): ReportPlan[] {
  return [whole, cut, without, unnamed].filter((plan) => plan !== undefined);
}

/** By whose names groups are found again; undefined: those without an agent are not apart, and no index finds them. */
function anchorOf({ whole, unnamed }: SessionPlans): IndexedDimension | undefined {
  if (whole.columns.includes("session")) return "session";
  return whole.columns.includes("agent") && unnamed !== undefined ? "agent" : undefined;
}

/** The same, read for these groups alone. */
function ofGroups(
  { whole, cut, without, unnamed }: SessionPlans,
  { anchor, groups }: { anchor: IndexedDimension; groups: readonly GroupRecord[] },
): ReportPlan[] {
  const names = [...new Set(groups.map((group) => group[`by_${anchor}`] ?? ""))];
  const keys = groups.map((group) => whole.columns.map((column) => group[`by_${column}`] ?? ""));
  const values = names.filter((name) => name !== "");
  const named = (plan: ReportPlan | undefined): ReportPlan[] =>
    plan === undefined || values.length === 0
      ? []
      : [{ ...plan, groups: keys, filters: [...plan.filters, { column: anchor, values }] }];
  const rest = (plan: ReportPlan | undefined): ReportPlan[] =>
    plan === undefined || values.length === names.length ? [] : [{ ...plan, groups: keys }];
  const sessions = named(whole).map((plan) => ({ ...plan, index: anchor }));
  return anchor === "session"
    ? [...sessions, ...named(cut), ...rest(without)]
    : [...sessions, ...named(cut), ...named(without), ...rest(unnamed)];
}
