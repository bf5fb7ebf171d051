import { describe, expect, it } from "@jest/globals";
import type { LimitObservation } from "@switchyard/wire";

import type { Limit } from "../state.ts";
import { matchObservation, meaningful } from "./match-observation.ts";

function requests(windowMs: number): Limit {
  return { resource: "requests", algorithm: "sliding_window", limit: 10, windowMs };
}

describe("matchObservation", () => {
  const second = requests(1000);
  const minute = requests(60_000);
  const day = requests(86_400_000);

  it.each<[string, Limit[], LimitObservation, Limit | undefined]>([
    ["the window it names", [second, minute, day], { resource: "requests", windowMs: 86_400_000 }, day],
    ["no other window than it names", [second, minute], { resource: "requests", windowMs: 86_400_000 }, undefined],
    [
      "the one of its size where none has its window",
      [second, day],
      { resource: "requests", limit: 9, windowMs: 60_000 },
      second,
    ],
    [
      "none of another size and window",
      [second, day],
      { resource: "requests", limit: 13, windowMs: 60_000 },
      undefined,
    ],
    ["the minute where it names none", [day, second, minute], { resource: "requests" }, minute],
    ["the shortest where there is no minute", [day, second], { resource: "requests" }, second],
    ["its own resource only", [minute], { resource: "tokens" }, undefined],
  ])("means %s", (_, limits, observation, expected) => {
    expect(matchObservation(limits, observation)).toBe(expected);
  });
});

describe("meaningful", () => {
  it.each<[LimitObservation, LimitObservation]>([
    [{ resource: "tokens", limit: -1, remaining: -1, resetMs: 0 }, { resource: "tokens" }],
    [{ resource: "tokens", limit: 0, remaining: 0 }, { resource: "tokens" }],
    [
      { resource: "tokens", limit: 10, remaining: 0, resetMs: 5 },
      { resource: "tokens", limit: 10, remaining: 0, resetMs: 5 },
    ],
    [
      { resource: "tokens", remaining: 0 },
      { resource: "tokens", remaining: 0 },
    ],
    [
      { resource: "tokens", limit: Number.NaN, remaining: Number.NaN, resetMs: Number.POSITIVE_INFINITY },
      { resource: "tokens" },
    ],
    [
      { resource: "tokens", windowMs: 60_000, utilization: 0.4 },
      { resource: "tokens", windowMs: 60_000, utilization: 0.4 },
    ],
  ])("of %j keeps %j", (told, expected) => {
    expect(meaningful(told)).toEqual(expected);
  });
});
