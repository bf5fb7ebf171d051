import { describe, expect, it } from "@jest/globals";
import { formatCount, formatMoney, formatShare, formatShort, shorten, shortenPath } from "./format.ts";

describe("formatMoney", () => {
  it.each([
    [0, "$0"],
    [1, "$0.000000001"],
    [1_500, "$0.0000015"],
    [99_000, "$0.000099"],
    [100_000, "$0.0001"],
    [540_400_000, "$0.5404"],
    [994_000_000, "$0.9940"],
    [999_999_999, "$1.00"],
    [1_000_000_000, "$1.00"],
    [1_234_567_891_000, "$1,234.57"],
    [-2_500_000_000, "-$2.50"],
  ])("writes %i nano-dollars as %s", (nano, text) => {
    expect(formatMoney(nano)).toBe(text);
  });
});

describe("formatCount", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [1_234_567, "1,234,567"],
  ])("writes %i as %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});

describe("formatShort", () => {
  it.each([
    [0, "0"],
    [120, "120"],
    [999, "999"],
    [1000, "1.00k"],
    [230_000, "230k"],
    [999_400, "999k"],
    [999_600, "1.00M"],
    [4_070_000, "4.07M"],
    [12_000_000_000, "12.0B"],
  ])("writes %i as %s", (count, text) => {
    expect(formatShort(count)).toBe(text);
  });
});

describe("formatShare", () => {
  it("has no share of nothing", () => {
    expect(formatShare(0, 0)).toBe("–");
    expect(formatShare(1, 3)).toBe("33.3 %");
  });
});

describe("names", () => {
  it.each([
    ["/home/dev/shop.app", "shop.app"],
    ["/home/dev/shop/", "shop"],
    [String.raw`C:\work\shop`, "shop"],
    ["shop", "shop"],
    ["/", "/"],
  ])("calls %s %s", (path, name) => {
    expect(shortenPath(path)).toBe(name);
  });

  it("keeps both ends of a name that is too long", () => {
    expect(shorten("claude-haiku-4-5-20251001", 11)).toBe("claud…51001");
    expect(shorten("short", 5)).toBe("short");
  });
});
