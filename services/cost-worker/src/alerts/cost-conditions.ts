import type { AlertSettings } from "@switchyard/service-kit";

import { type AlertCondition, formatDollars } from "./alert-condition.ts";

/** Nano-dollars. */
export interface CostSums {
  total: number;
  byProvider: Readonly<Record<string, number>>;
}

export interface TrailingCosts {
  hour: CostSums;
  day: CostSums;
}

type Thresholds = Pick<AlertSettings, "hourlyNanoDollars" | "dailyNanoDollars">;

const SPANS = [
  { span: "hour", kind: "hourly_cost_exceeded", words: "in the last hour", threshold: "hourlyNanoDollars" },
  { span: "day", kind: "daily_cost_exceeded", words: "in the last 24 hours", threshold: "dailyNanoDollars" },
] as const;

/** Every provider, and all of them together, against what may be spent in an hour and in a day that end now. */
export function costConditions(costs: TrailingCosts, thresholds: Thresholds): AlertCondition[] {
  return SPANS.flatMap(({ span, kind, words, threshold: name }) => {
    const threshold = thresholds[name];
    if (threshold === undefined) return [];
    const { total, byProvider } = costs[span];
    return [["total", total] as const, ...Object.entries(byProvider)].map(([subject, actual], index) => ({
      // A provider may bear any name, "total" too.
      key: index === 0 ? `${kind}|total` : `${kind}|provider ${subject}`,
      kind,
      subject,
      message: `${index === 0 ? "All providers" : subject}: ${formatDollars(actual)} ${words}, more than ${formatDollars(threshold)}`,
      threshold,
      actual,
      over: actual > threshold,
    }));
  });
}
