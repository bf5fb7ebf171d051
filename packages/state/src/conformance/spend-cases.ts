import { expect, it } from "@jest/globals";
import * as fc from "fast-check";

import type { Allowance, Spend, SpendReservation, SpendStatus, State } from "../state.ts";
import type { StateBench } from "./state-bench.ts";
import { LONG } from "./state-bench.ts";

const ACCOUNT = "client laptop";

/** An allowance of nano-dollars whose window has begun a second ago. */
export function dollars(bench: { now: number }, limit: number, changes: Partial<Allowance> = {}): Allowance {
  const startsAt = bench.now - 1000;
  return { name: "hour", unit: "nanoDollars", limit, startsAt, endsAt: startsAt + LONG, ...changes };
}

export function spend(nanoDollars: number, changes: Partial<Spend> = {}): Spend {
  return { nanoDollars, requests: 1, tokens: 0, ...changes };
}

/** Reserves; undefined: refused. */
export async function reserved(
  state: State,
  allowances: readonly Allowance[],
  wish: { amount: Spend; strict?: boolean; leaseMs?: number; account?: string },
): Promise<SpendReservation | undefined> {
  const { account = ACCOUNT, amount, strict = false, ...lease } = wish;
  const result = await state.reserveSpend({ account, allowances, amount, strict, ...lease });
  return result.kind === "reserved" ? result.reservation : undefined;
}

export async function statusOf(state: State, allowance: Allowance, account = ACCOUNT): Promise<SpendStatus> {
  const [status] = await state.readSpend([{ account, allowance }]);
  if (status === undefined) throw new Error("no status was told");
  return status;
}

async function mustReserve(...wish: Parameters<typeof reserved>): Promise<SpendReservation> {
  const reservation = await reserved(...wish);
  if (reservation === undefined) throw new Error("refused");
  return reservation;
}

export function registerSpendCases(bench: StateBench): void {
  registerRoomCases(bench);
  registerSettlingCases(bench);
  registerCorrectionCases(bench);
  registerSpendProperties(bench);
}

function registerRoomCases(bench: StateBench): void {
  it("nothing is known of an account at first", async () => {
    const state = await bench.open();
    const allowance = dollars(bench, 100);
    expect(await statusOf(state, allowance)).toEqual({ allowance, used: 0, reserved: 0 });
    expect(await state.readSpend([])).toEqual([]);
  });

  it("a request without allowances is always given", async () => {
    const state = await bench.open();
    const reservation = await mustReserve(state, [], { amount: spend(5), strict: true });
    await state.settleSpend(reservation, spend(5));
  });

  it("strictly only what fits whole is given; the last nano-dollar too", async () => {
    const state = await bench.open();
    const allowances = [dollars(bench, 100)];
    await mustReserve(state, allowances, { amount: spend(60), strict: true });
    expect(await reserved(state, allowances, { amount: spend(41), strict: true })).toBeUndefined();
    await mustReserve(state, allowances, { amount: spend(40), strict: true });
    expect(await reserved(state, allowances, { amount: spend(1), strict: true })).toBeUndefined();
    await mustReserve(state, allowances, { amount: spend(0), strict: true });
  });

  it("otherwise it is given while anything is left", async () => {
    const state = await bench.open();
    const allowances = [dollars(bench, 100)];
    await mustReserve(state, allowances, { amount: spend(99) });
    await mustReserve(state, allowances, { amount: spend(500) });
    expect(await reserved(state, allowances, { amount: spend(0) })).toBeUndefined();
  });

  it("an allowance of nothing gives nothing", async () => {
    const state = await bench.open();
    expect(await reserved(state, [dollars(bench, 0)], { amount: spend(0) })).toBeUndefined();
  });

  it("is taken from every allowance or from none, and the first without room is named", async () => {
    const state = await bench.open();
    const hour = dollars(bench, 1000);
    const day = dollars(bench, 100, { name: "day", endsAt: bench.now + 20 * LONG });
    const minute = dollars(bench, 2, { name: "requests per minute", unit: "requests", endsAt: bench.now + 60_000 });
    await mustReserve(state, [hour, day, minute], { amount: spend(90), strict: true });
    const amount = spend(20);
    const result = await state.reserveSpend({
      account: ACCOUNT,
      allowances: [hour, day, minute],
      amount,
      strict: true,
    });
    expect(result).toEqual({
      kind: "refused",
      exceeded: { allowance: day, used: 0, reserved: 90 },
      status: [
        { allowance: hour, used: 0, reserved: 90 },
        { allowance: day, used: 0, reserved: 90 },
        { allowance: minute, used: 0, reserved: 1 },
      ],
    });
    expect(await statusOf(state, hour)).toMatchObject({ used: 0, reserved: 90 });
    expect(await statusOf(state, minute)).toMatchObject({ reserved: 1 });
  });

  it("each unit is counted by itself", async () => {
    const state = await bench.open();
    const requests = dollars(bench, 10, { name: "requests per minute", unit: "requests" });
    const tokens = dollars(bench, 10_000, { name: "tokens per minute", unit: "tokens" });
    const amount = spend(7, { tokens: 300 });
    const result = await state.reserveSpend({
      account: ACCOUNT,
      allowances: [requests, tokens],
      amount,
      strict: false,
    });
    expect(result.status.map(({ used, reserved: held }) => [used, held])).toEqual([
      [0, 1],
      [0, 300],
    ]);
  });

  it("accounts, names and starts are windows of their own", async () => {
    const state = await bench.open();
    const hour = dollars(bench, 10);
    await mustReserve(state, [hour], { amount: spend(10), strict: true });
    await mustReserve(state, [hour], { amount: spend(10), strict: true, account: "client nightly" });
    await mustReserve(state, [{ ...hour, name: "day" }], { amount: spend(10), strict: true });
    await mustReserve(state, [{ ...hour, startsAt: hour.startsAt + 1 }], { amount: spend(10), strict: true });
    expect(await reserved(state, [hour], { amount: spend(1), strict: true })).toBeUndefined();
  });

  it("sums of nine million dollars stay exact", async () => {
    const state = await bench.open();
    const most = 9_000_000_000_000_000;
    const allowance = dollars(bench, most);
    const one = await mustReserve(state, [allowance], { amount: spend(most - 1), strict: true });
    await mustReserve(state, [allowance], { amount: spend(1), strict: true });
    expect(await reserved(state, [allowance], { amount: spend(1), strict: true })).toBeUndefined();
    await state.settleSpend(one, spend(most - 3));
    expect(await statusOf(state, allowance)).toMatchObject({ used: most - 3, reserved: 1 });
  });

  it("amounts that are none count as nothing, and parts of a nano-dollar as a whole one", async () => {
    const state = await bench.open();
    const allowance = dollars(bench, 100);
    const one = await mustReserve(state, [allowance], { amount: spend(-50), strict: true });
    const two = await mustReserve(state, [allowance], { amount: spend(Number.NaN), strict: true });
    await mustReserve(state, [allowance], { amount: spend(0.2), strict: true });
    expect(await statusOf(state, allowance)).toMatchObject({ used: 0, reserved: 1 });
    await state.settleSpend(one, spend(-7));
    await state.settleSpend(two, spend(Number.NaN));
    expect(await statusOf(state, allowance)).toMatchObject({ used: 0, reserved: 1 });
  });

  it("many at once are given no more than fits", async () => {
    const state = await bench.open();
    const allowances = [dollars(bench, 1000)];
    const results = await Promise.all(
      Array.from({ length: 100 }, () => reserved(state, allowances, { amount: spend(30), strict: true })),
    );
    expect(results.filter((reservation) => reservation !== undefined)).toHaveLength(33);
  });
}

