import { type RawBuilder, sql } from "kysely";

import type { Store, SumAmounts } from "../schema.ts";
import type { SumDimension } from "../sums/cubes.ts";
import type { ReportPlan, SessionBounds } from "./plan-report.ts";

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

/** All tokens are an amount, too: what an order is by. */
export type Amount = keyof SumAmounts | "tokens";

export type Amounts = readonly Amount[];

export interface SourceWish {
  store: Store;
  amounts: Amounts;
  /** The table of the plan's segments. */
  segments: Fragment;
}

/**
 * What is added up for a plan, piece by piece: sums of whole sessions; or sums where whole spans lie in the time, rows
 * at its edges.
 */
export function sourcesOf(plan: ReportPlan, wish: SourceWish): Fragment[] {
  if (plan.sessions !== undefined) return [sessionSource(plan, plan.sessions, wish)];
  const spans = plan.segments.some((segment) => segment.span > 0);
  const rows = plan.segments.some((segment) => segment.span === 0);
  return [...(spans ? [sumSource(plan, wish)] : []), ...(rows ? [rowSource(plan, wish)] : [])];
}

/** SQLite reads the tables in the order in which they stand: those of sessions first, or by the agents' index. */
function sessionSource(plan: ReportPlan, { from, to }: SessionBounds, { store, amounts }: SourceWish): Fragment {
  const place: Place = { store, names: OF_SESSIONS, session: sql.ref("ledger_sessions.session") };
  const columns = amounts.map(ofSums);
  const byAgent = sql`ledger_session_sums as source ${
    store === "sqlite" ? sql`indexed by ledger_session_sums_agent` : sql``
  } cross join ledger_sessions ${projects(plan, place)}`;
  const bySession = sql`ledger_sessions ${projects(plan, place)} cross join ledger_session_sums as source`;
  return sql`
    select cast(0 as bigint) as bucket, ${sql.join([...pieceColumns(plan, place), ...columns])}
    from ${plan.index === "agent" ? byAgent : bySession}
    where source.session = ledger_sessions.session
      and ledger_sessions.first_at >= ${from} and ledger_sessions.last_at < ${to}
      ${plan.index === "agent" ? sql`and source.agent <> ''` : sql``} ${filters(plan, place)}`;
}

function sumSource(plan: ReportPlan, { store, amounts, segments }: SourceWish): Fragment {
  const place: Place = { store, names: plan.cube.dimensions, session: IN_SOURCE };
  const names = [...pieceColumns(plan, place), ...amounts.map(ofSums)];
  const table = sql`ledger_sums as source ${indexHint(plan, store)} ${projects(plan, place)}`;
  const terms = sql`source.cube = ${sql.lit(plan.cube.id)} and source.span = segments.span
    and source.at >= segments.starts and source.at < segments.ends
    ${plan.index === undefined ? sql`` : sql`and source.${sql.ref(plan.index)} <> ''`} ${filters(plan, place)}`;
  if (store === "sqlite") {
    return sql`
      select segments.bucket, ${sql.join(names)} from ${segments} as segments cross join ${table} where ${terms}`;
  }
  // With an offset Postgres looks up each segment by itself, rather than reading all of a table to join it with them.
  return sql`
    select segments.bucket, found.* from ${segments} as segments
    cross join lateral (select ${sql.join(names)} from ${table} where ${terms} offset 0) as found
    where segments.span > 0`;
}

/** SQLite would rather read all of the time. Postgres knows how few rows a session or an agent has. */
function indexHint({ index }: ReportPlan, store: Store): Fragment {
  return store === "sqlite" && index !== undefined ? sql`indexed by ${sql.ref(`ledger_sums_${index}`)}` : sql``;
}

