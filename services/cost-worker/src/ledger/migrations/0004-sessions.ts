import { type Kysely, sql } from "kysely";

import { SUM_AMOUNTS, type Store } from "../schema.ts";

const HOUR = 3_600_000;
const DAY = 86_400_000;
const NAMES = ["provider", "model", "asked_model", "tier", "outcome", "client", "session", "agent"];
const OF_A_SESSION = ["session", "agent", "client", "provider", "model", "asked_model", "tier", "outcome"];

/**
 * What reports by session and agent read: sums over the whole of each session, and when it was; of attempts without a
 * session sums of their own. From the sums that are there, which outlive their rows.
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
    ...[8 * DAY, 64 * DAY].map(lengthen),
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

/** From the sums of days. */
function lengthen(span: number): string {
  const at = `at / ${span} * ${span}`;
  return `insert into ledger_sums (${KEYS}, ${AMOUNTS})
    select 12, ${span}, ${at}, ${NAMES.join(", ")}, ${TOTALS} from ledger_sums
    where cube = 12 and span = ${DAY} group by ${at}, ${NAMES.join(", ")}`;
}
