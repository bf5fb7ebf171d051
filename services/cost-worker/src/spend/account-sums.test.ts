import { afterEach, describe, expect, it } from "@jest/globals";
import { budgetWindows } from "@switchyard/service-kit/calendar";
import { createMemoryState } from "@switchyard/state";
import type { LedgerSpend } from "@switchyard/wire";

import { startTestWorker, type TestWorker } from "../testing/test-worker.ts";
import { costing } from "../testing/usage-events.ts";

let worker: TestWorker;
afterEach(() => worker.close());

const HOUR = 3_600_000;

async function start(...events: readonly unknown[]): Promise<void> {
  worker = await startTestWorker();
  expect((await worker.ask("/usage", { json: { events } })).status).toBe(200);
}

async function spend(query = ""): Promise<LedgerSpend> {
  const answer = await worker.ask(`/spend${query}`);
  expect(answer.status).toBe(200);
  return answer.json as unknown as LedgerSpend;
}

/** Dollars of an account by window. */
function inDollars({ sums }: LedgerSpend, account: string): Record<string, number> {
  return Object.fromEntries(
    sums.filter((sum) => sum.account === account).map(({ allowance, used }) => [allowance.name, used / 1e9]),
  );
}

const isIn = (moment: number, window: { startsAt: number }) => (moment >= window.startsAt ? 1 : 0);
const all = (dollars: number) => ({ hour: dollars, day: dollars, month: dollars });
const at = Date.now();
/** Of this month, and of no hour or day of now. */
const before = Date.now() - 40 * 24 * HOUR;

describe("what is spent in this hour, day and month", () => {
  it("is told of the mesh, of each client, provider and model, and of the sessions of this hour", async () => {
    await start(
      costing(1, { at, client: "laptop", session: "s1", provider: "vertex", model: "m1" }),
      costing(2, { at, client: "nightly", session: "s2", provider: "vertex", model: "m2" }),
      costing(4, { at, session: "s2", provider: "openrouter", model: "m1" }),
      costing(8, { at, subscription: true, session: "s3", provider: "anthropic", model: "m3" }),
      costing(16, { at: before, client: "laptop", session: "old", provider: "vertex", model: "m1" }),
    );
    const told = await spend();
    expect(inDollars(told, "mesh")).toEqual(all(7));
    expect(inDollars(told, "client laptop")).toEqual(all(1));
    expect(inDollars(told, "provider vertex")).toEqual(all(3));
    expect(inDollars(told, "provider openrouter")).toEqual(all(4));
    expect(inDollars(told, "model m1")).toEqual(all(5));
    expect(inDollars(told, "session s2")).toEqual(all(6));
    // What a subscription has paid is nobody's spending.
    expect(inDollars(told, "provider anthropic")).toEqual(all(0));
    expect(inDollars(told, "session s3")).toEqual(all(0));
    expect(inDollars(told, "session old")).toEqual({});
  });

  it("has hours, days and months apart", async () => {
    const [hour, day, month] = budgetWindows(Date.now(), "UTC");
    await start(
      costing(1, { at: hour.startsAt, session: "s1" }),
      costing(2, { at: Math.max(day.startsAt, hour.startsAt - HOUR), session: "s1" }),
      costing(4, { at: Math.max(month.startsAt, day.startsAt - HOUR), session: "s1" }),
    );
    const second = Math.max(day.startsAt, hour.startsAt - HOUR);
    const third = Math.max(month.startsAt, day.startsAt - HOUR);
    const sumOf = (window: { startsAt: number }) => 1 + 2 * isIn(second, window) + 4 * isIn(third, window);
    for (const account of ["session s1", "provider anthropic", "mesh"]) {
      expect(inDollars(await spend(), account)).toEqual({ hour: sumOf(hour), day: sumOf(day), month: sumOf(month) });
    }
  });

  it("is in a gateway's state after one question, and read there in one step", async () => {
    await start(costing(1, { at, client: "laptop", session: "s1", provider: "vertex", model: "m1" }));
    const state = createMemoryState({});
    await state.correctSpend((await spend()).sums);
    const windows = budgetWindows(Date.now(), "UTC");
    const accounts = ["mesh", "client laptop", "provider vertex", "model m1", "session s1", "session nobody"];
    const asked = accounts.flatMap((account) =>
      windows.map((window) => ({ account, allowance: { ...window, unit: "nanoDollars" as const, limit: 1e12 } })),
    );
    const status = await state.readSpend(asked);
    expect(status.map(({ used }) => used / 1e9)).toEqual([...Array.from({ length: 15 }, () => 1), 0, 0, 0]);
    await state.close();
  });

  it("is told of those that are asked for, whenever they spent last", async () => {
    const [, , month] = budgetWindows(Date.now(), "UTC");
    await start(costing(3, { at: month.startsAt, session: "early one" }), costing(1, { at, client: "laptop" }));
    const told = await spend(
      "?account=session%20early%20one&account=client%20laptop&account=client%20nobody&account=mesh",
    );
    expect(inDollars(told, "session early one")["month"]).toBe(3);
    expect(inDollars(told, "client laptop")).toEqual(all(1));
    expect(inDollars(told, "client nobody")).toEqual(all(0));
    expect(inDollars(told, "mesh")["month"]).toBe(4);
    expect(told.sums).toHaveLength(12);
  });

  it.each([
    ["a kind that there is not", "?account=colour%20red"],
    ["no name at all", "?account="],
    ["a session without a name", "?account=session%20"],
    ["too many at once", `?${"account=mesh&".repeat(501)}`],
  ])("is not told of %s", async (_what, query) => {
    await start();
    expect((await worker.ask(`/spend${query}`)).status).toBe(400);
  });

  it("has the 200 dearest sessions of this hour, and no more", async () => {
    await start(
      ...Array.from({ length: 230 }, (_, place) =>
        costing(1 + place, { at, session: `s${String(place).padStart(3, "0")}` }),
      ),
    );
    const sessions = (await spend()).sums.filter(
      ({ account, allowance }) => account.startsWith("session ") && allowance.name === "hour",
    );
    expect(sessions).toHaveLength(200);
    expect(Math.min(...sessions.map(({ used }) => used / 1e9))).toBe(31);
  });
});
