import { describe, expect, it } from "@jest/globals";
import { buildCostReport } from "./cost-report.ts";
import { addSums, countTokens, groupRows, NO_SUMS, type CostRow } from "./cost-sums.ts";
import { DAY, entry, meshRow, need, STATS, TO } from "./sample-report.fixture.ts";
import { wayOf } from "./way-of.ts";

const OURS = `req_${"0123456789abcdef".repeat(2)}`;
const THEIRS = "req_011CTheirOwnFormOfIds";

function ledgerOf(rows: readonly CostRow[], by: readonly string[] = ["day", "model"]) {
  return {
    read: {
      asked: groupRows(rows, [...by, "session"]),
      daily: groupRows(rows, ["day", "provider", "model"]),
      sessions: groupRows(rows, ["day", "session", "project"]),
      known: new Set(rows.map(({ group }) => group["session"] ?? "")),
    },
  };
}

const MESH = { day: "2026-11-20", provider: "anthropic", model: "claude-opus-5-5", session: "in-the-mesh" };

describe("wayOf", () => {
  const known = new Set(["in-the-mesh"]);

  it.each([
    ["a gateway's request id, known session", OURS, "in-the-mesh", "mesh"],
    ["a gateway's request id, unknown session", OURS, "elsewhere", "other_mesh"],
    ["Anthropic's request id, unknown session", THEIRS, "elsewhere", "direct"],
    ["Anthropic's request id in a session that is partly in the mesh", THEIRS, "in-the-mesh", "direct"],
    ["no request id, known session", undefined, "in-the-mesh", "mesh"],
    ["no request id, unknown session", undefined, "elsewhere", "direct"],
    ["an id that is longer than a gateway's", `${OURS}0`, "in-the-mesh", "direct"],
    ["an id in capitals", OURS.toUpperCase(), "in-the-mesh", "direct"],
  ])("of %s", (_, requestId, session, way) => {
    expect(wayOf({ session, ...(requestId === undefined ? {} : { requestId }) }, known)).toBe(way);
  });
});

