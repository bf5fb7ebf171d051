import { describe, expect, it } from "@jest/globals";
import { parseCostRange } from "./costs-range.ts";

const NOW = Date.parse("2026-11-21T15:30:00Z");

function range(since: string | undefined, until?: string, timeZone = "UTC"): string[] {
  const { from, to } = parseCostRange({
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    now: NOW,
    timeZone,
  });
  return [from, to].map((at) => new Date(at).toISOString().replace(":00.000Z", "Z"));
}

describe("parseCostRange", () => {
  it.each<[string | undefined, string | undefined, string, string]>([
    [undefined, undefined, "2026-11-15T00:00Z", "2026-11-21T15:30Z"],
    ["7d", undefined, "2026-11-15T00:00Z", "2026-11-21T15:30Z"],
    ["1d", undefined, "2026-11-21T00:00Z", "2026-11-21T15:30Z"],
    ["0d", undefined, "2026-11-21T00:00Z", "2026-11-21T15:30Z"],
    ["2w", undefined, "2026-11-08T00:00Z", "2026-11-21T15:30Z"],
    ["24H", undefined, "2026-11-20T15:30Z", "2026-11-21T15:30Z"],
    ["2026-11-01", undefined, "2026-11-01T00:00Z", "2026-11-21T15:30Z"],
    ["2026-11-01", "2026-11-02", "2026-11-01T00:00Z", "2026-11-03T00:00Z"],
    ["2026-11-01T08:00", "2026-11-01T09:00", "2026-11-01T08:00Z", "2026-11-01T09:00Z"],
    ["7d", "1d", "2026-11-15T00:00Z", "2026-11-20T00:00Z"],
  ])("since %s until %s is %s to %s", (since, until, from, to) => {
    expect(range(since, until)).toEqual([from, to]);
  });

  it("begins days where the zone does, also over a change of the clock", () => {
    expect(range("2026-10-25", "2026-10-25", "Europe/Berlin")).toEqual(["2026-10-24T22:00Z", "2026-10-25T23:00Z"]);
    expect(range("1d", undefined, "Asia/Tokyo")[0]).toBe("2026-11-21T15:00Z");
  });

  it.each([
    ["yesterday", undefined, /--since "yesterday" is no time: write 7d, 24h/],
    ["7", undefined, /--since "7" is no time/],
    ["2026-13-01", undefined, /--since "2026-13-01" is no time/],
    ["", undefined, /--since "" is no time/],
    ["7d", "soon", /--until "soon" is no time/],
    ["2026-12-01", undefined, /--since has to lie before/],
    ["2026-11-02", "2026-11-01", /--since has to lie before/],
  ])("refuses since %s until %s", (since, until, message) => {
    expect(() => range(since, until)).toThrow(message);
  });
});
