import { describe, expect, it } from "@jest/globals";

import { createFormats, NOTHING } from "./format.ts";

const formats = createFormats("Europe/Berlin", "en-US");
const NOW = Date.parse("2026-11-21T12:00:00Z");

describe("figures", () => {
  it.each([
    [0, "$0.00"],
    [12.345, "$12.35"],
    [1234.5, "$1,234.50"],
    [0.999, "$1.00"],
    [0.1234, "$0.1234"],
    [0.0018, "$0.0018"],
    [0.000024, "$0.000024"],
    [-0.5, "-$0.5000"],
  ])("%d dollars are %s", (dollars, text) => {
    expect(formats.money(dollars)).toBe(text);
  });

  it.each([
    [0, "$0"],
    [0.3, "$0.3"],
    [1000, "$1,000"],
    [0.000002, "$0.000002"],
  ])("%d dollars on an axis are %s", (dollars, text) => {
    expect(formats.axisMoney(dollars)).toBe(text);
  });

  it.each([
    [0, "0%"],
    [1, "100%"],
    [0.9996, "99.9%"],
    [0.0001, "<0.1%"],
    [0.123, "12.3%"],
    [1.25, "125%"],
    [null, NOTHING],
    [undefined, NOTHING],
    [Number.NaN, NOTHING],
    [Infinity, NOTHING],
  ])("the share %p is %s: only nothing is 0 %%, only everything 100 %%", (share, text) => {
    expect(formats.share(share)).toBe(text);
  });

  it.each([
    [0, "0 ms"],
    [840.4, "840 ms"],
    [999.9, "1 s"],
    [12_400, "12.4 s"],
    [180_000, "3 min"],
    [null, NOTHING],
    [Number.NaN, NOTHING],
  ])("%p ms are %s", (ms, text) => {
    expect(formats.duration(ms)).toBe(text);
  });

  it("are short where they are large", () => {
    expect([9999, 12_400, 3_100_000].map((value) => formats.short(value))).toEqual(["9,999", "12.4K", "3.1M"]);
  });

  it("are those of the viewer's locale", () => {
    const german = createFormats("UTC", "de-DE");
    expect(german.count(1234)).toBe("1.234");
    expect(german.money(2.5).replaceAll("\u{A0}", " ")).toBe("2,50 $");
  });
});

describe("times", () => {
  it.each([
    ["2026-11-21T11:59:30Z", "12:59:30"],
    ["2026-11-20T22:30:00Z", "Nov 20, 23:30"],
    ["2026-11-20T23:30:00Z", "00:30:00"],
    ["not a date", NOTHING],
    [null, NOTHING],
  ])("%p is %s in the books' zone, with its day where that is another", (at, text) => {
    expect(formats.time(at, NOW)).toBe(text);
  });

  it.each([
    ["2026-11-21T12:00:30Z", "in 30 s"],
    ["2026-11-21T12:00:30.200Z", "in 31 s"],
    ["2026-11-21T12:03:01Z", "in 4 min"],
    ["2026-11-21T15:00:00Z", "in 3 h"],
    ["2026-11-24T12:00:00Z", "in 3 days"],
    ["2026-11-21T11:00:00Z", "now"],
    ["not a date", NOTHING],
  ])("until %p it is %s", (at, text) => {
    expect(formats.until(at, NOW)).toBe(text);
  });

  it("that lie ahead by a clock that is wrong were just now", () => {
    expect(formats.ago("2026-11-21T12:00:05Z", NOW)).toBe("0 s ago");
    expect(formats.ago("2026-11-21T11:58:00Z", NOW)).toBe("2 min ago");
  });

  it("of a zone that the browser does not know are those of UTC", () => {
    expect(createFormats("Mars/Olympus", "en-US").timeZone).toBe("UTC");
  });
});
