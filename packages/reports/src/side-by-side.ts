import { addSums, NO_SUMS, type CostRow, type CostSums } from "./cost-sums.ts";

/** What one project cost on one day, by the way its answers came. */
export interface SideBySideRow {
  day: string;
  project: string;
  direct: CostSums;
  mesh: CostSums;
  otherMesh: CostSums;
  total: CostSums;
}

/** Rows that have a day and a project, put beside each other; by day, then dearest first. */
export function buildSideBySide(rows: readonly CostRow[]): SideBySideRow[] {
  const found = new Map<string, SideBySideRow>();
  for (const { way, group, sums } of rows) {
    const { day = "", project = "" } = group;
    const key = JSON.stringify([day, project]);
    const row = found.get(key) ?? { day, project, direct: NO_SUMS, mesh: NO_SUMS, otherMesh: NO_SUMS, total: NO_SUMS };
    const column = way === "other_mesh" ? "otherMesh" : way;
    found.set(key, { ...row, [column]: addSums(row[column], sums), total: addSums(row.total, sums) });
  }
  return [...found.values()].toSorted(
    (one, other) => one.day.localeCompare(other.day) || other.total.cost - one.total.cost,
  );
}
