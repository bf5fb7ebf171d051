import { type Kysely, sql } from "kysely";

import { SUM_AMOUNTS } from "../schema.ts";

const HOUR = 3_600_000;
const DAY = 86_400_000;
const LONG = [8 * DAY, 64 * DAY];
const NAMES = ["provider", "model", "asked_model", "tier", "outcome", "client", "session", "agent"];

/**
 * What reports over many months and of one agent read: sums of longer spans, by project, of what no agent did, and an
 * index that finds agents. From the sums that are there, which outlive their rows.
 */
export async function createLongSpans(database: Kysely<unknown>): Promise<void> {
  const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(database);
  for (const cube of [1, 2, 3]) for (const span of LONG) await run(lengthen(cube, span));
  for (const span of [HOUR, DAY]) {
    for (const cube of [BY_PROJECT, BY_PROJECT_AND_CLIENT, WITHOUT_AGENT, BY_PROJECT_WITHOUT_AGENT]) {
      await run(derive(cube, span));
    }
  }
  for (const cube of [8, 9, 10, 11]) for (const span of LONG) await run(lengthen(cube, span));
  await run("create index ledger_sums_agent on ledger_sums (agent, cube, span, at) where agent <> ''");
}

const TRAFFIC = "provider, model, asked_model, tier, outcome";
/** The project stands in the session's column. */
const PROJECT = "coalesce(project, '')";
const ONLY_WITHOUT = "and agent = ''";

interface Derived {
  id: number;
  client: string;
  session: string;
  where: string;
}

const BY_PROJECT: Derived = { id: 8, client: "''", session: PROJECT, where: "" };
const BY_PROJECT_AND_CLIENT: Derived = { id: 10, client: "client", session: PROJECT, where: "" };
const WITHOUT_AGENT: Derived = { id: 9, client: "client", session: "''", where: ONLY_WITHOUT };
const BY_PROJECT_WITHOUT_AGENT: Derived = { id: 11, client: "''", session: PROJECT, where: ONLY_WITHOUT };

const KEYS = ["cube", "span", "at", ...NAMES].join(", ");
const AMOUNTS = SUM_AMOUNTS.join(", ");
const TOTALS = SUM_AMOUNTS.map((amount) => `cast(sum(${amount}) as bigint)`).join(", ");

/** From the sums of days. */
function lengthen(cube: number, span: number): string {
  const at = `at / ${span} * ${span}`;
  return `insert into ledger_sums (${KEYS}, ${AMOUNTS})
    select ${cube}, ${span}, ${at}, ${NAMES.join(", ")}, ${TOTALS} from ledger_sums
    where cube = ${cube} and span = ${DAY} group by ${at}, ${NAMES.join(", ")}`;
}

/** From those with every detail. */
function derive({ id, client, session, where }: Derived, span: number): string {
  const groups = ["at", TRAFFIC, client, session].filter((column) => column !== "''").join(", ");
  return `insert into ledger_sums (${KEYS}, ${AMOUNTS})
    select ${id}, ${span}, at, ${TRAFFIC}, ${client}, ${session}, '', ${TOTALS}
    from ledger_sums as source left join ledger_projects on ledger_projects.session = source.session
    where cube = 7 and span = ${span} ${where} group by ${groups}`;
}
