import { type Kysely, sql } from "kysely";

import { SUM_AMOUNTS, type Store } from "../schema.ts";

const HOUR = 3_600_000;
const DAY = 86_400_000;
const NAMES = ["provider", "model", "asked_model", "tier", "outcome", "client", "session", "agent"];
const OF_A_SESSION = ["session", "agent", "client", "provider", "model", "asked_model", "tier", "outcome"];

/**
 * What reports by session and agent read: sums over the whole of each session, and when it was; of attempts without a
 * session sums of their own, and sums by client and project. From the sums that are there, which outlive their rows.
 */
export async function createSessions(database: Kysely<unknown>, store: Store): Promise<void> {
  const text = store === "postgres" ? 'text collate "C"' : "text";
  const keyed = store === "sqlite" ? "without rowid" : "";
  for (const statement of [
    `create table ledger_sessions (
      session ${text} not null primary key,
      first_at bigint not null,
      last_at bigint not null
    ) ${keyed}`,
    `create table ledger_session_sums (
      ${OF_A_SESSION.map((name) => `${name} ${text} not null`).join(", ")},
      ${SUM_AMOUNTS.map((amount) => `${amount} bigint not null`).join(", ")},
      primary key (${OF_A_SESSION.join(", ")})
    ) ${keyed}`,
    // By the hours that are known: a session may have been a little shorter, never longer.
    `insert into ledger_sessions (session, first_at, last_at)
      select session, min(at), max(at) + ${HOUR - 1} from ledger_sums
      where cube = 4 and span = ${HOUR} and session <> '' group by session order by session`,
    `insert into ledger_session_sums (${[...OF_A_SESSION, ...SUM_AMOUNTS].join(", ")})
      select ${OF_A_SESSION.join(", ")}, ${TOTALS} from ledger_sums
      where cube = 7 and span = ${DAY} and session <> ''
      group by ${OF_A_SESSION.join(", ")} order by ${OF_A_SESSION.join(", ")}`,
    "create index ledger_session_sums_agent on ledger_session_sums (agent) where agent <> ''",
    ...[HOUR, DAY].map(withoutSession),
    ...[HOUR, DAY].flatMap((span) => [byClientAndProject(span), byClientAndProjectWithoutAgent(span)]),
    ...[8 * DAY, 64 * DAY].flatMap((span) => [12, 13, 14].map((cube) => lengthen(cube, span))),
  ]) {
    await sql.raw(statement).execute(database);
  }
}

const KEYS = ["cube", "span", "at", ...NAMES].join(", ");
const AMOUNTS = SUM_AMOUNTS.join(", ");
const TOTALS = SUM_AMOUNTS.map((amount) => `cast(sum(${amount}) as bigint)`).join(", ");

function withoutSession(span: number): string {
  return `insert into ledger_sums (${KEYS}, ${AMOUNTS})
    select 12, span, at, ${NAMES.join(", ")}, ${AMOUNTS} from ledger_sums
    where cube = 7 and span = ${span} and session = ''`;
}

/** From those by project that keep everything else apart, too. */
function byClientAndProject(span: number): string {
  return `insert into ledger_sums (${KEYS}, ${AMOUNTS})
    select 13, span, at, '', '', '', '', '', client, session, '', ${TOTALS} from ledger_sums
    where cube = 10 and span = ${span} group by span, at, client, session`;
}

/** The project stands in the session's column. */
function byClientAndProjectWithoutAgent(span: number): string {
  return `insert into ledger_sums (${KEYS}, ${AMOUNTS})
    select 14, span, at, '', '', '', '', '', client, coalesce(project, ''), '', ${TOTALS}
    from ledger_sums as source left join ledger_projects on ledger_projects.session = source.session
    where cube = 7 and span = ${span} and agent = '' group by span, at, client, coalesce(project, '')`;
}

/** From the sums of days. */
function lengthen(cube: number, span: number): string {
  const at = `at / ${span} * ${span}`;
  return `insert into ledger_sums (${KEYS}, ${AMOUNTS})
    select ${cube}, ${span}, ${at}, ${NAMES.join(", ")}, ${TOTALS} from ledger_sums
    where cube = ${cube} and span = ${DAY} group by ${at}, ${NAMES.join(", ")}`;
}
