import type { Transaction } from "kysely";

import type { LedgerTables } from "./schema.ts";
import { inChunks } from "./write/in-chunks.ts";

/** Sessions and their projects; the last word counts. */
export async function nameProjects(
  books: Transaction<LedgerTables>,
  projects: Readonly<Record<string, string>>,
): Promise<void> {
  const rows = Object.entries(projects)
    .map(([session, project]) => ({ session, project }))
    .toSorted((left, right) => (left.session < right.session ? -1 : 1));
  await inChunks(rows, (some) =>
    books
      .insertInto("ledger_projects")
      .values([...some])
      .onConflict((conflict) =>
        conflict.column("session").doUpdateSet((expression) => ({ project: expression.ref("excluded.project") })),
      )
      .execute(),
  );
}
