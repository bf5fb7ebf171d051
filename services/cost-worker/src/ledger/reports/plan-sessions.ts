import type { Transaction } from "kysely";

import { DIMENSIONS, type ReportQuery } from "../ledger.ts";
import type { LedgerTables } from "../schema.ts";
import { CUBES_WITHOUT_AGENT, FINEST_SPAN_OF_SESSIONS, isTime, knows, WITHOUT_SESSION } from "../sums/cubes.ts";
import { type BooksExtent, planReport, type ReportPlan, type SessionBounds } from "./plan-report.ts";

/** A report over a long time, by what it is read from; together they hold every attempt once. */
export interface SessionPlans {
  /** Of sessions that lie within the time, the sums over the whole of each. */
  whole: ReportPlan;
  /** Of those that it cuts, what lies within. */
  cut?: ReportPlan;
  /** What belongs to no session. */
  without: ReportPlan;
  /** What no agent did, of every session and of none; absent: it is in the others. */
  unnamed?: ReportPlan;
}

export interface SessionPlansOptions {
  query: ReportQuery;
  plan: ReportPlan;
  extent: BooksExtent;
}

const DAY = 86_400_000;
/** In less time there are few sums, and many of the sessions are cut. */
const LEAST_TIME = 2 * DAY;
const MOST_CUT = 2000;

/**
 * Reports by session or agent over a long time: nearly all sessions lie within it as a whole. Undefined where the plan
 * has less to read, or times are kept apart.
 */
export async function planSessions(
  books: Transaction<LedgerTables>,
  options: SessionPlansOptions,
): Promise<SessionPlans | undefined> {
  const { query, plan, extent } = options;
  if (!isLong(options)) return undefined;
  const bounds = boundsOf(query, extent);
  const cut = await readCut(books, bounds);
  if (cut.length > MOST_CUT) return undefined;
  const only: Pick<ReportPlan, "only"> = {};
  const unnamed = planUnnamed(options);
  if (unnamed !== undefined) only.only = "agent";
  const where = { ...query.where, session: cut };
  return {
    whole: { ...plan, ...only, segments: [], sessions: bounds },
    ...(cut.length === 0 ? {} : { cut: { ...planReport({ ...query, where }, extent), ...only } }),
    without: {
      ...planReport({ ...query, where: { ...query.where, session: [""] } }, extent, WITHOUT_SESSION),
      ...only,
    },
    ...(unnamed === undefined ? {} : { unnamed }),
  };
}

function isLong({ query, plan, extent }: SessionPlansOptions): boolean {
  const length = Math.min(query.to, extent.to) - Math.max(query.from, extent.from);
  const isTimed = DIMENSIONS.some(
    (dimension) => isTime(dimension) && (query.by.includes(dimension) || query.where?.[dimension] !== undefined),
  );
  const isOfSessions = plan.cube.dimensions.includes("session") && query.where?.session === undefined;
  return isOfSessions && plan.index === undefined && !isTimed && length >= LEAST_TIME;
}

/** Where there are no rows any more, the finest sums count where they begin. */
function boundsOf(query: ReportQuery, { rowsFrom }: BooksExtent): SessionBounds {
  const [from, to] = [Math.ceil(query.from), Math.ceil(query.to)];
  return { from: from < rowsFrom ? begins(from) : from, to: to <= rowsFrom ? begins(to) : to };
}

function begins(at: number): number {
  return Math.ceil(at / FINEST_SPAN_OF_SESSIONS) * FINEST_SPAN_OF_SESSIONS;
}

/** Sessions on both sides of where the time begins or ends; of those that are too many only some. */
async function readCut(books: Transaction<LedgerTables>, { from, to }: SessionBounds): Promise<string[]> {
  const rows = await books
    .selectFrom("ledger_sessions")
    .select("session")
    .where((is) =>
      is.or([
        is.and([is("first_at", "<", from), is("last_at", ">=", from)]),
        is.and([is("first_at", "<", to), is("last_at", ">=", to)]),
      ]),
    )
    .limit(MOST_CUT + 1)
    .execute();
  return rows.map(({ session }) => session);
}

/** By agent but not by session, all that no agent did is one group each: there are sums of that. */
function planUnnamed({ query, plan, extent }: SessionPlansOptions): ReportPlan | undefined {
  const others = [...plan.columns, ...plan.filters.map(({ column }) => column)].filter((column) => column !== "agent");
  const cube = CUBES_WITHOUT_AGENT.find((candidate) => others.every((column) => knows(candidate, column)));
  if (cube === undefined || query.where?.agent !== undefined) return undefined;
  return planReport({ ...query, where: { ...query.where, agent: [""] } }, extent, cube);
}
