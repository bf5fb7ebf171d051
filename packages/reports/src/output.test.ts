import { describe, expect, it } from "@jest/globals";
import { formatCostCsv, toDollars, toSnakeCase } from "./cost-csv.ts";
import { formatCostJson } from "./cost-json.ts";
import { formatCostTable } from "./cost-table.ts";
import { formatCostText } from "./cost-text.ts";
import { buildCostReport } from "./cost-report.ts";
import { renderCostPage } from "./page/render-cost-page.ts";
import { buildSampleReport, entry, meshRow, need, STATS } from "./sample-report.fixture.ts";

const ESCAPE = String.fromCharCode(27);
const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));

describe("the text", () => {
  const report = buildSampleReport();

  it.each([80, 100, 120])("fits %i columns", (width) => {
    expect(widest(formatCostText(report, { width, colour: false }))).toBeLessThanOrEqual(width);
  });

  it("fits 100 columns by session and agent too", () => {
    const { rows } = buildSampleReport(["session", "agent"]);
    expect(widest(formatCostTable(rows, ["session", "agent"], { width: 100, colour: false }))).toBeLessThanOrEqual(100);
  });

  it("has colours only where they are wanted", () => {
    expect(formatCostText(report, { width: 100, colour: false })).not.toContain(ESCAPE);
    expect(formatCostText(report, { width: 100, colour: true })).toContain(`${ESCAPE}[`);
  });

  it("shows every digit where there is room, and totals", () => {
    const rows = [meshRow({ model: "m" }, { requests: 1200, uncachedInput: 1_234_567, cost: 2_500_000_000 })];
    const lines = formatCostTable(rows, ["model"], { width: 120, colour: false }).split("\n");
    expect(lines).toEqual([
      "model  requests      input  cache read  cache write  output   cost",
      "─────  ────────  ─────────  ──────────  ───────────  ──────  ─────",
      "m         1,200  1,234,567           0            0       0  $2.50",
      "─────  ────────  ─────────  ──────────  ───────────  ──────  ─────",
      "total     1,200  1,234,567           0            0       0  $2.50",
    ]);
  });

  it("says that nothing was asked", () => {
    const text = formatCostText(buildCostReport(need()), { width: 80, colour: false });
    expect(text).toMatch(/Nothing was asked in this time\./);
    expect(text).toMatch(/Nothing from the ledger: the test has none\./);
  });
});

describe("CSV", () => {
  it("has a line for each row, money to the nano-dollar", () => {
    const csv = formatCostCsv(
      [meshRow({ model: "m", day: "2026-11-20" }, { output: 5, cost: 1_000_000_001 })],
      ["day", "model"],
    );
    expect(csv.split("\r\n")).toEqual([
      "day,model,way,requests,succeeded,failed,aborted,unknown,uncached_input,cache_read,cache_write_5m,cache_write_1h,output,reasoning,cost,subscription_cost,estimated_cost,reported_cost",
      "2026-11-20,m,mesh,1,1,0,0,0,0,0,0,0,5,0,1.000000001,0,0,0",
      "",
    ]);
  });

  it("quotes what needs it and disarms formulas", () => {
    const csv = formatCostCsv([meshRow({ session: '=cmd("a,b")', agent: "-x" }, {})], ["session", "agent"]);
    expect(csv.split("\r\n")[1]).toMatch(/^"'=cmd\(""a,b""\)",'-x,mesh,/);
  });

  it.each([
    [0, "0"],
    [1, "0.000000001"],
    [-1_500_000_000, "-1.5"],
    [9_000_000_000_000_001, "9000000.000000001"],
  ])("writes %i nano-dollars as %s", (nano, dollars) => {
    expect(toDollars(nano)).toBe(dollars);
  });

  it("writes names as the API does", () => {
    expect(["cacheWrite5m", "uncachedInput", "cost"].map(toSnakeCase)).toEqual([
      "cache_write_5m",
      "uncached_input",
      "cost",
    ]);
  });
});

describe("JSON", () => {
  it("holds rows, ways, totals, alternatives and notes", () => {
    const report = buildSampleReport();
    const told = JSON.parse(formatCostJson(report)) as {
      rows: unknown[];
      totals: Record<string, number>;
      transcripts: Record<string, unknown>;
    };
    expect(Object.keys(told)).toEqual([
      "from",
      "to",
      "time_zone",
      "by",
      "rows",
      "totals",
      "by_project",
      "by_conversation",
      "by_project_and_day",
      "thirty_days_at_this_pace",
      "cache_savings",
      "elsewhere",
      "suggestions",
      "transcripts",
      "ledger",
      "notes",
    ]);
    expect(told.totals["cost_nano_dollars"]).toBe(report.totals.all.cost);
    expect(told.rows).toHaveLength(report.rows.length);
    expect(told.transcripts["answers"]).toEqual(report.transcripts.ways);
  });
});

describe("the page", () => {
  const page = renderCostPage(buildSampleReport(), { madeAt: "2026-11-21 10:00 UTC" });

  it("asks nobody for anything", () => {
    expect(page.includes("default-src 'none'")).toBe(true);
    expect(page.match(/<script|<link|<img|@import|\bsrc=|href=|url\((?!#)/gi)).toBeNull();
    const addresses = [...page.matchAll(/https?:\/\/[^"'\s<)]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]));
  });

  it("draws four charts for wide and for narrow screens, in the page's own colours", () => {
    expect(page.match(/<svg /g)).toHaveLength(8);
    expect(page.includes('fill="var(--s0)"')).toBe(true);
    expect(page.match(/#0[0-9a-f]{5}\b|<style[^]*<style/g)).toBeNull();
  });

  it("has every chart's figures as text", () => {
    expect(page.match(/<details><summary>Figures<\/summary><div class="scroll"><table>/g)).toHaveLength(4);
    expect(page.match(/<figure role="img" aria-label="[^"]+"/g)).toHaveLength(4);
  });

  it("takes no name for markup", () => {
    const evil = `<script>alert("x")</script>&'`;
    const report = buildCostReport(
      need({
        transcripts: { read: { entries: [entry({ project: evil, model: evil, session: evil })], stats: STATS } },
      }),
    );
    const made = renderCostPage(report, { madeAt: evil });
    expect(made.match(/<script|alert\("x"\)/)).toBeNull();
    expect(made.includes("&lt;script&gt;")).toBe(true);
  });

  it("says that nothing was asked, without a chart", () => {
    const empty = renderCostPage(buildCostReport(need()), { madeAt: "now" });
    expect(empty).toContain("Nothing was asked in this time.");
    expect(empty).not.toContain("<svg");
  });
});
