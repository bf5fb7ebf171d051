import { describe, expect, it } from "@jest/globals";
import type { LimitObservation } from "@switchyard/wire";

import { waitForLimits } from "./wait-for-limits.ts";

describe("the wait that limits tell", () => {
  it.each<[string, LimitObservation[], number | undefined]>([
    ["none without limits", [], undefined],
    ["none without resets", [{ resource: "requests", limit: 5, remaining: 0 }], undefined],
    [
      "that of the limit which is used up",
      [
        { resource: "requests", limit: 60, remaining: 0, resetMs: 60_000 },
        { resource: "tokens", limit: 1000, remaining: 500, resetMs: 1000 },
      ],
      60,
    ],
    [
      "the later of two that are used up",
      [
        { resource: "requests", remaining: 0, resetMs: 2000 },
        { resource: "tokens", remaining: 0, resetMs: 30_000 },
      ],
      30,
    ],
    [
      "that of a limit of which too little is left for a large request",
      [
        { resource: "requests", limit: 500, remaining: 499, resetMs: 120 },
        { resource: "tokens", limit: 30_000, remaining: 900, resetMs: 58_000 },
      ],
      58,
    ],
    [
      "the earliest where all seems well",
      [
        { resource: "requests", limit: 500, remaining: 499, resetMs: 120 },
        { resource: "tokens", limit: 30_000, remaining: 29_000, resetMs: 2000 },
      ],
      0.12,
    ],
    [
      "that of a subscription's window",
      [
        { resource: "tokens", utilization: 0.3, windowMs: 18_000_000, resetMs: 5000 },
        { resource: "tokens", utilization: 1, windowMs: 604_800_000, resetMs: 400_000_000 },
      ],
      400_000,
    ],
  ])("is %s", (_what, observations, seconds) => {
    expect(waitForLimits(observations)).toBe(seconds);
  });
});
