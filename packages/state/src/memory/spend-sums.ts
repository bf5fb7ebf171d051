import {
  hasSpendRoom,
  loneLimit,
  SPEND_LEASE_MS,
  spendWindowName,
  wholeSpend,
  WINDOW_GRACE_MS,
} from "../rules/index.ts";
import type { Allowance, Spend, SpendRequest, SpendReservation, SpendResult, SpendStatus, SpendSum } from "../state.ts";

/** What is known of one window of an account. */
export interface SpendWindow {
  used: number;
  /** ms since the epoch. */
  endsAt: number;
}

interface CountedWindow extends SpendWindow {
  reserved: number;
  /** Taken when this gateway was left alone. */
  takenBefore: number;
}

export interface OpenSpend {
  reservation: SpendReservation;
  /** ms since the epoch; after it, it holds nothing, and waits for a late settling. */
  leaseUntil: number;
}

/** Sums of spend by window, and the reservations that are open; every call is one atomic step. */
export interface SpendSums {
  reserve(request: SpendRequest, made: { id: string; local: boolean }): SpendResult;
  /** False: it was settled before, or so long ago that nobody knows of it. */
  settle(reservation: SpendReservation, used: Spend): boolean;
  correct(sums: readonly SpendSum[]): void;
  read(asked: readonly { account: string; allowance: Allowance }[]): SpendStatus[];
  /** Used sums by the name of their window, without those that have ended. */
  entries(): [string, SpendWindow][];

  /** Takes over what others have counted, and a reservation that was made there. */
  learn(account: string, status: readonly SpendStatus[], adopted?: OpenSpend): void;
  /** Drops a reservation that was settled elsewhere. */
  forget(id: string): void;
  /** From now on one of so many gateways that each have their part of what is left; 1: all of it. */
  divide(gateways: number): void;
  /** Reservations that hold something now. */
  open(): OpenSpend[];
}

export interface SpendSumsOptions {
  now: () => number;
  known?: readonly [string, SpendWindow][];
}

/** An expired reservation waits so long for a late settling. */
const LATE_MS = 3_600_000;
const SWEEP_EVERY_MS = 10_000;
/** Who is never settled must not be remembered for ever. */
const MOST_OPEN = 50_000;

export function createSpendSums({ now, known = [] }: SpendSumsOptions): SpendSums {
  const windows = new Map<string, CountedWindow>(
    known.map(([name, { used, endsAt }]) => [name, { used, endsAt, reserved: 0, takenBefore: 0 }]),
  );
  // in the order of taking
  const holding = new Map<string, OpenSpend>();
  const lapsed = new Map<string, OpenSpend>();
  let gateways = 1;
  let sweptAt = now();
  let nextLapse = Number.POSITIVE_INFINITY;

  const windowOf = (account: string, allowance: Pick<Allowance, "name" | "startsAt" | "endsAt">): CountedWindow => {
    const name = spendWindowName(account, allowance);
    const found = windows.get(name);
    if (found !== undefined) return found;
    const window = { used: 0, reserved: 0, endsAt: allowance.endsAt, takenBefore: 0 };
    windows.set(name, window);
    return window;
  };
  const statusOf = (account: string, allowance: Allowance): SpendStatus => {
    const window = windows.get(spendWindowName(account, allowance));
    return { allowance, used: window?.used ?? 0, reserved: window?.reserved ?? 0 };
  };
  const hold = ({ account, allowances, amount }: SpendReservation, sign: 1 | -1): void => {
    for (const allowance of allowances) {
      const window = windowOf(account, allowance);
      window.reserved = Math.max(0, window.reserved + sign * amount[allowance.unit]);
    }
  };
  const adopt = (open: OpenSpend): void => {
    holding.set(open.reservation.id, open);
    nextLapse = Math.min(nextLapse, open.leaseUntil);
    for (const [id, { reservation }] of holding) {
      if (holding.size <= MOST_OPEN) break;
      holding.delete(id);
      hold(reservation, -1);
    }
  };
  const lapse = (time: number): void => {
    if (time < nextLapse) return;
    nextLapse = Number.POSITIVE_INFINITY;
    for (const [id, open] of holding) {
      nextLapse = Math.min(nextLapse, open.leaseUntil > time ? open.leaseUntil : nextLapse);
      if (open.leaseUntil > time) continue;
      holding.delete(id);
      lapsed.set(id, open);
      hold(open.reservation, -1);
    }
  };
  const sweep = (): number => {
    const time = now();
    lapse(time);
    if (Math.abs(time - sweptAt) < SWEEP_EVERY_MS) return time;
    sweptAt = time;
    for (const [name, { endsAt }] of windows) if (endsAt + WINDOW_GRACE_MS <= time) windows.delete(name);
    for (const [id, { leaseUntil }] of lapsed) if (leaseUntil + LATE_MS <= time) lapsed.delete(id);
    return time;
  };
  const isFull = (account: string, status: SpendStatus, wish: { amount: Spend; strict: boolean }): boolean => {
    const { takenBefore = 0 } = windows.get(spendWindowName(account, status.allowance)) ?? {};
    const limit = loneLimit(status.allowance.limit, takenBefore, gateways);
    return !hasSpendRoom({ ...status, allowance: { ...status.allowance, limit } }, wish);
  };

  return {
    reserve({ account, allowances, amount: asked, strict, leaseMs = SPEND_LEASE_MS }, made) {
      const time = sweep();
      const amount = wholeSpend(asked);
      const before = allowances.map((allowance) => statusOf(account, allowance));
      const exceeded = before.find((status) => isFull(account, status, { amount, strict }));
      if (exceeded !== undefined) return { kind: "refused", exceeded, status: before };
      const reservation: SpendReservation = { ...made, account, allowances, amount };
      hold(reservation, 1);
      adopt({ reservation, leaseUntil: time + leaseMs });
      return { kind: "reserved", reservation, status: allowances.map((allowance) => statusOf(account, allowance)) };
    },
    settle({ id }, truth) {
      const time = sweep();
      const open = holding.get(id) ?? lapsed.get(id);
      if (open === undefined) return false;
      if (holding.delete(id)) hold(open.reservation, -1);
      lapsed.delete(id);
      const used = wholeSpend(truth);
      const { account, allowances } = open.reservation;
      for (const allowance of allowances) {
        if (allowance.endsAt + WINDOW_GRACE_MS > time) windowOf(account, allowance).used += used[allowance.unit];
      }
      return true;
    },
    correct(sums) {
      const time = sweep();
      for (const { account, allowance, used } of sums) {
        if (allowance.endsAt <= time || !(used > 0)) continue;
        const window = windowOf(account, allowance);
        window.used = Math.max(window.used, Math.ceil(used));
      }
    },
    read(asked) {
      sweep();
      return asked.map(({ account, allowance }) => statusOf(account, allowance));
    },
    entries() {
      const time = sweep();
      return [...windows].flatMap(([name, { used, endsAt }]) =>
        endsAt > time && used > 0 ? [[name, { used, endsAt }] as [string, SpendWindow]] : [],
      );
    },
    learn(account, status, adopted) {
      sweep();
      if (adopted !== undefined) adopt(adopted);
      for (const { allowance, used, reserved } of status)
        Object.assign(windowOf(account, allowance), { used, reserved });
    },
    forget(id) {
      holding.delete(id);
      lapsed.delete(id);
    },
    divide(among) {
      gateways = among;
      for (const window of windows.values()) window.takenBefore = window.used + window.reserved;
    },
    open() {
      sweep();
      return [...holding.values()];
    },
  };
}
