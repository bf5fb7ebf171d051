import type { SpendStatus } from "@switchyard/state";
import { HEADERS } from "@switchyard/wire";

import { capitalized, dollars, type Holder, moment, nameBudget } from "./budget-words.ts";

/** A budget of which so much is used is told of. */
const NEAR = 0.75;
const THRESHOLDS = [1, 0.9, NEAR];

const PREFIX = "anthropic-ratelimit-unified-";

export interface BudgetStatus {
  holder: Holder;
  status: SpendStatus;
}

/**
 * Headers of an answer while a budget is nearly used up. Claude Code shows a warning of its own by those that the
 * Claude API tells of a subscription's windows (status, and per window utilization, reset and the threshold that was
 * passed); it knows a window of five hours and one of seven days: hours and days are shown as the first, months as
 * the second. Empty while no budget is near.
 */
export function budgetHeaders(budgets: readonly BudgetStatus[], timeZone: string): Record<string, string> {
  const near = budgets.filter(({ status }) => shareOf(status) >= NEAR).toSorted(fullestFirst);
  const [fullest] = near;
  if (fullest === undefined) return {};
  const headers: Record<string, string> = {
    [HEADERS.warning]: safe(describe(fullest, timeZone)),
    [`${PREFIX}status`]: "allowed_warning",
    [`${PREFIX}reset`]: seconds(fullest),
    [`${PREFIX}representative-claim`]: claimOf(fullest) === "7d" ? "seven_day" : "five_hour",
  };
  for (const claim of ["5h", "7d"]) {
    const own = near.find((one) => claimOf(one) === claim);
    if (own === undefined) continue;
    const share = Math.min(1, shareOf(own.status));
    headers[`${PREFIX}${claim}-status`] = "allowed_warning";
    headers[`${PREFIX}${claim}-utilization`] = String(Math.floor(share * 100) / 100);
    headers[`${PREFIX}${claim}-reset`] = seconds(own);
    headers[`${PREFIX}${claim}-surpassed-threshold`] = String(THRESHOLDS.find((one) => share >= one) ?? NEAR);
  }
  return headers;
}

/** Ours beside an answer's own; what the upstream says of the client's windows goes before what we say. */
export function withBudgetHeaders(
  own: Readonly<Record<string, string>>,
  budget: Readonly<Record<string, string>>,
): Record<string, string> {
  const isTold = Object.keys(own).some((name) => name.startsWith(PREFIX));
  const added = Object.entries(budget).filter(([name]) => !isTold || !name.startsWith(PREFIX));
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

/** Of what is spent; what is only reserved may come back. */
function shareOf({ allowance, used }: SpendStatus): number {
  return allowance.limit <= 0 ? 1 : used / allowance.limit;
}

function fullestFirst(one: BudgetStatus, other: BudgetStatus): number {
  return shareOf(other.status) - shareOf(one.status);
}

function claimOf({ status }: BudgetStatus): "5h" | "7d" {
  return status.allowance.name === "month" ? "7d" : "5h";
}

function seconds({ status }: BudgetStatus): string {
  return String(Math.ceil(status.allowance.endsAt / 1000));
}
