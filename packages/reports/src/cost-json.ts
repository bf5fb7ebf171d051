import { DateTime } from "luxon";
import type { CostReport } from "./cost-report.ts";
import { SUM_NAMES, type CostSums } from "./cost-sums.ts";
import { toSnakeCase } from "./cost-csv.ts";
import { describeProjection } from "./projection.ts";

const NANO = 1e9;
const MONEY: ReadonlySet<string> = new Set(["cost", "subscriptionCost", "estimatedCost", "reportedCost"]);

/** The whole report for programs: snake_case, money in dollars, the cost also in nano-dollars. */
export function formatCostJson(report: CostReport): string {
  const { from, to, timeZone: zone, totals, transcripts } = report;
  const time = (at: number): string | null => DateTime.fromMillis(at, { zone }).toISO();
  const told = {
    from: time(from),
    to: time(to),
    time_zone: zone,
    by: report.by,
    rows: report.rows.map(({ way, group, sums }) => ({ group, way, ...toFields(sums) })),
    totals: {
      ...toFields(totals.all),
      mesh: toFields(totals.mesh),
      direct: toFields(totals.direct),
      other_mesh: toFields(totals.other_mesh),
    },
    by_project: report.projects.map(({ way, group, sums }) => ({ ...group, way, ...toFields(sums) })),
    by_conversation: report.sessions.map(({ way, group, sums }) => ({ ...group, way, ...toFields(sums) })),
    by_project_and_day: report.sideBySide.map(({ day, project, direct, mesh, otherMesh, total }) => ({
      day,
      project,
      direct: toFields(direct),
      mesh: toFields(mesh),
      other_mesh: toFields(otherMesh),
      total: toFields(total),
    })),
    thirty_days_at_this_pace: toProjection(report),
    cache_savings: report.cacheSavings / NANO,
    elsewhere: report.alternatives.map(({ sameModel, here, warm, cold, ...rest }) => ({
      ...rest,
      same_model: sameModel,
      cost_here: here / NANO,
      cost_with_the_same_cache: warm / NANO,
      cost_without_cache: cold / NANO,
    })),
    suggestions: report.suggestions.map(({ text, savings, share }) => ({ text, savings: savings / NANO, share })),
    transcripts:
      transcripts.stats === undefined
        ? { missing: transcripts.missing }
        : {
            ...Object.fromEntries(Object.entries(transcripts.stats).map(([name, value]) => [toSnakeCase(name), value])),
            answers: transcripts.ways,
          },
    ledger: report.ledger,
    notes: report.notes,
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}

function toProjection({ projection }: CostReport): object | null {
  if (projection === undefined) return null;
  const { cost, lowest, highest, month, ...days } = projection;
  return {
    cost: month / NANO,
    of: { ...days, cost: cost / NANO, lowest_day: lowest / NANO, highest_day: highest / NANO },
    arithmetic: describeProjection(projection),
  };
}

function toFields(sums: CostSums): Record<string, number> {
  return {
    ...Object.fromEntries(
      SUM_NAMES.map((name) => [toSnakeCase(name), MONEY.has(name) ? sums[name] / NANO : sums[name]]),
    ),
    cost_nano_dollars: sums.cost,
  };
}
