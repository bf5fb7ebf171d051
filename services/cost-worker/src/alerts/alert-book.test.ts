import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { createSqliteLedger, type Ledger } from "../ledger/index.ts";
import { workerSettings } from "../testing/worker-settings.ts";
import { type AlertBook, createAlertBook } from "./alert-book.ts";
import type { AlertCondition } from "./alert-condition.ts";

const COOLDOWN = 3_600_000;
const SECOND = 1000;
const COMPLETE = new Set(["hourly_cost_exceeded"] as const);

let ledger: Ledger;
let clock = 0;

beforeEach(async () => {
  ledger = await createSqliteLedger({ file: workerSettings().costs.databaseFile });
  clock = Date.parse("2026-11-21T10:00:00Z");
});
afterEach(() => ledger.close());

const newBook = (): AlertBook => createAlertBook({ ledger, now: () => clock, cooldownMs: () => COOLDOWN });

const condition = (over: boolean, more: Partial<AlertCondition> = {}): AlertCondition => ({
  key: "hourly_cost_exceeded|total",
  kind: "hourly_cost_exceeded",
  subject: "total",
  message: "All providers: $11.00 in the last hour, more than $10.00",
  threshold: 10e9,
  actual: 11e9,
  over,
  ...more,
});

async function told(book: AlertBook, ...conditions: AlertCondition[]): Promise<number> {
  return (await book.apply(conditions, COMPLETE)).length;
}

/** One line: over or not, seconds since the line before, how many are told. */
type Step = [over: boolean, afterSeconds: number, told: number];

describe("a crossing is told", () => {
  const hour = COOLDOWN / SECOND;
  it.each<[string, Step[]]>([
    [
      "once while it lasts",
      [
        [true, 0, 1],
        [true, 1, 0],
        [true, 1, 0],
        [true, 30, 0],
      ],
    ],
    [
      "once however long it lasts",
      [
        [true, 0, 1],
        [true, hour, 0],
        [true, 10 * hour, 0],
      ],
    ],
    [
      "not again within the cooldown",
      [
        [true, 0, 1],
        [false, 60, 0],
        [true, 60, 0],
        [false, 60, 0],
        [true, 60, 0],
      ],
    ],
    [
      "again after the cooldown",
      [
        [true, 0, 1],
        [false, 60, 0],
        [true, hour, 1],
      ],
    ],
    [
      "when the cooldown ends, where it is still the case then",
      [
        [true, 0, 1],
        [false, 9, 0],
        [true, 9, 0],
        [true, hour, 1],
        [true, 9, 0],
      ],
    ],
    [
      "not at all where it never is",
      [
        [false, 0, 0],
        [false, 60, 0],
      ],
    ],
  ])("%s", async (_title, steps) => {
    const book = newBook();
    for (const [over, afterSeconds, expected] of steps) {
      clock += afterSeconds * SECOND;
      expect(await told(book, condition(over))).toBe(expected);
    }
  });

  it("for each key by itself", async () => {
    const book = newBook();
    expect(await told(book, condition(true), condition(true, { key: "hourly_cost_exceeded|provider a" }))).toBe(2);
  });

  it("once over restarts", async () => {
    expect(await told(newBook(), condition(true))).toBe(1);
    clock += 10 * COOLDOWN;
    expect(await told(newBook(), condition(true))).toBe(0);
    expect(await told(newBook(), condition(false))).toBe(0);
    expect(await told(newBook(), condition(true))).toBe(1);
  });

  it("by one of several workers", async () => {
    const books = [newBook(), newBook(), newBook()];
    const counts = await Promise.all(books.map((book) => told(book, condition(true))));
    expect(counts.reduce((sum, count) => sum + count)).toBe(1);
  });
});

describe("an alert", () => {
  it("is open until it is over, and says when that was", async () => {
    const book = newBook();
    await told(book, condition(true));
    expect(await ledger.listAlerts({ open: true })).toHaveLength(1);
    clock += 5 * SECOND;
    await told(book, condition(false));
    expect(await ledger.listAlerts({ open: true })).toEqual([]);
    expect(await ledger.listAlerts()).toEqual([expect.objectContaining({ endedAt: clock, actual: 11e9 })]);
  });

  it("of a kind that is known completely is over when nothing is said of it any more", async () => {
    const book = newBook();
    await told(book, condition(true), condition(true, { key: "price_drift|m", kind: "price_drift" }));
    await told(book);
    const open = await ledger.listAlerts({ open: true });
    expect(open.map(({ kind }) => kind)).toEqual(["price_drift"]);
  });

  it("that another worker ended can be raised again", async () => {
    const book = newBook();
    await told(book, condition(true));
    await ledger.endAlert(condition(true).key, clock);
    clock += COOLDOWN + SECOND;
    expect(await told(book, condition(true))).toBe(1);
  });

  it("cannot be told while the ledger is away", async () => {
    const book = newBook();
    await ledger.close();
    await expect(book.apply([condition(true)], COMPLETE)).rejects.toMatchObject({ name: "LedgerUnavailableError" });
    ledger = await createSqliteLedger({ file: workerSettings().costs.databaseFile });
  });
});
