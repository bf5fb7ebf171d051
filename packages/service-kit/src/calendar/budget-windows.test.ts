import { describe, expect, it } from "@jest/globals";
import { assert, constantFrom, integer, property } from "fast-check";

import { budgetWindows } from "./budget-windows.ts";

const HOUR = 3_600_000;

function shown(at: string, timeZone: string): Record<string, [from: string, to: string]> {
  return Object.fromEntries(
    budgetWindows(Date.parse(at), timeZone).map(({ name, startsAt, endsAt }) => [
      name,
      [new Date(startsAt).toISOString(), new Date(endsAt).toISOString()],
    ]),
  );
}

describe("the windows of budgets", () => {
  it("are the calendar's in the time zone", () => {
    expect(shown("2026-11-21T14:31:05.120Z", "Asia/Kolkata")).toEqual({
      hour: ["2026-11-21T14:30:00.000Z", "2026-11-21T15:30:00.000Z"],
      day: ["2026-11-20T18:30:00.000Z", "2026-11-21T18:30:00.000Z"],
      month: ["2026-10-31T18:30:00.000Z", "2026-11-30T18:30:00.000Z"],
    });
  });

  it("begin at their first millisecond and end before the next one's", () => {
    const [hour, day, month] = budgetWindows(Date.parse("2027-01-01T00:00:00Z"), "UTC");
    expect([hour.startsAt, day.startsAt, month.startsAt]).toEqual(Array(3).fill(Date.parse("2027-01-01T00:00:00Z")));
    const before = budgetWindows(Date.parse("2027-01-01T00:00:00Z") - 1, "UTC");
    expect(before.map(({ endsAt }) => endsAt)).toEqual(Array(3).fill(Date.parse("2027-01-01T00:00:00Z")));
  });

  it.each([
    ["2026-03-29T10:00:00Z", 23],
    ["2026-10-25T10:00:00Z", 25],
    ["2026-10-26T10:00:00Z", 24],
  ])("of the day of %s in Berlin is %d hours long", (at, hours) => {
    const [, day] = budgetWindows(Date.parse(at), "Europe/Berlin");
    expect((day.endsAt - day.startsAt) / HOUR).toBe(hours);
  });

  it("tell the two hours apart that a clock shows twice", () => {
    const [first] = budgetWindows(Date.parse("2026-10-25T00:30:00Z"), "Europe/Berlin");
    const [second] = budgetWindows(Date.parse("2026-10-25T01:30:00Z"), "Europe/Berlin");
    expect(second.startsAt - first.startsAt).toBe(HOUR);
  });

  it("begin a day without midnight at its first moment", () => {
    // In Beirut the clock goes from 23:59 to 01:00.
    expect(shown("2026-03-29T12:00:00Z", "Asia/Beirut")["day"]).toEqual([
      "2026-03-28T22:00:00.000Z",
      "2026-03-29T21:00:00.000Z",
    ]);
  });

  it("hold the moment that they were asked for, and follow each other without a gap", () => {
    const zones = constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe");
    const times = integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) });
    assert(
      property(zones, times, (zone, now) => {
        for (const { name, startsAt, endsAt } of budgetWindows(now, zone)) {
          expect(startsAt).toBeLessThanOrEqual(now);
          expect(endsAt).toBeGreaterThan(now);
          const next = budgetWindows(endsAt, zone).find((window) => window.name === name);
          if (name !== "hour") expect(next?.startsAt).toBe(endsAt);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("do not exist in a time zone that nobody knows", () => {
    expect(() => budgetWindows(0, "Mars/Olympus")).toThrow('There is no time zone "Mars/Olympus".');
  });
});
