import type { Allowance, Spend, SpendStatus } from "../state.ts";

/** A window is remembered for so long after its end: clocks differ, and what is in flight still settles. */
export const WINDOW_GRACE_MS = 60_000;
export const SPEND_LEASE_MS = 900_000;

/** The name of a window among those of all accounts. */
export function spendWindowName(account: string, { name, startsAt }: Pick<Allowance, "name" | "startsAt">): string {
  return `${account}:${name}:${startsAt}`;
}

/**
 * Whether an amount is given. With `strict` all of it must fit; without, anything must be left: what is given last may
 * pass the limit, and nothing is given after it.
 */
export function hasSpendRoom(
  { allowance, used, reserved }: SpendStatus,
  wish: { amount: Spend; strict: boolean },
): boolean {
  const taken = used + reserved;
  return wish.strict ? taken + wish.amount[allowance.unit] <= allowance.limit : taken < allowance.limit;
}

/**
 * The limit of a gateway that cannot ask the others: what was taken when it was left alone, and its part of the rest.
 */
export function loneLimit(limit: number, takenBefore: number, gateways: number): number {
  return takenBefore >= limit ? limit : takenBefore + (limit - takenBefore) / Math.max(1, gateways);
}

/** Whole and not negative: what is counted never goes down by a caller's mistake. */
export function wholeSpend({ nanoDollars, requests, tokens }: Spend): Spend {
  return { nanoDollars: whole(nanoDollars), requests: whole(requests), tokens: whole(tokens) };
}

function whole(amount: number): number {
  return amount > 0 ? Math.min(Math.ceil(amount), Number.MAX_SAFE_INTEGER) : 0;
}
