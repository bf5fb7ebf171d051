import { expect, it } from "@jest/globals";

import type { Dimension, Ledger, ReportRow } from "../ledger.ts";
import { COST, DAY, facts, HOUR, intent, lostPrice, MINUTE, settlement, TEN } from "./events.ts";
import type { LedgerBench } from "./ledger-bench.ts";

const MIDNIGHT = Date.parse("2026-11-21T00:00:00Z");
const ALWAYS = { from: 0, to: TEN + 10 * DAY };

/** Five days up to and beyond the midnight, an attempt every 50 minutes. */
async function fill(ledger: Ledger): Promise<void> {
  const events = Array.from({ length: 144 }, (_, place) =>
    settlement(
      facts(`a${place}`, {
        at: MIDNIGHT - 3 * DAY + place * 50 * MINUTE,
        provider: place % 3 === 0 ? "vertex" : "anthropic",
        client: `client-${place % 4}`,
        session: `session-${Math.floor(place / 9)}`,
        agent: place % 2 === 0 ? "" : "helper",
      }),
      { outcome: place % 7 === 0 ? "failure" : "success", cost: { ...COST, nanoDollars: 1000 + place } },
    ),
  );
  await ledger.write(events);
  await ledger.nameProjects({ "session-1": "/one", "session-2": "/two" });
}

const QUESTIONS: readonly (readonly [readonly Dimension[], string])[] = [
  [[], "UTC"],
  [["day", "provider"], "UTC"],
  [["hour", "model", "outcome"], "Asia/Kolkata"],
  [["day", "client", "tier"], "Asia/Kathmandu"],
  [["month", "asked_model"], "America/New_York"],
  [["session", "agent"], "UTC"],
  [["day", "project"], "Europe/Berlin"],
];

async function answers(ledger: Ledger): Promise<ReportRow[][]> {
  return Promise.all(QUESTIONS.map(([by, timeZone]) => ledger.report({ ...ALWAYS, by, timeZone })));
}

export function registerRetainCases(bench: LedgerBench): void {
  it("answers every report alike after the rows are gone", async () => {
    const ledger = await bench.create();
    await fill(ledger);
    const before = await answers(ledger);
    const { removed } = await ledger.retain(MIDNIGHT + 5 * HOUR);
    expect(removed).toBe(87);
    expect(await answers(ledger)).toEqual(before);
    const rows = await ledger.rows(ALWAYS);
    expect(rows).toHaveLength(144 - 87);
    expect(Math.min(...rows.map((row) => row.at))).toBeGreaterThanOrEqual(MIDNIGHT);
    expect(await ledger.retain(MIDNIGHT + 5 * HOUR)).toEqual({ removed: 0 });
    expect(await answers(ledger)).toEqual(before);
  });

  it("removes whole days only, and never brings rows back by an earlier date", async () => {
    const ledger = await bench.create();
    await fill(ledger);
    expect(await ledger.retain(MIDNIGHT - 2 * DAY - 1)).toEqual({ removed: 0 });
    const { removed } = await ledger.retain(MIDNIGHT - DAY);
    expect(removed).toBeGreaterThan(0);
    const before = await answers(ledger);
    await ledger.retain(0);
    expect(await answers(ledger)).toEqual(before);
  });

  it("knows an attempt whose row is gone, and counts it no second time", async () => {
    const ledger = await bench.create();
    await fill(ledger);
    await ledger.write([intent(facts("lost", { at: MIDNIGHT - HOUR }), MIDNIGHT)]);
    await ledger.closeLostIntents(MIDNIGHT, lostPrice);
    await ledger.retain(MIDNIGHT);
    const before = await answers(ledger);
    const again = settlement(facts("a0", { at: MIDNIGHT - 3 * DAY }));
    const late = settlement(facts("lost", { at: MIDNIGHT - HOUR }));
    const written = await ledger.write([again, late, intent(again.attempt)]);
    expect(written).toEqual({ settled: [], replaced: [], intents: 0, duplicates: 3 });
    expect(await answers(ledger)).toEqual(before);
    expect(await ledger.openIntents()).toBe(0);
  });

  it("counts an old attempt that comes for the first time after its day was removed", async () => {
    const ledger = await bench.create();
    await fill(ledger);
    await ledger.retain(MIDNIGHT);
    const [before] = await ledger.report({ ...ALWAYS, by: [], timeZone: "UTC" });
    const old = facts("straggler", { at: MIDNIGHT - 2 * DAY, client: "straggler", session: "straggler" });
    expect(await ledger.write([intent(old)])).toMatchObject({ intents: 1 });
    expect(await ledger.write([settlement(old)])).toMatchObject({ settled: [{ attemptId: "straggler" }] });
    expect(await ledger.write([settlement(old)])).toMatchObject({ duplicates: 1 });
    const find = (): Promise<ReportRow[]> =>
      ledger.report({ ...ALWAYS, by: ["session"], where: { client: ["straggler"] }, timeZone: "UTC" });
    expect(await find()).toMatchObject([{ group: { session: "straggler" }, requests: 1 }]);
    expect(await ledger.retain(MIDNIGHT)).toEqual({ removed: 1 });
    expect(await find()).toMatchObject([{ group: { session: "straggler" }, requests: 1 }]);
    const [after] = await ledger.report({ ...ALWAYS, by: [], timeZone: "UTC" });
    expect(after?.cost).toBe((before?.cost ?? 0) + COST.nanoDollars);
  });

  it("counts a quarter of an hour where it begins once its rows are gone", async () => {
    const ledger = await bench.create();
    await ledger.write(
      [1, 8, 16].map((minute) => settlement(facts(`m${minute}`, { at: TEN - DAY + minute * MINUTE }))),
    );
    const cut = { from: TEN - DAY + 5 * MINUTE, to: TEN - DAY + 20 * MINUTE, by: [], timeZone: "UTC" };
    expect(await ledger.report(cut)).toMatchObject([{ requests: 2 }]);
    await ledger.retain(MIDNIGHT);
    expect(await ledger.report(cut)).toMatchObject([{ requests: 1 }]);
    expect(await ledger.report({ ...cut, from: TEN - DAY, to: TEN - DAY + MINUTE })).toMatchObject([{ requests: 2 }]);
  });

  it("removes more rows than it takes at once", async () => {
    const ledger = await bench.create();
    const count = 4100;
    const events = Array.from({ length: count }, (_, place) =>
      settlement(facts(`many-${place}`, { at: MIDNIGHT - DAY + place })),
    );
    await ledger.write(events);
    expect(await ledger.retain(MIDNIGHT)).toEqual({ removed: count });
    expect(await ledger.report({ ...ALWAYS, by: [], timeZone: "UTC" })).toMatchObject([{ requests: count }]);
    expect(await ledger.write(events)).toMatchObject({ duplicates: count });
  });
}
