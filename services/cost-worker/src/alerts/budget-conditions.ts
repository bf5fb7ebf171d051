import type { BudgetWindow } from "@switchyard/service-kit/calendar";
import type { Budgets } from "@switchyard/wire";

import { type AlertCondition, formatDollars, formatShare } from "./alert-condition.ts";

/** One account with what it may spend, and what it has spent, nano-dollars. */
export interface BudgetAccount {
  /** "client <id>", "mesh". */
  account: string;
  /** For people. */
  subject: string;
  budgets: Budgets;
  spent: Readonly<Record<BudgetWindow["name"], number>>;
}

/**
 * Of every budget the highest share that is used up. One that is jumped over is not told of: what comes after it says
 * more. Each window is a crossing of its own.
 *
 * @param shares rising, 0…1
 */
export function budgetConditions(
  accounts: readonly BudgetAccount[],
  windows: readonly BudgetWindow[],
  shares: readonly number[],
): AlertCondition[] {
  return accounts.flatMap(({ account, subject, budgets, spent }) =>
    windows.flatMap(({ name, startsAt }) => {
      const budget = budgets[name];
      if (budget === undefined) return [];
      const actual = spent[name];
      const reached = shares.findLast((share) => actual >= budget * share);
      return shares.map((share) => ({
        key: `budget|${account}|${name}|${startsAt}|${share}`,
        kind: "budget" as const,
        subject,
        message: describe({ subject, name, budget, actual, share }),
        threshold: Math.round(budget * share),
        actual,
        over: share === reached,
      }));
    }),
  );
}

interface Described {
  subject: string;
  name: BudgetWindow["name"];
  budget: number;
  actual: number;
  share: number;
}

function describe({ subject, name, budget, actual, share }: Described): string {
  const used = `${formatDollars(actual)} of ${formatDollars(budget)}`;
  const period = name === "day" ? "today" : `this ${name}`;
  return share >= 1
    ? `${subject}: the budget of ${period} is used up (${used})`
    : `${subject}: ${formatShare(share)} of the budget of ${period} is used (${used})`;
}