describe("buildCostReport", () => {
  it("counts an answer that both know once, by the ledger", () => {
    const row = meshRow(MESH, { uncachedInput: 100, cacheRead: 1000, cacheWrite5m: 10, output: 50 });
    const entries = [entry({ session: "in-the-mesh", requestId: OURS })];
    const report = buildCostReport(need({ ledger: ledgerOf([row]), transcripts: { read: { entries, stats: STATS } } }));
    expect(report.totals.all).toEqual(row.sums);
    expect(report.totals.direct).toEqual(NO_SUMS);
    expect(report.transcripts.ways).toEqual({ mesh: 1, direct: 0, other_mesh: 0 });
  });

  it("counts both halves of a session that left the mesh", () => {
    const row = meshRow(MESH, { output: 50 });
    const entries = [
      entry({ session: "in-the-mesh", requestId: OURS }),
      entry({ session: "in-the-mesh", requestId: THEIRS }),
    ];
    const report = buildCostReport(need({ ledger: ledgerOf([row]), transcripts: { read: { entries, stats: STATS } } }));
    expect(report.totals.mesh.requests).toBe(1);
    expect(report.totals.direct.requests).toBe(1);
  });

  it("adds up to the same in every table", () => {
    const rows = [
      meshRow(MESH, { output: 50 }),
      meshRow(
        { ...MESH, day: "2026-11-19", model: "claude-haiku-4-5", session: "two" },
        { uncachedInput: 7, output: 3 },
      ),
    ];
    const entries = [entry({}), entry({ at: TO - 2 * DAY, project: "/home/dev/blog", session: "d2", requestId: OURS })];
    const report = buildCostReport(need({ ledger: ledgerOf(rows), transcripts: { read: { entries, stats: STATS } } }));
    const { all, mesh, direct, other_mesh: other } = report.totals;
    expect(addSums(addSums(mesh, direct), other)).toEqual(all);
    for (const table of [report.rows, report.daily, report.projects, report.sessions])
      expect(table.reduce((sum, { sums }) => addSums(sum, sums), NO_SUMS)).toEqual(all);
    expect(report.sideBySide.reduce((sum, { total }) => addSums(sum, total), NO_SUMS)).toEqual(all);
    expect(all.requests).toBe(4);
  });

  it("prices direct answers bucket by bucket at the list price", () => {
    const usage = {
      uncachedInput: 1000,
      cacheRead: 10_000,
      cacheWrite5m: 100,
      cacheWrite1h: 200,
      output: 500,
      reasoning: 0,
      estimated: false,
    };
    const entries = [entry({ usage })];
    const report = buildCostReport(need({ transcripts: { read: { entries, stats: STATS } } }));
    // 1000 × $4 + 10,000 × $0.20 + 100 × $5 + 200 × $8 + 500 × $20, per million.
    expect(report.totals.direct.cost).toBe(4_000_000 + 2_000_000 + 500_000 + 1_600_000 + 10_000_000);
    expect(countTokens(report.totals.direct)).toBe(11_800);
  });

  it("takes the client's own cost where it put one down", () => {
    const report = buildCostReport(
      need({
        transcripts: { read: { entries: [entry({ model: "nobody-knows", costNanoDollars: 123 })], stats: STATS } },
      }),
    );
    expect(report.totals.direct.cost).toBe(123);
    expect(report.notes.join(" ")).not.toMatch(/No price/);
  });

  it("says which models have no price, and that they count as nothing", () => {
    const entries = [entry({ model: "nobody-knows" }), entry({ model: "nobody-knows" })];
    const report = buildCostReport(need({ transcripts: { read: { entries, stats: STATS } } }));
    expect(report.totals.direct.cost).toBe(0);
    expect(report.notes).toContain("No price is known of nobody-knows: 2 direct answers counted as $0.");
  });

  it("knows the project of a session in the mesh from the transcripts", () => {
    const row = meshRow({ ...MESH, project: "" }, { output: 50 });
    const entries = [entry({ session: "in-the-mesh", requestId: OURS, project: "/home/dev/shop" })];
    const report = buildCostReport(
      need({ by: ["project"], ledger: ledgerOf([row], ["project"]), transcripts: { read: { entries, stats: STATS } } }),
    );
    expect(report.rows.map(({ way, group }) => [way, group])).toEqual([["mesh", { project: "/home/dev/shop" }]]);
  });

  it("begins days where the time zone does", () => {
    const entries = [entry({ at: Date.parse("2026-11-20T23:30:00Z") })];
    const days = ["UTC", "Europe/Berlin", "America/Los_Angeles"].map((timeZone) => {
      const report = buildCostReport(need({ timeZone, transcripts: { read: { entries, stats: STATS } } }));
      return report.rows[0]?.group["day"];
    });
    expect(days).toEqual(["2026-11-20", "2026-11-21", "2026-11-20"]);
  });

  it("sorts by time, then dearest first", () => {
    const rows = [
      meshRow({ ...MESH, day: "2026-11-20", model: "a" }, { cost: 1 }),
      meshRow({ ...MESH, day: "2026-11-19", model: "b" }, { cost: 2 }),
      meshRow({ ...MESH, day: "2026-11-20", model: "c" }, { cost: 3 }),
    ];
    const report = buildCostReport(need({ ledger: ledgerOf(rows) }));
    expect(report.rows.map(({ group }) => group["model"])).toEqual(["b", "c", "a"]);
  });

  it("tells what is missing, what was left out and what was assumed", () => {
    const entries = [
      entry({ requestId: OURS, session: "gone" }),
      entry({ fast: true }),
      entry({ session: "in-the-mesh", requestId: OURS }),
    ];
    const stats = {
      ...STATS,
      skipped: { torn: 2, not_json: 1, too_long: 0, no_time: 0, no_counts: 0 },
      unreadable: Array.from({ length: 7 }, (_, index) => ({ path: `/p/${index}`, reason: "EACCES" })),
    };
    const { notes } = buildCostReport(
      need({ ledger: ledgerOf([meshRow(MESH, {})]), transcripts: { read: { entries, stats } }, notes: ["First."] }),
    );
    const text = notes.join("\n");
    expect(notes[0]).toBe("First.");
    expect(text).toMatch(/3 lines of the transcripts could not be used: 2 torn, 1 no JSON\./);
    expect(text).toMatch(/Could not be read: \/p\/0 \(EACCES\), .*\/p\/4 \(EACCES\) and 2 more\./);
    expect(text).toMatch(/1 answer of the transcripts went through the mesh and counts once, by the ledger/);
    expect(text).toMatch(/1 answer came through a gateway, .* this ledger does not know the session/);
    expect(text).toMatch(/1 direct answer in fast mode/);
    const without = buildCostReport(need({ transcripts: { read: { entries, stats } } })).notes.join("\n");
    expect(without).toMatch(/Nothing from the ledger: the test has none\./);
    expect(without).toMatch(/the ledger could not be asked/);
  });

  it("works out what the cache saved, writing counted", () => {
    const row = meshRow(MESH, { cacheRead: 1_000_000, cacheWrite5m: 100_000, cacheWrite1h: 10_000 });
    const report = buildCostReport(need({ ledger: ledgerOf([row]) }));
    // Sent again: 1.11 M × $4. Cached: 1 M × $0.20 + 0.1 M × $5 + 0.01 M × $8.
    expect(report.cacheSavings).toBe(4_440_000_000 - 780_000_000);
  });

  it("tells a cache that cost more than it saved", () => {
    const report = buildCostReport(need({ ledger: ledgerOf([meshRow(MESH, { cacheWrite5m: 1_000_000 })]) }));
    expect(report.cacheSavings).toBe(-1_000_000_000);
  });
});