function rowSource(plan: ReportPlan, { store, amounts, segments }: SourceWish): Fragment {
  const place: Place = { store, names: ["session"], session: IN_SOURCE };
  const columns = amounts.map(
    (amount) => sql`${amount === "tokens" ? TOKENS : AMOUNTS_OF_ROWS[amount]} as ${sql.ref(amount)}`,
  );
  const names = sql.join([...pieceColumns(plan, place), ...columns]);
  const rows = plan.segments.filter(({ span }) => span === 0);
  if (rows.length > MOST_PIECES) {
    return sql`
      select segments.bucket, ${names}
      from ${segments} as segments cross join ledger_attempts as source ${projects(plan, place)}
      where segments.span = 0 and source.at >= segments.starts and source.at < segments.ends ${filters(plan, place)}`;
  }
  // Times that stand in the statement: Postgres knows how few rows they have.
  const pieces = rows.map(
    ({ bucket, starts, ends }) => sql`
      select cast(${sql.lit(bucket)} as bigint) as bucket, ${names}
      from ledger_attempts as source ${projects(plan, place)}
      where source.at >= ${sql.lit(starts)} and source.at < ${sql.lit(ends)} ${filters(plan, place)}`,
  );
  return sql.join(pieces, sql` union all `);
}

const MOST_PIECES = 4;

const TOKENS = sql`source.uncached_input + source.cache_read + source.cache_write_5m + source.cache_write_1h + source.output`;

function ofSums(amount: Amount): Fragment {
  return sql`${amount === "tokens" ? TOKENS : sql.ref(`source.${amount}`)} as ${sql.ref(amount)}`;
}

/** Where something is read: what is a column there. */
interface Place {
  store: Store;
  names: readonly SumDimension[];
  session: Fragment;
}

const IN_SOURCE = sql.ref("source.session");
const OF_SESSIONS: readonly SumDimension[] = ["session"];

/** A session has one project at most. */
function projects(plan: ReportPlan, { names, session }: Place): Fragment {
  const isAsked = plan.columns.includes("project") || plan.filters.some(({ column }) => column === "project");
  if (!isAsked || names.includes("project")) return sql``;
  return sql`left join ledger_projects on ledger_projects.session = ${session}`;
}

function filters(plan: ReportPlan, place: Place): Fragment {
  const { only, groups } = plan;
  const terms = [
    ...(only === undefined ? [] : [sql`source.${sql.ref(only)} <> ''`]),
    ...plan.filters.map(({ column, values }) => sql`${valueOf(column, place)} ${among(values, place)}`),
    ...(groups === undefined ? [] : [amongGroups(plan.columns, groups, place)]),
  ];
  return terms.length === 0 ? sql`` : sql`and ${sql.join(terms, sql` and `)}`;
}

function amongGroups(columns: readonly SumDimension[], groups: readonly (readonly string[])[], place: Place): Fragment {
  // As they stand in keys.
  const ordered = inKeyOrder(columns);
  const names = sql.join(ordered.map((column) => valueOf(column, place)));
  const values = sql.join(ordered.map((column) => sql`value ->> ${sql.lit(columns.indexOf(column))}`));
  const list = JSON.stringify(groups);
  const rows = place.store === "sqlite" ? sql`json_each(${list})` : sql`jsonb_array_elements(cast(${list} as jsonb))`;
  return sql`(${names}) in (select ${values} from ${rows})`;
}

/** One parameter, however many they are: statements have a limit of those. */
function among(values: readonly string[], { store }: Place): Fragment {
  if (store === "postgres") return sql`= any(cast(${[...values]} as text[]))`;
  return sql`in (select value from json_each(${JSON.stringify(values)}))`;
}

function valueOf(column: SumDimension, { names, session }: Place): Fragment {
  if (column === "session") return session;
  if (column !== "project") return sql`source.${sql.ref(column)}`;
  // Sums by project have it in the session's place.
  return names.includes("project") ? session : sql`coalesce(ledger_projects.project, '')`;
}

const LARGEST_FIRST: readonly SumDimension[] = ["session", "agent"];

export function inKeyOrder(columns: readonly SumDimension[]): SumDimension[] {
  const first = LARGEST_FIRST.filter((column) => columns.includes(column));
  return [...first, ...columns.filter((column) => !first.includes(column))];
}

function pieceColumns(plan: ReportPlan, place: Place): Fragment[] {
  return plan.columns.map((column) => sql`${valueOf(column, place)} as ${sql.ref(column)}`);
}
