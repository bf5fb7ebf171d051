import { type Kysely, sql } from "kysely";

import type { AgentMinute, LedgerRow } from "../ledger.ts";
import { toLedgerRow } from "../rows/attempt-record.ts";
import type { LedgerTables } from "../schema.ts";

const MINUTE = sql.lit(60_000);

/** Of attempts that were sent in this time; a minute is the one in which an answer ended. Subscriptions cost nothing. */
export async function readAgentMinutes(
  database: Kysely<LedgerTables>,
  { from, to }: { from: number; to: number },
): Promise<AgentMinute[]> {
  const minute = sql<number>`(at + coalesce(duration_ms, 0)) / ${MINUTE}`;
  const rows = await database
    .selectFrom("ledger_attempts")
    .select(["session", "agent", minute.as("minute"), sql<number>`cast(sum(cost) as bigint)`.as("cost")])
    .where("at", ">=", Math.ceil(from))
    .where("at", "<", Math.ceil(to))
    .where("subscription", "=", 0)
    .where("cost", ">", 0)
    .where((expression) => expression.or([expression("session", "<>", ""), expression("agent", "<>", "")]))
    .groupBy(["session", "agent", minute])
    .execute();
  return rows.map(({ session, agent, minute: at, cost }) => ({
    ...(session === "" ? {} : { session }),
    ...(agent === "" ? {} : { agent }),
    minute: at,
    nanoDollars: cost,
  }));
}

/** Oldest first. */
export async function readLatestRows(
  database: Kysely<LedgerTables>,
  { since, limit }: { since: number; limit: number },
): Promise<LedgerRow[]> {
  const rows = await database
    .selectFrom("ledger_attempts")
    .selectAll()
    .where("at", ">=", Math.ceil(since))
    .orderBy("at", "desc")
    .orderBy("attempt_id", "desc")
    .limit(limit)
    .execute();
  return rows.toReversed().map(toLedgerRow);
}
