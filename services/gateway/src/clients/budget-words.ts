import type { Allowance, SpendStatus } from "@switchyard/state";
import { GatewayError } from "@switchyard/wire";

import { MESH_ACCOUNT } from "./allowances.ts";
import { reachedLimitHeaders } from "./limit-headers.ts";

/** For people: whose allowance it is. */
export interface Holder {
  account: string;
  /** Of the client; absent: the mesh's. */
  name?: string;
}

const ADJECTIVES: Readonly<Record<string, string>> = { hour: "hourly", day: "daily", month: "monthly" };
const NANO = 1_000_000_000;
/** What others hold comes back when they are answered. */
const HELD_SECONDS = 5;

/** "the daily budget of the client \"laptop\"". */
export function nameBudget({ account, name }: Holder, allowance: Allowance): string {
  const whose = account === MESH_ACCOUNT ? "the whole mesh" : `the client ${JSON.stringify(name ?? account)}`;
  return `the ${ADJECTIVES[allowance.name] ?? allowance.name} budget of ${whose}`;
}

/** "$4.25"; what is less than a cent with its first two figures. */
export function dollars(nanoDollars: number): string {
  const amount = nanoDollars / NANO;
  return amount === 0 || amount >= 0.01 ? `$${amount.toFixed(2)}` : `$${amount.toPrecision(2)}`;
}

/** "2026-11-21 16:00 Europe/Berlin". */
export function moment(at: number, timeZone: string): string {
  // The Swedish way to write it is everybody's.
  const text = new Date(at).toLocaleString("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return `${text} ${timeZone}`;
}

/** Of what is spent; what is only reserved may come back. */
export function shareOf({ allowance, used }: SpendStatus): number {
  return allowance.limit <= 0 ? 1 : used / allowance.limit;
}

export interface Refused {
  holder: Holder;
  exceeded: SpendStatus;
  /** What was asked for, nano-dollars. */
  amount: number;
  strict: boolean;
  timeZone: string;
  now: number;
}

/**
 * A budget without room. Used up, it is final: clients are told not to try again. Where only what is in flight holds
 * the rest, a later try may find room.
 */
export function budgetError({ holder, exceeded, amount, strict, timeZone, now }: Refused): GatewayError {
  const { allowance, used, reserved } = exceeded;
  const budget = nameBudget(holder, allowance);
  const anew = `It begins anew at ${moment(allowance.endsAt, timeZone)}.`;
  const isUsedUp = used >= allowance.limit;
  if (!isUsedUp && (strict ? used + amount <= allowance.limit : reserved > 0)) {
    const held = `${dollars(used)} of ${dollars(allowance.limit)} are spent, requests that run now may take ${dollars(reserved)}`;
    return new GatewayError("rate_limit_error", `Nothing is left of ${budget} for the moment: ${held}.`, {
      retryAfterSeconds: HELD_SECONDS,
    });
  }
  const state = isUsedUp
    ? `${capitalized(budget)} is used up: ${dollars(used)} of ${dollars(allowance.limit)}.`
    : `What is left of ${budget} (${dollars(used)} of ${dollars(allowance.limit)} are spent) is less than this request may cost: up to ${dollars(amount)}.`;
  return new GatewayError("billing_error", `${state} ${anew}`, {
    status: 429,
    retryAfterSeconds: (allowance.endsAt - now) / 1000,
    headers: {
      "x-should-retry": "false",
      ...reachedLimitHeaders({
        share: shareOf(exceeded),
        endsAt: allowance.endsAt,
        period: allowance.name,
        isShared: holder.account === MESH_ACCOUNT,
      }),
    },
  });
}

/** Requests or tokens of a minute: to be tried again in the next one. */
export function minuteError({ holder, exceeded, now }: Refused): GatewayError {
  const { allowance } = exceeded;
  const seconds = Math.max(1, Math.ceil((allowance.endsAt - now) / 1000));
  const whose = JSON.stringify(holder.name ?? holder.account);
  return new GatewayError(
    "rate_limit_error",
    `The client ${whose} is at its limit of ${allowance.limit} ${allowance.name}; the next minute begins in ${seconds} s.`,
    { retryAfterSeconds: seconds },
  );
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
