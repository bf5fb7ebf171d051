import type { SpendStatus } from "@switchyard/state";
import { HEADERS } from "@switchyard/wire";

import { capitalized, dollars, type Holder, moment, nameBudget, shareOf } from "./budget-words.ts";
import { LIMIT_PREFIX, NEAR, nearLimitHeaders } from "./limit-headers.ts";

export interface BudgetStatus {
  holder: Holder;
  status: SpendStatus;
}

/**
 * Headers of an answer while a budget is nearly used up: of the fullest, in words for anybody, and as a spend limit for
 * Claude Code's own display. Empty while no budget is near.
 */
export function budgetHeaders(budgets: readonly BudgetStatus[], timeZone: string): Record<string, string> {
  const [fullest] = budgets.filter(({ status }) => shareOf(status) >= NEAR).toSorted(fullestFirst);
  if (fullest === undefined) return {};
  return {
    [HEADERS.warning]: safe(describe(fullest, timeZone)),
    ...nearLimitHeaders({ share: shareOf(fullest.status), endsAt: fullest.status.allowance.endsAt }),
  };
}

/** Ours beside an answer's own; what the upstream says of the client's windows goes before what we say. */
export function withBudgetHeaders(
  own: Readonly<Record<string, string>>,
  budget: Readonly<Record<string, string>>,
): Record<string, string> {
  const isTold = Object.keys(own).some((name) => name.startsWith(LIMIT_PREFIX));
  const added = Object.entries(budget).filter(([name]) => !isTold || !name.startsWith(LIMIT_PREFIX));
  return { ...own, ...Object.fromEntries(added) };
}

/** Header values are ASCII. */
export function safe(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 500);
}

function describe({ holder, status }: BudgetStatus, timeZone: string): string {
  const { allowance, used } = status;
  const share = Math.floor(Math.min(1, shareOf(status)) * 100);
  const budget = capitalized(nameBudget(holder, allowance));
  return `${budget} is used by ${share} % (${dollars(used)} of ${dollars(allowance.limit)}); it begins anew at ${moment(allowance.endsAt, timeZone)}.`;
}

function fullestFirst(one: BudgetStatus, other: BudgetStatus): number {
  return shareOf(other.status) - shareOf(one.status);
}
