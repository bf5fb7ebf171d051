import { describe, expect, it } from "@jest/globals";

import type { Ledger } from "../ledger/ledger.ts";
import { createLiveSums } from "./live-sums.ts";

const HOUR = 3_600_000;

/** A ledger that answers when it is told to, each time with one dollar more. */
function createSlowLedger() {
  let asked = 0;
  let dollars = 0;
  const open: (() => void)[] = [];
  const spentByClient: Ledger["spentByClient"] = async () => {
    asked += 1;
    await new Promise<void>((resolve) => open.push(resolve));
    return { "": { nanoDollars: dollars * 1e9, requests: 1, tokens: 1 } };
  };
  return {
    ledger: { spentByClient },
    asked: () => asked,
    spend: (amount: number) => (dollars += amount),
    answer: () => {
      for (const resolve of open.splice(0)) resolve();
    },
  };
}

describe("the sums of the current windows", () => {
  it("are read once for all who ask at the same time", async () => {
    const { ledger, asked, answer } = createSlowLedger();
    const sums = createLiveSums({ ledger, timeZone: () => "UTC", now: () => HOUR });
    const all = [sums.read(), sums.read(), sums.read()];
    answer();
    await Promise.all(all);
    expect(asked()).toBe(3);
  });

  it("hold what was written while they were being read, for whoever asks after it was", async () => {
    const { ledger, spend, answer } = createSlowLedger();
    const sums = createLiveSums({ ledger, timeZone: () => "UTC", now: () => HOUR });
    const before = sums.read();
    answer();
    expect((await before).mesh.day).toBe(0);
    const during = sums.read();
    spend(5);
    sums.note();
    const after = sums.read();
    answer();
    await during;
    expect((await after).mesh.day).toBe(5e9);
  });

  it("are read anew when an hour ends, and after a second for what other workers wrote", async () => {
    let clock = HOUR - 10;
    const { ledger, asked, answer } = createSlowLedger();
    const sums = createLiveSums({ ledger, timeZone: () => "UTC", now: () => clock });
    const readAt = async (time: number): Promise<number> => {
      clock = time;
      const reading = sums.read();
      answer();
      return (await reading).windows[0]?.startsAt ?? -1;
    };
    expect(await readAt(HOUR - 10)).toBe(0);
    expect(await readAt(HOUR - 1)).toBe(0);
    expect(asked()).toBe(3);
    expect(await readAt(HOUR)).toBe(HOUR);
    expect(asked()).toBe(6);
    await readAt(HOUR + 999);
    expect(asked()).toBe(6);
    await readAt(HOUR + 1000);
    expect(asked()).toBe(9);
  });

  it("are asked for again after the ledger was away", async () => {
    let isAway = true;
    const ledger = {
      spentByClient: async () => {
        if (isAway) throw new Error("away");
        return { c1: { nanoDollars: 3, requests: 1, tokens: 1 } };
      },
    };
    const sums = createLiveSums({ ledger, timeZone: () => "UTC", now: () => HOUR });
    await expect(sums.read()).rejects.toThrow("away");
    isAway = false;
    expect((await sums.read()).clients.get("c1")).toEqual({ hour: 3, day: 3, month: 3 });
  });
});
