import { describe, expect, it } from "@jest/globals";

import type { CostRow } from "./api-types.ts";
import { costChart, hourlyChart, providerChart, shareOut } from "./charts.ts";
import {
  chartQuery,
  csvQuery,
  labelStep,
  linkTo,
  listSteps,
  nameGroup,
  readChoice,
  tableQuery,
  toSeries,
} from "./costs.ts";
import { createFormats } from "./format.ts";
import { providerStats } from "./overview.fixture.ts";

const SUMS = {
  requests: 1,
  succeeded: 1,
  failed: 0,
  uncached_input: 0,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  output: 0,
  total_tokens: 0,
  subscription_cost: 0,
  estimated_cost: 0,
};
const row = (provider: string | null, step: string, cost: number): CostRow => ({ ...SUMS, provider, day: step, cost });
const RANGE = { since: "2026-11-19T12:00:00Z", until: "2026-11-21T12:00:00Z", time_zone: "Europe/Berlin" };

const nameClient = (id: string | null) => (id === null ? "without a key" : `key of ${id}`);

describe("what is asked of the books", () => {
  it.each([
    ["", { by: "provider", since: "24h" }],
    ["by=client&since=7d", { by: "client", since: "7d" }],
    ["by=constructor&since=1y", { by: "provider", since: "24h" }],
    ["by=day%26format%3Dcsv", { by: "provider", since: "24h" }],
  ])("the address ?%s means %j", (query, choice) => {
    expect(readChoice(new URLSearchParams(query))).toEqual(choice);
  });

  it("is what a link leads to again", () => {
    const choice = { by: "asked_model", since: "30d" } as const;
    expect(readChoice(new URLSearchParams(linkTo(choice).split("?")[1]))).toEqual(choice);
  });

  it("are sums by cost, times in their order, everything for a file", () => {
    expect(tableQuery({ by: "model", since: "24h" })).toBe("/api/costs?since=24h&by=model&order=cost&limit=100");
    expect(tableQuery({ by: "day", since: "30d" })).toBe("/api/costs?since=30d&by=day&limit=1000");
    expect(chartQuery({ by: "model", since: "365d" })).toBe("/api/costs?since=365d&by=month,provider");
    expect(csvQuery({ by: "model", since: "7d" })).toContain("format=csv&limit=100000");
  });

  it("names what a row lacks", () => {
    expect(nameGroup({ ...SUMS, cost: 0, session: null }, "session", nameClient)).toBe("no session");
    expect(nameGroup({ ...SUMS, cost: 0, asked_model: "" }, "asked_model", nameClient)).toBe("no asked model");
    expect(nameGroup({ ...SUMS, cost: 0, client: null }, "client", nameClient)).toBe("without a key");
    expect(nameGroup({ ...SUMS, cost: 0, client: "a" }, "client", nameClient)).toBe("key of a");
  });
});

describe("costs over time", () => {
  it("have every day in them, those without costs too", () => {
    const { steps, series } = toSeries(
      { ...RANGE, rows: [row("north", "2026-11-21", 2), row(null, "2026-11-20", 1)] },
      "day",
    );
    expect(steps).toEqual(["2026-11-19", "2026-11-20", "2026-11-21"]);
    expect(series).toEqual([
      { name: "north", costs: [0, 0, 2] },
      { name: "no provider", costs: [0, 1, 0] },
    ]);
  });

  it("of many providers put the small ones together, and lose nothing", () => {
    const rows = Array.from({ length: 12 }, (_, index) => row(`p${index}`, "2026-11-21", index + 1));
    const { series } = toSeries({ ...RANGE, rows }, "day");
    expect(series.map(({ name }) => name)).toEqual(["p11", "p10", "p9", "p8", "p7", "p6", "p5", "all others"]);
    expect(series.flatMap(({ costs }) => costs).reduce((sum, cost) => sum + cost, 0)).toBe(78);
  });

  it("are named as the books name them, when a clock is put back too", () => {
    const night = { since: "2026-10-25T00:10:00Z", until: "2026-10-25T02:10:00Z", time_zone: "Europe/Berlin" };
    expect(listSteps(night, "hour")).toEqual([
      "2026-10-25T02:00+02:00",
      "2026-10-25T02:00+01:00",
      "2026-10-25T03:00+01:00",
    ]);
    const utc = { since: "2026-11-21T10:00:00Z", until: "2026-11-21T10:00:01Z", time_zone: "UTC" };
    expect(listSteps(utc, "hour")).toEqual(["2026-11-21T10:00+00:00"]);
    expect(listSteps({ ...RANGE, since: "2026-08-31T12:00:00Z" }, "month")).toEqual([
      "2026-08",
      "2026-09",
      "2026-10",
      "2026-11",
    ]);
    expect(listSteps({ ...RANGE, until: RANGE.since }, "day")).toEqual([]);
  });

  it("have short names on the axis", () => {
    expect(["2026-11-21T14:00+01:00", "2026-11-21", "2026-11"].map(labelStep)).toEqual([
      "14:00",
      "2026-11-21",
      "2026-11",
    ]);
  });
});

describe("charts", () => {
  const palette = { ink: "#000", muted: "#666", line: "#ddd", card: "#fff", series: ["#111", "#222"] };
  const look = { palette, formats: createFormats("UTC", "en-US") };

  it("of hours run from the oldest to the newest", () => {
    const chart = hourlyChart(
      [
        { hour: "2026-11-21T12:00+00:00", cost: 2 },
        { hour: "2026-11-21T11:00+00:00", cost: 1 },
      ],
      look,
    );
    expect(chart).toMatchObject({ xAxis: { data: ["11:00", "12:00"] }, series: [{ data: [1, 2] }] });
  });

  it("of providers leave out who cost nothing", () => {
    const costs = { free: providerStats(9, 9, 0), south: providerStats(1, 1, 1), north: providerStats(1, 1, 3) };
    expect(shareOut(costs)).toEqual([
      { name: "north", cost: 3, share: 0.75 },
      { name: "south", cost: 1, share: 0.25 },
    ]);
    expect(providerChart(costs, look)).toMatchObject({ series: [{ data: [{ value: 3 }, { value: 1 }] }] });
    expect(shareOut({ free: providerStats(9, 9, 0) })).toEqual([]);
  });

  it("draw what they say when pointed at: names from outside are never markup", () => {
    const chart = costChart({ steps: ["2026-11-21"], series: [{ name: "<img src=x>", costs: [1] }] }, look);
    expect(chart).toMatchObject({ tooltip: { renderMode: "richText", trigger: "axis" } });
    expect(providerChart({}, look)).toMatchObject({ tooltip: { renderMode: "richText" } });
  });
});
