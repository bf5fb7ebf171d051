import { describe, expect, it } from "@jest/globals";
import { formatGoDuration } from "./go-duration.ts";

describe("formatGoDuration", () => {
  it.each([
    [0, "0s"],
    [0.4, "0s"],
    [-5, "0s"],
    [12, "12ms"],
    [999, "999ms"],
    [1000, "1s"],
    [1500, "1.5s"],
    [59_999, "59.999s"],
    [60_000, "1m0s"],
    [360_500, "6m0.5s"],
    [3_600_000, "1h0m0s"],
    [86_399_000, "23h59m59s"],
  ])("prints %d ms as %s", (milliseconds, printed) => {
    expect(formatGoDuration(milliseconds)).toBe(printed);
  });
});
