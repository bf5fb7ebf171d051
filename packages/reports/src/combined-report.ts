import type { CostRow, CostSums } from "./cost-sums.ts";
import { countTokens, totalOf } from "./cost-sums.ts";
import type { Suggestion } from "./suggestions.ts";
import { formatMoney } from "./format.ts";

/** What the mesh's own statistics tell of a time, as `GET /api/stats` does. */
export interface MeshStatistics {
  total_cost: number;
  provider_stats: Readonly<Record<string, { total_requests: number; success_rate: number; total_cost: number }>>;
  [field: string]: unknown;
}

export interface CombinedReportNeed {
  /** ms since the epoch: when the report is made. */
  at: number;
  /** Length of the reported time, days. */
  days: number;
  /** Answers that did not come through the mesh, with project, session and day. */
  direct: readonly CostRow[];
  /** Project → when it last answered, ms since the epoch. */
  lastActivity: ReadonlyMap<string, number>;
  mesh: MeshStatistics;
  suggestions: readonly Suggestion[];
}

const NANO = 1e9;
const DAYS_OF_A_MONTH = 30;
const LEAST_SUCCESS = 0.9;

/**
 * Claude Code's own costs and the mesh's in one report, in the shape that tools of older gateways expect. The native
 * part holds only what did not come through the mesh, so that the sum counts nothing twice; savings are those of
 * `buildSuggestions`, and a month's are the reported time's, stretched.
 */
export function buildCombinedReport(need: CombinedReportNeed) {
  const native = totalOf(need.direct).cost / NANO;
  const { total_cost: mesh, provider_stats: providers } = need.mesh;
  const breakdown = Object.entries(providers).map(([name, { total_cost: cost }]) => [name, cost] as const);
  return {
    timestamp: new Date(need.at).toISOString(),
    native_claude_costs: buildNative(need),
    multimodel_costs: need.mesh,
    combined_summary: {
      total_estimated_cost: native + mesh,
      native_cost: native,
      multimodel_cost: mesh,
      cost_breakdown: Object.fromEntries([...breakdown, ...(native > 0 ? [["direct", native] as const] : [])]),
      savings_analysis: buildSavings(need),
    },
    recommendations: buildRecommendations(need),
  };
}

export type CombinedReport = ReturnType<typeof buildCombinedReport>;

function buildNative({ direct, lastActivity }: CombinedReportNeed) {
  const total = totalOf(direct);
  return {
    total_cost: total.cost / NANO,
    conversations: [...sumBy(direct, "session")].map(([session, rows]) => ({ session, ...describe(totalOf(rows)) })),
    daily_breakdown: [...sumBy(direct, "day")]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([date, rows]) => ({ date, ...describe(totalOf(rows)) })),
    projects: Object.fromEntries(
      [...sumBy(direct, "project")].map(([project, rows]) => {
        const { messages, tokens, cost } = describe(totalOf(rows));
        const last = lastActivity.get(project);
        return [
          project,
          {
            conversations: sumBy(rows, "session").size,
            messages,
            estimated_tokens: tokens,
            last_activity: last === undefined ? null : new Date(last).toISOString(),
            cost_estimate: cost,
          },
        ];
      }),
    ),
    total_conversations: sumBy(direct, "session").size,
    total_messages: total.requests,
    estimated_tokens: countTokens(total),
  };
}

function buildSavings({ suggestions, days }: CombinedReportNeed) {
  const found = suggestions.reduce((sum, { savings }) => sum + savings, 0) / NANO;
  return {
    potential_monthly_savings: days > 0 ? (found * DAYS_OF_A_MONTH) / days : 0,
    monthly_arithmetic: `${formatMoney(found * NANO)} in ${formatDays(days)} days × ${DAYS_OF_A_MONTH} ÷ ${formatDays(days)}`,
    cheaper_alternatives: suggestions.map(({ text, savings, share }) => ({
      suggestion: text,
      estimated_savings: savings / NANO,
      cost_reduction_percentage: share * 100,
    })),
    optimization_suggestions: suggestions.slice(0, 5).map(({ text }) => text),
  };
}

function formatDays(days: number): string {
  return String(Number(days.toFixed(2)));
}

function buildRecommendations({ suggestions, mesh }: CombinedReportNeed): string[] {
  const unsteady = Object.entries(mesh.provider_stats)
    .filter(([, { total_requests: requests, success_rate: rate }]) => requests > 0 && rate < LEAST_SUCCESS)
    .map(
      ([name, { total_requests: requests, success_rate: rate, total_cost: cost }]) =>
        `${name} answered ${(rate * 100).toFixed(1)} % of ${requests} requests (${formatMoney(cost * NANO)}): look at its failures.`,
    );
  return [...unsteady, ...suggestions.map(({ text }) => text)];
}

function describe(sums: CostSums): { messages: number; tokens: number; cost: number } {
  return { messages: sums.requests, tokens: countTokens(sums), cost: sums.cost / NANO };
}

function sumBy(rows: readonly CostRow[], dimension: string): Map<string, CostRow[]> {
  return Map.groupBy(rows, ({ group }) => group[dimension] ?? "");
}
