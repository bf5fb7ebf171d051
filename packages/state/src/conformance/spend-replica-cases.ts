import { expect, it } from "@jest/globals";

import type { SpendReservation } from "../state.ts";
import { dollars, reserved, spend, statusOf } from "./spend-cases.ts";
import type { StateBench } from "./state-bench.ts";

export function registerSpendReplicaCases(bench: StateBench): void {
  it.each([
    { strict: true, expected: 33 },
    // given while anything is left: the last one passes the limit by less than itself
    { strict: false, expected: 34 },
  ])("give 100 at once through three replicas no more than one would: strict $strict", async ({ strict, expected }) => {
    const states = [await bench.open(), await bench.join(), await bench.join()];
    const allowances = [dollars(bench, 1000)];
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, number) => {
        const state = states[number % states.length];
        if (state === undefined) throw new Error("no replica");
        return reserved(state, allowances, { amount: spend(30), strict });
      }),
    );
    expect(results.filter((reservation) => reservation !== undefined)).toHaveLength(expected);
  });

  it("settle each other's reservations of spend, once", async () => {
    const [one, two] = [await bench.open(), await bench.join()];
    const allowance = dollars(bench, 1000);
    const reservation = await reserved(one, [allowance], { amount: spend(300) });
    await two.settleSpend(reservation as SpendReservation, spend(20));
    await one.settleSpend(reservation as SpendReservation, spend(20));
    expect(await statusOf(one, allowance)).toMatchObject({ used: 20, reserved: 0 });
    expect(await statusOf(two, allowance)).toMatchObject({ used: 20, reserved: 0 });
  });

  it("see what the ledger has told any of them", async () => {
    const [one, two] = [await bench.open(), await bench.join()];
    const allowance = dollars(bench, 1000);
    await one.correctSpend([{ account: "mesh", allowance, used: 1000 }]);
    expect(await reserved(two, [allowance], { amount: spend(1), account: "mesh" })).toBeUndefined();
  });
}
