import { describe, expect, it } from "@jest/globals";
import { NO_SUMS, type CostRow } from "./cost-sums.ts";
import { buildProjection, describeProjection } from "./projection.ts";

const DOLLAR = 1e9;

function rows(costs: Readonly<Record<string, number>>): CostRow[] {
  return Object.entries(costs).map(([day, dollars]) => ({
    way: "mesh",
    group: { day, provider: "anthropic", model: "m" },
    sums: { ...NO_SUMS, requests: 1, cost: dollars * DOLLAR },
  }));
}

const range = (from: string, to: string, timeZone = "UTC") => ({
  from: Date.parse(from),
  to: Date.parse(to),
  timeZone,
});

describe("thirty days at this pace", () => {
  it("are the whole days' cost × 30 ÷ days; days without any cost count, today's half does not", () => {
    const costs = { "2026-11-16": 3, "2026-11-18": 1, "2026-11-19": 2, "2026-11-20": 0.5, "2026-11-21": 100 };
    expect(buildProjection(rows(costs), range("2026-11-16T00:00Z", "2026-11-21T15:00Z"))).toEqual({
      first: "2026-11-16",
      last: "2026-11-20",
      days: 5,
      cost: 6.5 * DOLLAR,
      lowest: 0,
      highest: 3 * DOLLAR,
      month: 39 * DOLLAR,
    });
  });

  it("leave out days before the first answer, and the first day where only a part of it was asked for", () => {
    const costs = { "2026-11-17": 2, "2026-11-18": 2, "2026-11-19": 2, "2026-11-20": 2 };
    expect(buildProjection(rows(costs), range("2026-10-01T00:00Z", "2026-11-21T00:00Z"))).toMatchObject({
      first: "2026-11-17",
      days: 4,
      month: 60 * DOLLAR,
    });
    expect(buildProjection(rows(costs), range("2026-11-17T15:00Z", "2026-11-21T00:00Z"))).toMatchObject({
      first: "2026-11-18",
      days: 3,
      cost: 6 * DOLLAR,
    });
  });

  it("adds up the rows of a day, and begins days where the zone does, a change of the clock included", () => {
    const costs = { "2026-10-24": 1, "2026-10-25": 1, "2026-10-26": 1 };
    const twice = [...rows(costs), ...rows(costs)];
    expect(buildProjection(twice, range("2026-10-23T22:00Z", "2026-10-26T23:00Z", "Europe/Berlin"))).toMatchObject({
      first: "2026-10-24",
      last: "2026-10-26",
      days: 3,
      cost: 6 * DOLLAR,
    });
  });

  it.each([
    ["nothing", {}],
    ["two whole days", { "2026-11-19": 1, "2026-11-20": 1 }],
    ["today alone", { "2026-11-21": 9 }],
  ])("cannot be told from %s", (_, costs) => {
    const none = buildProjection(rows(costs), range("2026-11-15T00:00Z", "2026-11-21T15:00Z"));
    expect(none).toBeUndefined();
    expect(describeProjection(none)).toBe("No month is estimated: that takes three whole days.");
  });

  it("come with their sum", () => {
    const costs = { "2026-11-18": 1, "2026-11-19": 2, "2026-11-20": 0.5 };
    expect(describeProjection(buildProjection(rows(costs), range("2026-11-18T00:00Z", "2026-11-21T00:00Z")))).toBe(
      "At this pace 30 days cost $35.00: $3.50 in the 3 whole days from 2026-11-18 to 2026-11-20 × 30 ÷ 3; a day of them cost $0.5000 to $2.00.",
    );
  });
});
