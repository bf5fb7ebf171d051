import { sql, type Transaction } from "kysely";

import type { LedgerTables, Store, SumRecord } from "./schema.ts";
import { DETAILS } from "./sums/cubes.ts";
import { projectMoves, type ProjectNames } from "./sums/sum-changes.ts";
import { inChunks } from "./write/in-chunks.ts";
import type { WriteStatements } from "./write/statements.ts";

type Books = Transaction<LedgerTables>;

export interface NameProjects {
  store: Store;
  statements: WriteStatements;
}

/** Sessions whose sums are moved in one step. */
const SESSIONS_AT_ONCE = 100;

/** Sessions and their projects; the last word counts, and what is in the sums already goes with it. */
export async function nameProjects(
  books: Books,
  projects: Readonly<Record<string, string>>,
  { store, statements }: NameProjects,
): Promise<void> {
  if (store === "postgres") await sql`select pg_advisory_xact_lock(${LOCK})`.execute(books);
  const known = await readProjects(books, Object.keys(projects));
  const changed = Object.entries(projects)
    .filter(([session, project]) => known.get(session) !== project)
    .map(([session, project]) => ({ session, project }))
    .toSorted((left, right) => (left.session < right.session ? -1 : 1));
  await inChunks(changed, (some) =>
    books
      .insertInto("ledger_projects")
      .values([...some])
      .onConflict((conflict) =>
        conflict.column("session").doUpdateSet((expression) => ({ project: expression.ref("excluded.project") })),
      )
      .execute(),
  );
  const names = { from: known, to: new Map(changed.map(({ session, project }) => [session, project])) };
  for (let from = 0; from < changed.length; from += SESSIONS_AT_ONCE) {
    const sessions = changed.slice(from, from + SESSIONS_AT_ONCE).map(({ session }) => session);
    const sums = await readDetails(books, sessions);
    if (sums.length > 0) await statements.addSums(books, projectMoves(sums, names));
  }
}

/**
 * Of these sessions. On Postgres nobody names a project until the transaction ends: what is added to a project's sums
 * now would not go with a session that gets another name at the same moment.
 */
export async function holdProjects(books: Books, store: Store, sessions: Iterable<string>): Promise<ProjectNames> {
  if (store === "postgres") await sql`select pg_advisory_xact_lock_shared(${LOCK})`.execute(books);
  return readProjects(books, [...new Set(sessions)]);
}

/** "SWYP" in numbers: one lock for all names. */
const LOCK = sql.lit(0x53_57_59_50);

async function readProjects(books: Books, sessions: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  await inChunks(sessions, async (some) => {
    const rows = await books.selectFrom("ledger_projects").selectAll().where("session", "in", some).execute();
    for (const { session, project } of rows) names.set(session, project);
  });
  return names;
}

function readDetails(books: Books, sessions: readonly string[]): Promise<SumRecord[]> {
  return books
    .selectFrom("ledger_sums")
    .selectAll()
    .where("session", "in", sessions)
    .where("session", "<>", "")
    .where("cube", "=", DETAILS.id)
    .execute();
}
