import { describe, expect, it } from "@jest/globals";

import type { RestOrder } from "../state.ts";
import { backOffMs } from "./back-off.ts";
import { addSample, readAverage } from "./moving-average.ts";
import type { RestRecord } from "./rests.ts";
import { isResting, orderRest, restAfterSuccess, restStatus, shareAfterRest } from "./rests.ts";
import { returnShare, returnStepMs } from "./return-steps.ts";
import { countOutcome, NO_COUNTS, readCounts } from "./success-rate.ts";

const NOW = 1_790_000_000_000;

function order(until?: number | "change"): RestOrder {
  const told: RestOrder = { scope: "bucket", failure: "throttled", message: "429" };
  return until === undefined ? told : { ...told, until };
}

describe("backOffMs", () => {
  it.each([
    [0, 0, 1000],
    [0, 1, 2000],
    [1, 0.5, 3000],
    [4, 1, 32_000],
    [5, 1, 60_000],
    [5, 0, 30_000],
    [1e6, 1, 60_000],
  ])("rest number %d with chance %d lasts %d ms", (level, random, expected) => {
    expect(backOffMs(level, random)).toBe(expected);
  });
});

describe("the return by steps", () => {
  it.each([
    [60_000, 600_000, 15_000],
    [86_400_000, 600_000, 15_000],
    [undefined, 600_000, 15_000],
    [1000, 600_000, 3750],
    [60_000, 2000, 2000],
    [60_000, 0, 1],
    [60_000, -5, 1],
  ])("after a window of %p and a rest of %d ms a step lasts %d ms", (windowMs, restMs, expected) => {
    expect(returnStepMs(windowMs, restMs)).toBe(expected);
  });

  it.each([
    [0, 0.1],
    [999, 0.1],
    [1000, 0.25],
    [2000, 0.5],
    [3000, 1],
    [1e9, 1],
    [-5, 0.1],
  ])("%d ms after the rest the share is %d", (sinceEnd, expected) => {
    expect(returnShare(sinceEnd, 1000)).toBe(expected);
  });
});

describe("rests", () => {
  const rest = (changes: Partial<RestRecord> = {}): RestRecord => ({
    failure: "throttled",
    message: "before",
    since: NOW - 1000,
    until: NOW + 5000,
    level: 2,
    ...changes,
  });
  const when = { now: NOW, random: 1 };
  const { until: _, ...endless } = rest();

  it.each<[string, RestRecord | undefined, RestOrder, Partial<RestRecord>]>([
    ["a first one backs off shortly", undefined, order(), { since: NOW, until: NOW + 2000, level: 1 }],
    ["one after others backs off longer", rest({ until: NOW - 10 }), order(), { until: NOW + 8000, level: 3 }],
    ["one long after others is a first one", rest({ until: NOW - 600_000 }), order(), { until: NOW + 2000, level: 1 }],
    ["another of the same burst changes nothing", rest(), order(), rest()],
    ["a later end lengthens it", rest(), order(NOW + 9000), { since: NOW - 1000, until: NOW + 9000, message: "429" }],
    ["an earlier end does not shorten it", rest(), order(NOW + 10), rest()],
    ["a stated end keeps the count of back-offs", rest({ until: NOW - 1 }), order(NOW + 10), { level: 2 }],
    ["an end does not shorten an endless one", endless, order(NOW + 10), endless],
  ])("%s", (_title, before, given, expected) => {
    expect(orderRest(before, given, when)).toMatchObject(expected);
  });

  it("until something changes has no end, and begins with the rest that it follows", () => {
    expect(orderRest(rest(), order("change"), when)).toEqual({
      failure: "throttled",
      message: "429",
      since: NOW - 1000,
      level: 0,
    });
    expect(isResting(endless, NOW + 1e12)).toBe(true);
    expect(restStatus(endless, NOW)).toEqual({ failure: "throttled", message: "before" });
  });

  it("is over at its end", () => {
    expect(isResting(rest(), NOW + 4999)).toBe(true);
    expect(isResting(rest(), NOW + 5000)).toBe(false);
    expect(restStatus(rest(), NOW + 5000)).toBeUndefined();
    expect(isResting(undefined, NOW)).toBe(false);
  });

  it("a success counts when its attempt began after the rest", () => {
    expect(restAfterSuccess(rest(), NOW + 4999)?.level).toBe(2);
    expect(restAfterSuccess(rest(), NOW + 5000)?.level).toBe(0);
    expect(restAfterSuccess(endless, NOW)).toBe(endless);
    expect(restAfterSuccess(undefined, NOW)).toBeUndefined();
  });

  it("while it lasts, and without one, the share is whole: nothing is let through by it anyway", () => {
    expect(shareAfterRest(undefined, 60_000, NOW)).toBe(1);
    expect(shareAfterRest(rest(), 60_000, NOW)).toBe(1);
    expect(shareAfterRest(endless, 60_000, NOW)).toBe(1);
    expect(shareAfterRest(rest(), 60_000, NOW + 5000)).toBe(0.1);
  });
});

describe("moving averages", () => {
  it("begin with the first sample, weigh new ones more, and end after ten quiet minutes", () => {
    let average = addSample(undefined, 1000, NOW);
    expect(readAverage(average, NOW)).toBe(1000);
    average = addSample(average, 500, NOW);
    expect(readAverage(average, NOW)).toBe(750);
    average = addSample(average, 100, NOW + 500_000);
    expect(readAverage(average, NOW + 500_000)).toBeLessThan(200);
    expect(readAverage(average, NOW + 1_099_999)).toBeDefined();
    expect(readAverage(average, NOW + 1_100_000)).toBeUndefined();
    expect(readAverage(addSample(average, 42, NOW + 1_100_000), NOW + 1_100_000)).toBe(42);
  });

  it("follow a change of the upstream within minutes", () => {
    let average = addSample(undefined, 300, NOW);
    for (let minute = 0; minute < 30; minute += 1) average = addSample(average, 300, NOW + minute * 1000);
    for (let minute = 1; minute <= 6; minute += 1) average = addSample(average, 3000, NOW + minute * 60_000);
    expect(readAverage(average, NOW + 360_000)).toBeGreaterThan(1000);
  });
});

describe("success rates", () => {
  it("count successes and failures of ten minutes, and nothing neutral", () => {
    let counts = countOutcome(NO_COUNTS, "failure", NOW);
    counts = countOutcome(counts, "success", NOW + 300_000);
    counts = countOutcome(counts, "neutral", NOW + 300_000);
    expect(readCounts(counts, NOW + 300_000)).toEqual({ attempts: 2, successRate: 0.5 });
    expect(readCounts(counts, NOW + 611_000)).toEqual({ attempts: 1, successRate: 1 });
    expect(readCounts(counts, NOW + 911_000)).toEqual({ attempts: 0, successRate: undefined });
    expect(readCounts(NO_COUNTS, NOW)).toEqual({ attempts: 0, successRate: undefined });
  });
});