function registerSettlingCases(bench: StateBench): void {
  it("settling puts the truth in place of what was reserved", async () => {
    const state = await bench.open();
    const allowance = dollars(bench, 100);
    const reservation = await mustReserve(state, [allowance], { amount: spend(80) });
    await state.settleSpend(reservation, spend(30));
    expect(await statusOf(state, allowance)).toMatchObject({ used: 30, reserved: 0 });
    await mustReserve(state, [allowance], { amount: spend(70), strict: true });
  });

  it("the truth may pass the limit, and is told as it is", async () => {
    const state = await bench.open();
    const allowance = dollars(bench, 100);
    const reservation = await mustReserve(state, [allowance], { amount: spend(80) });
    await state.settleSpend(reservation, spend(150));
    expect(await statusOf(state, allowance)).toMatchObject({ used: 150, reserved: 0 });
    expect(await reserved(state, [allowance], { amount: spend(0), strict: true })).toBeUndefined();
  });

  it("what was not used at all is given back", async () => {
    const state = await bench.open();
    const allowance = dollars(bench, 100);
    const reservation = await mustReserve(state, [allowance], { amount: spend(100), strict: true });
    await state.settleSpend(reservation, { nanoDollars: 0, requests: 0, tokens: 0 });
    await mustReserve(state, [allowance], { amount: spend(100), strict: true });
  });

  it("settling again changes nothing", async () => {
    const state = await bench.open();
    const allowance = dollars(bench, 100);
    const reservation = await mustReserve(state, [allowance], { amount: spend(50) });
    await mustReserve(state, [allowance], { amount: spend(20) });
    await state.settleSpend(reservation, spend(30));
    await state.settleSpend(reservation, spend(30));
    expect(await statusOf(state, allowance)).toMatchObject({ used: 30, reserved: 20 });
  });

  it("what was never settled is given back after its lease", async () => {
    const state = await bench.open();
    const allowance = dollars(bench, 100);
    await mustReserve(state, [allowance], { amount: spend(100), strict: true, leaseMs: 150 });
    expect(await reserved(state, [allowance], { amount: spend(1), strict: true })).toBeUndefined();
    await bench.wait(250);
    expect(await statusOf(state, allowance)).toMatchObject({ used: 0, reserved: 0 });
    await mustReserve(state, [allowance], { amount: spend(100), strict: true });
  });

  it("who settles after its lease is still counted, once", async () => {
    const state = await bench.open();
    const allowance = dollars(bench, 100);
    const late = await mustReserve(state, [allowance], { amount: spend(60), leaseMs: 100 });
    await bench.wait(200);
    await mustReserve(state, [allowance], { amount: spend(10) });
    await state.settleSpend(late, spend(40));
    await state.settleSpend(late, spend(40));
    expect(await statusOf(state, allowance)).toMatchObject({ used: 40, reserved: 10 });
  });

  it("is settled in the window in which it was reserved", async () => {
    const state = await bench.open();
    const old = dollars(bench, 100, { endsAt: bench.now + 200 });
    const reservation = await mustReserve(state, [old], { amount: spend(60) });
    await bench.wait(250);
    const next = dollars(bench, 100, { startsAt: old.endsAt });
    await mustReserve(state, [next], { amount: spend(100), strict: true });
    await state.settleSpend(reservation, spend(60));
    expect(await statusOf(state, next)).toMatchObject({ used: 0, reserved: 100 });
  });
}

