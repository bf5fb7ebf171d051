import { DateTime } from "luxon";
import type { CostRow } from "./cost-sums.ts";
import { formatMoney } from "./format.ts";

/** What thirty days would cost at the pace of the whole days that were looked at. Money in nano-dollars. */
export interface Projection {
  /** The first and the last of those days, "2026-11-14". */
  first: string;
  last: string;
  days: number;
  /** Of these days together. */
  cost: number;
  /** Of the cheapest and of the dearest of them. */
  lowest: number;
  highest: number;
  /** `cost` × 30 ÷ `days`. */
  month: number;
}

const DAYS_OF_A_MONTH = 30;
const LEAST_DAYS = 3;

/**
 * Only of whole days: half of today would make the pace too slow, and nothing is known of the days before the first
 * answer. Days without any cost between count. Undefined below three days: a pace cannot be told from them.
 * @param rows by day
 */
export function buildProjection(
  rows: readonly CostRow[],
  { from, to, timeZone: zone }: { from: number; to: number; timeZone: string },
): Projection | undefined {
  const costs = new Map<string, number>();
  for (const { group, sums } of rows) {
    const day = group["day"] ?? "";
    costs.set(day, (costs.get(day) ?? 0) + sums.cost);
  }
  const known = [...costs.keys()].filter((day) => day !== "").toSorted();
  const [earliest] = known;
  if (earliest === undefined) return undefined;
  const begin = DateTime.fromMillis(from, { zone });
  const firstWhole = begin.equals(begin.startOf("day")) ? begin : begin.startOf("day").plus({ days: 1 });
  const first = DateTime.max(firstWhole, DateTime.fromISO(earliest, { zone }));
  const end = DateTime.fromMillis(to, { zone }).startOf("day");
  const names: string[] = [];
  for (let day = first; day < end; day = day.plus({ days: 1 })) names.push(day.toISODate() ?? "");
  if (names.length < LEAST_DAYS) return undefined;
  const each = names.map((day) => costs.get(day) ?? 0);
  const cost = each.reduce((sum, one) => sum + one, 0);
  return {
    first: names[0] ?? "",
    last: names.at(-1) ?? "",
    days: names.length,
    cost,
    lowest: Math.min(...each),
    highest: Math.max(...each),
    month: Math.round((cost * DAYS_OF_A_MONTH) / names.length),
  };
}

/** The sum behind it, in a sentence. */
export function describeProjection(projection: Projection | undefined): string {
  if (projection === undefined) return "No month is estimated: that takes three whole days.";
  const { first, last, days, cost, lowest, highest, month } = projection;
  return (
    `At this pace 30 days cost ${formatMoney(month)}: ${formatMoney(cost)} in the ${days} whole days from ${first} to ` +
    `${last} × 30 ÷ ${days}; a day of them cost ${formatMoney(lowest)} to ${formatMoney(highest)}.`
  );
}
