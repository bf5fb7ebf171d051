import type { Dimension, ReportRow } from "../ledger.ts";
import type { SumAmounts } from "../schema.ts";
import type { SumDimension } from "../sums/cubes.ts";
import type { ReportPlan } from "./plan-report.ts";

export type Totals = { [Amount in keyof SumAmounts as `sum_${Amount}`]: number };
type GroupValues = { [Column in SumDimension as `by_${Column}`]?: string };

/** What the store answers for a group. */
export interface GroupRecord extends Totals, GroupValues {
  bucket: number;
  /** Where the order is by it. */
  sum_tokens?: number;
}

/** A dimension without a value (no client, no session, no project) is not in the group. */
export function toReportRow(record: GroupRecord, plan: Pick<ReportPlan, "times" | "columns">): ReportRow {
  const group: Partial<Record<Dimension, string>> = { ...plan.times[record.bucket] };
  for (const column of plan.columns) {
    const value = record[`by_${column}`];
    if (value !== undefined && value !== "") group[column] = value;
  }
  return {
    group,
    requests: record.sum_requests,
    succeeded: record.sum_requests - record.sum_failed - record.sum_aborted - record.sum_unknown,
    failed: record.sum_failed,
    aborted: record.sum_aborted,
    unknown: record.sum_unknown,
    uncachedInput: record.sum_uncached_input,
    cacheRead: record.sum_cache_read,
    cacheWrite5m: record.sum_cache_write_5m,
    cacheWrite1h: record.sum_cache_write_1h,
    output: record.sum_output,
    reasoning: record.sum_reasoning,
    cost: record.sum_cost,
    subscriptionCost: record.sum_subscription_cost,
    estimatedCost: record.sum_estimated_cost,
    reportedCost: record.sum_told_cost,
    ...average("averageFirstTokenMs", record.sum_first_token_sum, record.sum_first_token_count),
    ...average("averageDurationMs", record.sum_duration_sum, record.sum_duration_count),
  };
}

function average<Key extends string>(key: Key, sum: number, count: number): { [K in Key]?: number } {
  return count === 0 ? {} : ({ [key]: sum / count } as { [K in Key]: number });
}
