import type { Transaction } from "kysely";

import type { ReportQuery } from "../ledger.ts";
import type { LedgerTables, Store } from "../schema.ts";
import type { IndexedDimension, ReportPlan } from "./plan-report.ts";
import type { SessionPlans } from "./plan-sessions.ts";
import { type GroupsWish, narrowWish, readGroups } from "./read-groups.ts";
import type { GroupRecord } from "./report-row.ts";

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
  const wish: GroupsWish = { store, by, orderBy, limit, offset };
  const anchor = anchorOf(plans);
  if (limit === undefined || anchor === undefined) return readGroups(books, listPlans(plans), wish);
  const first = await readGroups(books, listPlans(plans), { ...wish, ...narrowWish(orderBy) });
  const names = [...new Set(first.map((group) => group[`by_${anchor}`] ?? ""))];
  const whole = await readGroups(books, ofNames(plans, { anchor, names }), { ...wish, limit: undefined, offset: 0 });
  const byKey = new Map(whole.map((group) => [keyOf(group, plans.whole), group]));
  return first.flatMap((group) => byKey.get(keyOf(group, plans.whole)) ?? []);
}

function listPlans({ whole, cut, without, unnamed }: SessionPlans): ReportPlan[] {
  return [whole, cut, without, unnamed].filter((plan) => plan !== undefined);
}

/** By whose names groups are found again; undefined: those without an agent are not apart, and no index finds them. */
function anchorOf({ whole, unnamed }: SessionPlans): IndexedDimension | undefined {
  if (whole.columns.includes("session")) return "session";
  return whole.columns.includes("agent") && unnamed !== undefined ? "agent" : undefined;
}

interface Names {
  anchor: IndexedDimension;
  /** "": those that have none. */
  names: readonly string[];
}

/** The same, read for these names alone. */
function ofNames({ whole, cut, without, unnamed }: SessionPlans, { anchor, names }: Names): ReportPlan[] {
  const named = names.filter((name) => name !== "");
  const hasUnnamed = named.length < names.length;
  const only = { column: anchor, values: named };
  const narrowed = (plan: ReportPlan | undefined): ReportPlan[] =>
    plan === undefined || named.length === 0 ? [] : [{ ...plan, filters: [...plan.filters, only] }];
  const sessions = narrowed(whole).map((plan) => ({ ...plan, index: anchor }));
  if (anchor === "session") return [...sessions, ...narrowed(cut), ...(hasUnnamed ? [without] : [])];
  return [...sessions, ...narrowed(cut), ...narrowed(without), ...(hasUnnamed && unnamed ? [unnamed] : [])];
}

function keyOf(group: GroupRecord, { columns }: ReportPlan): string {
  return columns.map((column) => group[`by_${column}`]).join("\0");
}
