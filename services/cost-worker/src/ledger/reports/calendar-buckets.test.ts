import { describe, expect, it } from "@jest/globals";

import type { TimeDimension } from "../sums/cubes.ts";
import { calendarBuckets } from "./calendar-buckets.ts";

const HOUR = 3_600_000;

interface Asked {
  from: string;
  to: string;
  timeZone: string;
  unit: TimeDimension;
}

function cut({ from, to, timeZone, unit }: Asked): { label: string; starts: string; hours: number }[] {
  return calendarBuckets({ from: Date.parse(from), to: Date.parse(to), timeZone, unit }).map((bucket) => ({
    label: bucket.labels[unit],
    starts: new Date(bucket.starts).toISOString().slice(0, 16),
    hours: (bucket.ends - bucket.starts) / HOUR,
  }));
}

describe("pieces of time", () => {
  it("have days of 23 and 25 hours when clocks change", () => {
    const berlin = { timeZone: "Europe/Berlin", unit: "day" } as const;
    const spring = cut({ ...berlin, from: "2026-03-27T23:00Z", to: "2026-03-29T22:00Z" });
    expect(spring.map(({ label, hours }) => [label, hours])).toEqual([
      ["2026-03-28", 24],
      ["2026-03-29", 23],
    ]);
    const autumn = cut({ ...berlin, from: "2026-10-24T22:00Z", to: "2026-10-25T23:00Z" });
    expect(autumn).toEqual([{ label: "2026-10-25", starts: "2026-10-24T22:00", hours: 25 }]);
  });

  it("begin amid a unit where the range does, and end amid one", () => {
    expect(cut({ from: "2026-11-21T10:20Z", to: "2026-11-21T11:10Z", timeZone: "UTC", unit: "hour" })).toEqual([
      { label: "2026-11-21T10:00+00:00", starts: "2026-11-21T10:20", hours: 2 / 3 },
      { label: "2026-11-21T11:00+00:00", starts: "2026-11-21T11:00", hours: 1 / 6 },
    ]);
  });

  it("have hours that begin at half past in UTC where the zone has it so", () => {
    expect(cut({ from: "2026-11-21T10:00Z", to: "2026-11-21T11:00Z", timeZone: "Asia/Kolkata", unit: "hour" })).toEqual(
      [
        { label: "2026-11-21T15:00+05:30", starts: "2026-11-21T10:00", hours: 0.5 },
        { label: "2026-11-21T16:00+05:30", starts: "2026-11-21T10:30", hours: 0.5 },
      ],
    );
  });

  it("go through the clock change by half an hour of Lord Howe without a gap", () => {
    const lordHowe = { timeZone: "Australia/Lord_Howe", unit: "hour" } as const;
    const back = cut({ ...lordHowe, from: "2026-04-04T14:00Z", to: "2026-04-04T16:30Z" });
    expect(back.map(({ label, hours }) => [label, hours])).toEqual([
      ["2026-04-05T01:00+11:00", 1],
      ["2026-04-05T01:00+10:30", 0.5],
      ["2026-04-05T02:00+10:30", 1],
    ]);
    const on = cut({ ...lordHowe, from: "2026-10-03T14:30Z", to: "2026-10-03T17:00Z" });
    expect(on.map(({ label, hours }) => [label, hours])).toEqual([
      ["2026-10-04T01:00+10:30", 1],
      ["2026-10-04T02:00+11:00", 0.5],
      ["2026-10-04T03:00+11:00", 1],
    ]);
  });

  it("have a first day that begins at one where midnight is left out", () => {
    const days = cut({ from: "2026-04-23T22:00Z", to: "2026-04-25T00:00Z", timeZone: "Africa/Cairo", unit: "day" });
    expect(days).toEqual([
      { label: "2026-04-24", starts: "2026-04-23T22:00", hours: 23 },
      { label: "2026-04-25", starts: "2026-04-24T21:00", hours: 3 },
    ]);
  });

  it("have months of their own length", () => {
    const months = cut({ from: "2027-12-31T15:00Z", to: "2028-02-29T15:00Z", timeZone: "Asia/Tokyo", unit: "month" });
    expect(months.map(({ label, hours }) => [label, hours / 24])).toEqual([
      ["2028-01", 31],
      ["2028-02", 29],
    ]);
  });

  it("follow each other without gap or overlap over years, in every unit", () => {
    const [from, to] = [Date.parse("2024-01-01T00:07Z"), Date.parse("2027-01-01T00:11Z")];
    for (const timeZone of ["Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "UTC"]) {
      for (const unit of ["hour", "day", "month"] as const) {
        const buckets = calendarBuckets({ from, to, timeZone, unit });
        const gaps = buckets.filter((bucket, place) => bucket.starts !== (buckets[place - 1]?.ends ?? from));
        expect(gaps).toEqual([]);
        expect(buckets.at(-1)?.ends).toBe(to);
        expect(new Set(buckets.map((bucket) => bucket.labels[unit])).size).toBe(buckets.length);
      }
    }
  });

  it("are none of an empty or backward range", () => {
    expect(cut({ from: "2026-01-02T00:00Z", to: "2026-01-02T00:00Z", timeZone: "UTC", unit: "day" })).toEqual([]);
    expect(cut({ from: "2026-01-02T00:00Z", to: "2026-01-01T00:00Z", timeZone: "UTC", unit: "day" })).toEqual([]);
  });

  it("are refused in a zone that there is not, by its name", () => {
    expect(() => calendarBuckets({ from: 0, to: 1, timeZone: "UTC+25", unit: "day" })).toThrow(
      /"UTC\+25" is no time zone/,
    );
  });
});
