import { expect, it } from "@jest/globals";

import type { ReportQuery } from "../ledger.ts";
import { COST, DAY, facts, HOUR, MINUTE, settlement, TEN, USAGE } from "./events.ts";
import type { LedgerBench } from "./ledger-bench.ts";

const ALWAYS = { from: 0, to: TEN + 1000 * DAY, by: [], timeZone: "UTC" } as const satisfies ReportQuery;

/** Attempts at such times, which cost 1, 2, 4, 8 … nano-dollars: a sum tells which of them it holds. */
function attemptsAt(times: readonly number[]): ReturnType<typeof settlement>[] {
  return times.map((at, place) =>
    settlement(facts(`at-${at}-${place}`, { at }), { cost: { nanoDollars: 2 ** place, priceVersion: "test" } }),
  );
}

function costing(nanoDollars: number): { cost: typeof COST } {
  return { cost: { ...COST, nanoDollars } };
}

export function registerReportCases(bench: LedgerBench): void {
  it("tells sums of everything that was counted", async () => {
    const ledger = await bench.create();
    await ledger.write([
      settlement(facts("a"), { cost: { ...COST, nanoDollars: 7, reportedNanoDollars: 7 } }),
      settlement(facts("b", { subscription: true }), { firstTokenMs: 600, durationMs: 5000 }),
      settlement(facts("c"), { outcome: "aborted", usage: { ...USAGE, estimated: true }, durationMs: 1000 }),
      { kind: "settlement", attempt: facts("d"), outcome: "failure", durationMs: 0, usage: { ...USAGE, output: 0 } },
    ]);
    expect(await ledger.report(ALWAYS)).toEqual([
      {
        group: {},
        requests: 4,
        succeeded: 2,
        failed: 1,
        aborted: 1,
        unknown: 0,
        uncachedInput: 400,
        cacheRead: 8000,
        cacheWrite5m: 120,
        cacheWrite1h: 16,
        output: 1500,
        reasoning: 240,
        cost: 2_000_009,
        subscriptionCost: 1_000_001,
        estimatedCost: 1_000_001,
        reportedCost: 7,
        averageFirstTokenMs: (400 + 600 + 400) / 3,
        averageDurationMs: 9000 / 4,
      },
    ]);
  });

  it("tells no average where no attempt had one", async () => {
    const ledger = await bench.create();
    await ledger.write([{ kind: "settlement", attempt: facts("a"), outcome: "failure", durationMs: 8, usage: USAGE }]);
    const [row] = await ledger.report(ALWAYS);
    expect(row).not.toHaveProperty("averageFirstTokenMs");
    expect(row).toMatchObject({ averageDurationMs: 8 });
  });

  it("groups by every dimension, and leaves out of a group what an attempt does not have", async () => {
    const ledger = await bench.create();
    const named = facts("a", { client: "c", session: "s", agent: "g", provider: "vertex", tier: "big" });
    await ledger.write([settlement(named), settlement(facts("b"), { outcome: "aborted" })]);
    await ledger.nameProjects({ s: "/home/me/project" });
    const groups = async (by: ReportQuery["by"]): Promise<unknown> =>
      (await ledger.report({ ...ALWAYS, by })).map((row) => row.group);
    expect(await groups(["client"])).toEqual([{}, { client: "c" }]);
    expect(await groups(["session", "agent"])).toEqual([{}, { session: "s", agent: "g" }]);
    expect(await groups(["project"])).toEqual([{}, { project: "/home/me/project" }]);
    expect(await groups(["provider", "tier"])).toEqual([
      { provider: "anthropic", tier: "middle" },
      { provider: "vertex", tier: "big" },
    ]);
    expect(await groups(["outcome", "model", "asked_model"])).toEqual([
      { outcome: "aborted", model: "claude-sonnet-4-5", asked_model: "claude-sonnet-4-5" },
      { outcome: "success", model: "claude-sonnet-4-5", asked_model: "claude-sonnet-4-5" },
    ]);
    expect(await groups(["month", "day", "hour"])).toEqual([
      { month: "2026-11", day: "2026-11-21", hour: "2026-11-21T10:00+00:00" },
    ]);
  });

  it("takes only attempts with one of the values asked for, of every dimension", async () => {
    const ledger = await bench.create();
    await ledger.write([
      settlement(facts("a", { client: "one", session: "s1", provider: "vertex" })),
      settlement(facts("b", { client: "two", session: "s2", at: TEN + DAY })),
      settlement(facts("c", { at: TEN + 2 * DAY })),
    ]);
    await ledger.nameProjects({ s1: "p1", s2: "p2" });
    const count = async (where: ReportQuery["where"]): Promise<number> =>
      (await ledger.report({ ...ALWAYS, where: where ?? {} }))[0]?.requests ?? 0;
    expect(await count({})).toBe(3);
    expect(await count({ client: ["one", "two"] })).toBe(2);
    expect(await count({ client: [""] })).toBe(1);
    expect(await count({ client: [] })).toBe(0);
    expect(await count({ client: ["one"], provider: ["anthropic"] })).toBe(0);
    expect(await count({ session: ["s2"] })).toBe(1);
    expect(await count({ project: ["p1", ""] })).toBe(2);
    expect(await count({ day: ["2026-11-22", "2026-11-23"] })).toBe(2);
    expect(await count({ month: ["2026-12"] })).toBe(0);
    expect(await count({ hour: ["2026-11-22T10:00+00:00"], client: ["two"] })).toBe(1);
  });

  it("begins and ends where it is told, to the millisecond", async () => {
    const ledger = await bench.create();
    const [from, to] = [TEN + 7 * MINUTE + 13, TEN + DAY + 3 * HOUR + 41];
    await ledger.write(attemptsAt([from - 1, from, TEN + 8 * HOUR, to - 1, to]));
    expect(await ledger.report({ ...ALWAYS, from, to })).toMatchObject([{ requests: 3, cost: 2 + 4 + 8 }]);
    expect(await ledger.report({ ...ALWAYS, from, to: from })).toEqual([]);
    expect(await ledger.report({ ...ALWAYS, from: to, to: from })).toEqual([]);
    expect(await ledger.report({ ...ALWAYS, from: from + 1, to: from + 2 })).toEqual([]);
  });

  it.each([
    ["UTC", ["2026-11-20", "2026-11-21"]],
    ["Asia/Kolkata", ["2026-11-21"]],
    ["Pacific/Auckland", ["2026-11-21", "2026-11-22"]],
  ])("begins days where they begin in %s", async (timeZone, days) => {
    const ledger = await bench.create();
    await ledger.write(attemptsAt([Date.parse("2026-11-20T18:30:00Z"), Date.parse("2026-11-21T18:29:59.999Z")]));
    const rows = await ledger.report({ ...ALWAYS, by: ["day"], timeZone });
    expect(rows.map((row) => row.group.day)).toEqual(days);
  });

  it("tells the two hours apart that have one name when the clock is put back", async () => {
    const ledger = await bench.create();
    const first = Date.parse("2026-10-25T00:30:00Z");
    await ledger.write(attemptsAt([first, first + HOUR, first + 2 * HOUR]));
    const rows = await ledger.report({ ...ALWAYS, by: ["hour"], timeZone: "Europe/Berlin" });
    expect(rows.map((row) => [row.group.hour, row.cost])).toEqual([
      ["2026-10-25T02:00+02:00", 1],
      ["2026-10-25T02:00+01:00", 2],
      ["2026-10-25T03:00+01:00", 4],
    ]);
    const day = await ledger.report({ ...ALWAYS, by: ["day"], timeZone: "Europe/Berlin" });
    expect(day).toMatchObject([{ group: { day: "2026-10-25" }, cost: 7 }]);
  });

  it("orders by times, by cost, by requests and by tokens, and stops at the limit", async () => {
    const ledger = await bench.create();
    const few = { ...USAGE, cacheRead: 0 };
    await ledger.write([
      settlement(facts("a", { provider: "a", at: TEN + DAY }), {
        cost: { nanoDollars: 9, priceVersion: "t" },
        usage: few,
      }),
      settlement(facts("b", { provider: "b" }), { cost: { nanoDollars: 1, priceVersion: "t" }, usage: few }),
      settlement(facts("c", { provider: "b" }), { cost: { nanoDollars: 1, priceVersion: "t" }, usage: few }),
      settlement(facts("d", { provider: "c" }), { cost: { nanoDollars: 5, priceVersion: "t" } }),
    ]);
    const order = async (changed: Partial<ReportQuery>): Promise<unknown[]> =>
      (await ledger.report({ ...ALWAYS, by: ["provider"], ...changed })).map((row) => row.group.provider);
    expect(await order({})).toEqual(["a", "b", "c"]);
    expect(await order({ by: ["day", "provider"] })).toEqual(["b", "c", "a"]);
    expect(await order({ orderBy: "cost" })).toEqual(["a", "c", "b"]);
    expect(await order({ orderBy: "requests" })).toEqual(["b", "a", "c"]);
    expect(await order({ orderBy: "tokens", limit: 1 })).toEqual(["c"]);
  });

  it("refuses a time zone that there is not", async () => {
    const ledger = await bench.create();
    await expect(ledger.report({ ...ALWAYS, timeZone: "Middle/Earth" })).rejects.toThrow(/Middle\/Earth/);
  });

  it("tells the cost since a moment, of everything and by provider", async () => {
    const ledger = await bench.create();
    expect(await ledger.costSince(TEN)).toEqual({ total: 0, byProvider: {} });
    await ledger.write([
      settlement(facts("old", { at: TEN - 1 }), costing(1)),
      settlement(facts("a"), costing(2)),
      settlement(facts("b", { provider: "vertex", at: TEN + 40 * MINUTE }), costing(4)),
      settlement(facts("c", { provider: "vertex", at: TEN + 40 * DAY }), costing(8)),
    ]);
    expect(await ledger.costSince(TEN)).toEqual({ total: 14, byProvider: { anthropic: 2, vertex: 12 } });
    expect(await ledger.costSince(TEN + 40 * MINUTE)).toEqual({ total: 12, byProvider: { vertex: 12 } });
  });

  it("tells what each client spent, without what a subscription paid", async () => {
    const ledger = await bench.create();
    await ledger.write([
      settlement(facts("a", { client: "one" })),
      settlement(facts("b", { client: "one", subscription: true })),
      settlement(facts("c", { client: "two" })),
      settlement(facts("d")),
      settlement(facts("e", { client: "one", at: TEN - 1 })),
    ]);
    expect(await ledger.spentByClient(TEN)).toEqual({
      "": { nanoDollars: COST.nanoDollars, requests: 1, tokens: 2634 },
      one: { nanoDollars: COST.nanoDollars, requests: 2, tokens: 5268 },
      two: { nanoDollars: COST.nanoDollars, requests: 1, tokens: 2634 },
    });
  });

  it("gives rows in the order of their times, piece by piece", async () => {
    const ledger = await bench.create();
    await ledger.write(attemptsAt([TEN + 5, TEN, TEN + 5, TEN + 9, TEN + 10]));
    const range = { from: TEN, to: TEN + 10, limit: 2 };
    const first = await ledger.rows(range);
    const after = first.at(-1)?.attemptId ?? "";
    const second = await ledger.rows({ ...range, after });
    expect([...first, ...second].map((row) => row.at)).toEqual([TEN, TEN + 5, TEN + 5, TEN + 9]);
    expect(new Set([...first, ...second].map((row) => row.attemptId)).size).toBe(4);
    expect(await ledger.rows({ ...range, after: second.at(-1)?.attemptId ?? "" })).toEqual([]);
    await expect(ledger.rows({ ...range, after: "nobody" })).rejects.toThrow(RangeError);
  });

  it.each([
    ["alike", (place: number) => 1000 + (place % 40)],
    ["of very different sizes", (place: number) => Math.round(1e9 / (1 + place) ** 2)],
    ["of three sizes", (place: number) => [10, 500, 90_000][place % 3] ?? 0],
  ])(
    "has the same first groups as without a limit, of many sessions %s",
    async (_how, costOf) => {
      const ledger = await bench.create();
      const shares = [0.55, 0.3, 0.15];
      const events = Array.from({ length: 400 }, (_session, place) =>
        shares.map((share, part) => {
          const nanoDollars = Math.round(costOf(place) * share);
          const attempt = facts(`a${place}-${part}`, {
            at: TEN - (place % 50) * HOUR,
            provider: `p${place % 2}`,
            model: `m${part}`,
            tier: part === 0 ? "big" : "small",
            ...(place % 97 === 0 ? {} : { session: `s${(place * 7919) % 400}` }),
            ...((place + part) % 3 === 0 ? { agent: `g${place % 150}` } : {}),
          });
          const usage = { ...USAGE, uncachedInput: nanoDollars % 100_000, output: place % 30 };
          return settlement(attempt, { usage, cost: { ...COST, nanoDollars } });
        }),
      ).flat();
      await ledger.write(events);
      for (const by of [
        ["session", "model"],
        ["tier", "session", "agent"],
        ["agent", "tier"],
        ["outcome", "agent", "day"],
        ["provider", "session", "hour"],
      ] as const) {
        for (const orderBy of ["cost", "requests", "tokens", "time"] as const) {
          const query = { from: 0, to: TEN + DAY, by, timeZone: "Europe/Berlin", orderBy };
          const all = await ledger.report(query);
          for (const limit of [1, 20, 150])
            expect(await ledger.report({ ...query, limit })).toEqual(all.slice(0, limit));
        }
      }
    },
    240_000,
  );
}
