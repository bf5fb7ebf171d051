import { type Catalog, createCatalog, type PriceBook } from "@switchyard/catalog";
import type { CombinedReport, CostRow, LedgerFigures, Source } from "@switchyard/reports";
import type { Settings } from "@switchyard/service-kit";
import type { Transcripts } from "@switchyard/transcripts";

import type { Dimension, Ledger, ReportRow } from "../ledger/ledger.ts";
import { readUsageStats } from "./usage-stats.ts";

export interface CombinedReportContext {
  ledger: Pick<Ledger, "report" | "listAlerts">;
  settings: Settings;
  prices: PriceBook;
  now: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The books of the last hours beside what Claude Code used without the mesh, by its transcripts on the worker's machine.
 * Where there are none, that part is empty.
 */
export async function readCombinedReport(context: CombinedReportContext, hours: number): Promise<CombinedReport> {
  // Loaded where they are needed: charts and tables take memory.
  const [{ buildCombinedReport, buildCostReport }, { readTranscripts }] = await Promise.all([
    import("@switchyard/reports"),
    import("@switchyard/transcripts"),
  ]);
  const { ledger, settings, prices, now } = context;
  const { timeZone, transcriptsDirectory } = settings.costs;
  const range = { from: Math.max(0, now - hours * HOUR_MS), to: now + 1 };
  const transcripts = await readTranscripts({ directory: transcriptsDirectory, since: range.from, until: range.to });
  const [figures, mesh] = await Promise.all([
    readFigures(ledger, { ...range, timeZone, sessions: sessionsOf(transcripts) }),
    readUsageStats({ ledger, now, timeZone }, hours),
  ]);
  const catalog: Catalog = createCatalog();
  const source: Source<Transcripts> =
    transcripts.stats.files === 0 ? { missing: `there are none in ${transcriptsDirectory}` } : { read: transcripts };
  const report = buildCostReport({
    ...range,
    timeZone,
    by: ["day"],
    ledger: { read: figures },
    transcripts: source,
    catalog,
    prices,
    places: settings.providers.map(({ name, kind, enabled, missing }) => ({
      name,
      kind,
      ready: enabled && missing.length === 0,
    })),
  });
  const { direct, lastActivity, suggestions } = report;
  return buildCombinedReport({
    at: now,
    days: hours / 24,
    direct,
    lastActivity,
    mesh: { ...mesh },
    suggestions,
  });
}

function sessionsOf({ entries }: Transcripts): string[] {
  return [...new Set(entries.map(({ session }) => session))].filter((session) => session !== "");
}

interface FiguresWish {
  from: number;
  to: number;
  timeZone: string;
  /** Those of the transcripts. */
  sessions: readonly string[];
}

/** The books by session are no part of the report: which of these sessions the mesh knows is enough. */
async function readFigures(
  ledger: Pick<Ledger, "report">,
  { from, to, timeZone, sessions }: FiguresWish,
): Promise<LedgerFigures> {
  const wider = { from: Math.max(0, from - DAY_MS), to: to + DAY_MS, timeZone };
  const by = ["day", "provider", "model"] as const;
  const [daily, known] = await Promise.all([
    ledger.report({ from, to, by, timeZone }),
    sessions.length === 0 ? [] : ledger.report({ ...wider, by: ["session"], where: { session: sessions } }),
  ]);
  const rows = daily.map((row) => toCostRow(row, by));
  return { asked: rows, daily: rows, sessions: [], known: new Set(known.map(({ group }) => group.session ?? "")) };
}

function toCostRow(
  { group, averageDurationMs: _d, averageFirstTokenMs: _f, ...sums }: ReportRow,
  by: readonly Dimension[],
): CostRow {
  return { way: "mesh", group: Object.fromEntries(by.map((name) => [name, group[name] ?? ""])), sums };
}
