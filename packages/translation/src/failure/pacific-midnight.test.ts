import { describe, expect, it } from "@jest/globals";

import { secondsUntilPacificMidnight } from "./pacific-midnight.ts";

const HOUR = 3600;

describe("midnight in California", () => {
  it.each([
    ["in winter", "2026-11-20T12:00:00Z", 20 * HOUR],
    ["in summer", "2026-07-20T12:00:00Z", 19 * HOUR],
    ["a second before", "2026-11-20T07:59:59Z", 1],
    ["a whole day after, at midnight itself", "2026-11-20T08:00:00Z", 24 * HOUR],
    ["on the day that has 23 hours", "2026-03-08T08:00:00Z", 23 * HOUR],
    ["on the day that has 23 hours, after the change", "2026-03-08T10:00:00Z", 21 * HOUR],
    ["on the day that has 25 hours", "2026-11-01T07:00:00Z", 25 * HOUR],
    ["on the day that has 25 hours, after the change", "2026-11-01T09:00:00Z", 23 * HOUR],
  ])("is as far as it is %s", (_when, now, seconds) => {
    expect(secondsUntilPacificMidnight(Date.parse(now))).toBe(seconds);
  });
});
