import type { Catalog, PriceBook } from "@switchyard/catalog";
import type { Transcripts, TranscriptStats } from "@switchyard/transcripts";
import { savingsOfCache } from "./cache-savings.ts";
import { groupRows, totalOf, type CostRow, type CostSums, type Way } from "./cost-sums.ts";
import { buildAlternatives, type Alternative, type Place } from "./elsewhere.ts";
import { buildProjection, type Projection } from "./projection.ts";
import { buildNotes } from "./report-notes.ts";
import { buildSideBySide, type SideBySideRow } from "./side-by-side.ts";
import { buildSuggestions, type Suggestion } from "./suggestions.ts";
import { buildTranscriptRows, type TranscriptRows } from "./transcript-rows.ts";

/** What the ledger told, all of the way "mesh". */
export interface LedgerFigures {
  /** By the dimensions asked for; where "project" is one of them also by session. */
  asked: readonly CostRow[];
  /** By day, provider and model. */
  daily: readonly CostRow[];
  /** By day, session and project. */
  sessions: readonly CostRow[];
  /** Sessions that it knows, also a little outside the range: an answer is written down later than it was asked for. */
  known: ReadonlySet<string>;
}

/** A source, or a sentence why there is none. */
export type Source<T> = { read: T } | { missing: string };

export interface CostReportNeed {
  /** ms since the epoch, `to` exclusive. */
  from: number;
  to: number;
  timeZone: string;
  by: readonly string[];
  ledger: Source<LedgerFigures>;
  transcripts: Source<Transcripts>;
  catalog: Pick<Catalog, "findModel" | "models">;
  prices: Pick<PriceBook, "cost" | "priceOf">;
  places: readonly Place[];
  /** Sentences to be told besides. */
  notes?: readonly string[];
}

export interface CostReport {
  from: number;
  to: number;
  timeZone: string;
  by: readonly string[];
  rows: readonly CostRow[];
  /** By day, provider and model. */
  daily: readonly CostRow[];
  /** By project; by session and project. Dearest first. */
  projects: readonly CostRow[];
  sessions: readonly CostRow[];
  sideBySide: readonly SideBySideRow[];
  totals: Readonly<Record<Way, CostSums>> & { all: CostSums };
  alternatives: readonly Alternative[];
  suggestions: readonly Suggestion[];
  /** Thirty days at this pace; undefined: too few days to tell. */
  projection: Projection | undefined;
  /** What the cache saved against the price of input, its writing counted, nano-dollars. */
  cacheSavings: number;
  ledger: { missing?: string };
  transcripts: { missing?: string; stats?: TranscriptStats; ways?: Readonly<Record<Way, number>> };
  /** Answers that did not come through the mesh, by day, project and session. */
  direct: readonly CostRow[];
  /** Project → its last answer in the transcripts, ms since the epoch. */
  lastActivity: ReadonlyMap<string, number>;
  /** Assumptions and gaps, a sentence each. */
  notes: readonly string[];
}

/** Models whose tokens are priced elsewhere: the dearest. */
const MOST_COMPARED = 4;

/** Puts the ledger and the transcripts together; no answer is in it twice. */
export function buildCostReport(need: CostReportNeed): CostReport {
  const ledger = "read" in need.ledger ? need.ledger.read : undefined;
  const transcripts = "read" in need.transcripts ? need.transcripts.read : undefined;
  const told = buildTranscriptRows(transcripts?.entries ?? [], {
    meshSessions: ledger?.known ?? new Set(),
    prices: need.prices,
    timeZone: need.timeZone,
  });
  const join = (rows: readonly CostRow[] = []): CostRow[] => [...nameProjects(rows, told.projects), ...told.rows];
  const bySession = join(ledger?.sessions);
  const daily = sortRows(groupRows(join(ledger?.daily), ["day", "provider", "model"]), ["day"]);
  const models = sortByCost(groupRows(daily, ["provider", "model"]));
  const alternatives = buildAlternatives(models.slice(0, MOST_COMPARED), { ...need, at: need.to });
  return {
    from: need.from,
    to: need.to,
    timeZone: need.timeZone,
    by: need.by,
    rows: sortRows(groupRows(join(ledger?.asked), need.by), need.by),
    daily,
    projects: sortByCost(groupRows(bySession, ["project"])),
    sessions: sortByCost(groupRows(bySession, ["session", "project"])),
    sideBySide: buildSideBySide(bySession),
    totals: totalsOf(daily),
    alternatives,
    suggestions: buildSuggestions(alternatives),
    projection: buildProjection(daily, need),
    cacheSavings: savingsOfCache(models, { ...need, at: need.to }),
    ledger: "missing" in need.ledger ? need.ledger : {},
    transcripts:
      "missing" in need.transcripts
        ? need.transcripts
        : { ways: told.ways, ...(transcripts ? { stats: transcripts.stats } : {}) },
    direct: groupRows(told.rows, ["day", "project", "session"]),
    // Entries are sorted by time: the last one of a project stays.
    lastActivity: new Map(transcripts?.entries.map(({ project, at }) => [project, at])),
    notes: [...(need.notes ?? []), ...buildNotes(need, told)],
  };
}

function nameProjects(rows: readonly CostRow[], projects: TranscriptRows["projects"]): CostRow[] {
  return rows.map((row) => {
    const { session = "", project = "" } = row.group;
    const name = project === "" ? projects.get(session) : undefined;
    return name === undefined ? row : { ...row, group: { ...row.group, project: name } };
  });
}

function totalsOf(rows: readonly CostRow[]): CostReport["totals"] {
  const of = (way: Way): CostSums => totalOf(rows.filter((row) => row.way === way));
  return { mesh: of("mesh"), direct: of("direct"), other_mesh: of("other_mesh"), all: totalOf(rows) };
}

const TIMES: ReadonlySet<string> = new Set(["hour", "day", "month"]);

/** By the times asked for, then dearest first. */
function sortRows(rows: CostRow[], by: readonly string[]): CostRow[] {
  const times = by.filter((name) => TIMES.has(name));
  return rows.toSorted((one, other) => {
    for (const name of times) {
      const order = (one.group[name] ?? "").localeCompare(other.group[name] ?? "");
      if (order !== 0) return order;
    }
    return other.sums.cost - one.sums.cost;
  });
}

function sortByCost(rows: CostRow[]): CostRow[] {
  return rows.toSorted((one, other) => other.sums.cost - one.sums.cost);
}
