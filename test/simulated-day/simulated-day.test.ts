import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { liveSubscriptionDay } from "./days.ts";
import { reportDay } from "./report.ts";
import type { DayResult } from "./simulate.ts";

const minutes = (result: DayResult): number => result.waitedMs / 60_000;

function byName(results: readonly DayResult[]): (name: string) => DayResult {
  return (name) => {
    const found = results.find(({ policy }) => policy === name);
    if (found === undefined) throw new Error(`no policy ${name}`);
    return found;
  };
}

/** In a process of its own: a day takes ten times as long within the test runner. */
function liveBothDays(): { team: DayResult[]; subscription: DayResult[] } {
  const text = execFileSync(process.execPath, [join(import.meta.dirname, "main.ts"), "--json"], { encoding: "utf8" });
  return JSON.parse(text) as { team: DayResult[]; subscription: DayResult[] };
}

const days = liveBothDays();

describe("a working day of a team", () => {
  const results = days.team;
  const of = byName(results);
  const naive = of("naive fallback");
  const routed = results.filter(({ policy }) => !policy.startsWith("naive"));
  const priced = [of("priority, cost"), of("priority, balanced"), of("priority, latency")] as const;

  it("has the same requests for every policy, all of them answered", () => {
    expect(naive.requests).toBeGreaterThan(20_000);
    expect(new Set(results.map(({ requests }) => requests)).size).toBe(1);
  });

  it("costs less with priced failover than with naive fallback, and far less than with rotation", () => {
    for (const { nanoDollars } of priced) expect(nanoDollars).toBeLessThan(naive.nanoDollars * 0.97);
    expect(of("cost, balanced").nanoDollars).toBeLessThan(priced[0].nanoDollars);
    expect(of("naive rotation").nanoDollars).toBeGreaterThan(naive.nanoDollars * 1.3);
  });

  it("trades money for time as the failover policy says", () => {
    const [cost, balanced, latency] = priced;
    expect(cost.nanoDollars).toBeLessThan(balanced.nanoDollars);
    expect(balanced.nanoDollars).toBeLessThan(latency.nanoDollars);
    expect(minutes(cost)).toBeGreaterThan(minutes(balanced));
    expect(minutes(balanced)).toBeGreaterThan(minutes(latency));
    expect(minutes(cost)).toBeLessThan(minutes(naive));
  });

  it("finds more in caches under every strategy, and meets no limit", () => {
    for (const { cacheHitRate, refusals, moves } of routed) {
      expect(cacheHitRate).toBeGreaterThan(naive.cacheHitRate);
      expect(refusals).toBe(0);
      expect(moves).toBeLessThan(naive.moves / 2);
    }
    expect(naive.refusals).toBeGreaterThan(1000);
  });

  it("can be read as a table", () => {
    expect(reportDay("A day", results).split("\n")).toHaveLength(results.length + 5);
  });
});

describe("a day on a subscription that runs out twice", () => {
  const results = days.subscription;
  const of = byName(results);
  const naive = of("naive fallback");

  it("is the same when it is lived again", () => {
    expect(liveSubscriptionDay()).toEqual(results);
  });

  it("is used up first, and left and returned to without a refusal", () => {
    expect(naive.refusals).toBeGreaterThan(100);
    for (const name of ["priority, cost", "priority, balanced", "priority, latency", "cost, balanced"]) {
      const { refusals, answers, nanoDollars, waitedMs } = of(name);
      expect(refusals).toBe(0);
      expect(waitedMs).toBeLessThan(naive.waitedMs);
      // As much of what is paid for already as anybody who asks it each time.
      expect(answers["subscription"]).toBeGreaterThan((naive.answers["subscription"] ?? 0) * 0.98);
      expect(nanoDollars).toBeLessThan(naive.nanoDollars * 1.02);
    }
  });
});
