import { type BudgetWindow, budgetWindows } from "@switchyard/service-kit/calendar";
import type { Allowance } from "@switchyard/state";
import type { Budgets, ClientPolicy } from "@switchyard/wire";

export const MESH_ACCOUNT = "mesh";
const REQUESTS_PER_MINUTE = "requests per minute";
const TOKENS_PER_MINUTE = "tokens per minute";

const MINUTE_MS = 60_000;

export function accountOf(client: string): string {
  return `client ${client}`;
}

/** The calendar's windows at a moment; worked out once for each hour. */
export type WindowReader = (now: number, timeZone: string) => readonly BudgetWindow[];

export function createWindowReader(): WindowReader {
  let known: { timeZone: string; from: number; until: number; windows: readonly BudgetWindow[] } | undefined;
  return (now, timeZone) => {
    if (known === undefined || known.timeZone !== timeZone || now < known.from || now >= known.until) {
      const windows = budgetWindows(now, timeZone);
      const from = Math.max(...windows.map(({ startsAt }) => startsAt));
      known = { timeZone, from, until: Math.min(...windows.map(({ endsAt }) => endsAt)), windows };
    }
    return known.windows;
  };
}

/** What may be spent now; nothing where there are no budgets. */
export function budgetAllowances(budgets: Budgets, windows: readonly BudgetWindow[]): Allowance[] {
  return windows.flatMap((window) => {
    const limit = budgets[window.name];
    return limit === undefined ? [] : [{ ...window, unit: "nanoDollars" as const, limit }];
  });
}

/** Requests and tokens of this minute. */
export function minuteAllowances(
  { requestsPerMinute, tokensPerMinute }: Pick<ClientPolicy, "requestsPerMinute" | "tokensPerMinute">,
  now: number,
): Allowance[] {
  const startsAt = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const minute = { startsAt, endsAt: startsAt + MINUTE_MS };
  return [
    ...(requestsPerMinute === undefined
      ? []
      : [{ name: REQUESTS_PER_MINUTE, unit: "requests" as const, limit: requestsPerMinute, ...minute }]),
    ...(tokensPerMinute === undefined
      ? []
      : [{ name: TOKENS_PER_MINUTE, unit: "tokens" as const, limit: tokensPerMinute, ...minute }]),
  ];
}