function registerCorrectionCases(bench: StateBench): void {
  it("what the ledger knows raises a sum and never lowers it", async () => {
    const state = await bench.open();
    const allowance = dollars(bench, 100);
    const sum = (used: number) => [{ account: ACCOUNT, allowance, used }];
    await state.correctSpend(sum(70));
    expect(await statusOf(state, allowance)).toMatchObject({ used: 70, reserved: 0 });
    const reservation = await mustReserve(state, [allowance], { amount: spend(20), strict: true });
    await state.correctSpend(sum(40));
    await state.settleSpend(reservation, spend(15));
    await state.correctSpend(sum(80));
    expect(await statusOf(state, allowance)).toMatchObject({ used: 85, reserved: 0 });
    await state.correctSpend(sum(100));
    expect(await reserved(state, [allowance], { amount: spend(1) })).toBeUndefined();
  });

  it("nothing, less than nothing and windows that are over correct nothing", async () => {
    const state = await bench.open();
    const allowance = dollars(bench, 100);
    const over = dollars(bench, 100, { startsAt: bench.now - 2000, endsAt: bench.now - 1000 });
    await state.correctSpend([]);
    await state.correctSpend([
      { account: ACCOUNT, allowance, used: 0 },
      { account: ACCOUNT, allowance, used: -5 },
      { account: ACCOUNT, allowance: over, used: 50 },
    ]);
    expect(await statusOf(state, allowance)).toMatchObject({ used: 0 });
    expect(await statusOf(state, over)).toMatchObject({ used: 0 });
  });

  it("many sums at once are all taken over", async () => {
    const state = await bench.open();
    const allowance = dollars(bench, 100);
    const accounts = Array.from({ length: 350 }, (_, number) => `client ${number}`);
    await state.correctSpend(accounts.map((account, number) => ({ account, allowance, used: number + 1 })));
    const status = await state.readSpend(accounts.map((account) => ({ account, allowance })));
    expect(status.map(({ used }) => used)).toEqual(accounts.map((_, number) => number + 1));
  });
}

function registerSpendProperties(bench: StateBench): void {
  const step = fc.record({
    settle: fc.boolean(),
    amount: fc.integer({ min: 0, max: 400 }),
    /** Part of what was reserved. */
    part: fc.integer({ min: 0, max: 100 }),
    which: fc.nat(20),
  });

  it.each([true, false])(
    "with strict %p: never passed by more than what was in flight when it was reached, and every sum adds up",
    async (strict) => {
      const state = await bench.open();
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const account = `client ${(run += 1)}`;
          const allowance = dollars(bench, 1000);
          const open: SpendReservation[] = [];
          let used = 0;
          let inFlight = 0;
          for (const { settle, amount, part, which } of steps) {
            const chosen = open[which % Math.max(1, open.length)];
            if (settle && chosen !== undefined) {
              open.splice(open.indexOf(chosen), 1);
              const truth = Math.floor((chosen.amount.nanoDollars * part) / 100);
              used += truth;
              inFlight -= chosen.amount.nanoDollars;
              await state.settleSpend(chosen, spend(truth));
              continue;
            }
            const taken = used + inFlight;
            const reservation = await reserved(state, [allowance], { account, amount: spend(amount), strict });
            expect(reservation !== undefined).toBe(strict ? taken + amount <= 1000 : taken < 1000);
            if (reservation === undefined) continue;
            open.push(reservation);
            inFlight += amount;
            if (strict) expect(used + inFlight).toBeLessThanOrEqual(1000);
          }
          expect(await statusOf(state, allowance, account)).toMatchObject({ used, reserved: inFlight });
        }),
        { numRuns: bench.harness.runs ?? 100 },
      );
    },
    60_000,
  );
}
