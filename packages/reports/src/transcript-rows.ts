import type { PriceBook } from "@switchyard/catalog";
import type { TranscriptEntry } from "@switchyard/transcripts";
import { DateTime } from "luxon";
import { NO_SUMS, type CostRow, type Way } from "./cost-sums.ts";
import { wayOf } from "./way-of.ts";

/** Stands for the provider where Claude Code asked without the mesh: the transcripts do not say whom. */
export const DIRECT_PROVIDER = "direct";

export interface TranscriptRowsOptions {
  /** Sessions that the ledger knows. */
  meshSessions: ReadonlySet<string>;
  prices: Pick<PriceBook, "cost">;
  /** IANA name: where days begin. */
  timeZone: string;
}

export interface TranscriptRows {
  /** One row for each answer that the ledger does not count, with every dimension. */
  rows: CostRow[];
  /** Answers by the way they came; those of "mesh" have no row. */
  ways: Readonly<Record<Way, number>>;
  /** Session → project, of all sessions. */
  projects: ReadonlyMap<string, string>;
  /** Models that have no price, and how many answers they gave. */
  unpriced: ReadonlyMap<string, number>;
  /** Answers in fast mode: they are priced like others. */
  fast: number;
}

/**
 * Answers of the transcripts as rows of costs, at the list price of Anthropic's API of their day. What the client put
 * down as the cost itself wins, as it does in the tools that people use for these files.
 */
export function buildTranscriptRows(
  entries: readonly TranscriptEntry[],
  options: TranscriptRowsOptions,
): TranscriptRows {
  const ways: Record<Way, number> = { mesh: 0, direct: 0, other_mesh: 0 };
  const projects = new Map<string, string>();
  const unpriced = new Map<string, number>();
  const rows: CostRow[] = [];
  let fast = 0;
  const calendar = createCalendar(options.timeZone);
  for (const entry of entries) {
    projects.set(entry.session, entry.project);
    const way = wayOf(entry, options.meshSessions);
    ways[way] += 1;
    if (way === "mesh") continue;
    if (entry.fast) fast += 1;
    const { row, known } = toRow(entry, { way, prices: options.prices, calendar });
    if (!known) unpriced.set(entry.model, (unpriced.get(entry.model) ?? 0) + 1);
    rows.push(row);
  }
  return { rows, ways, projects, unpriced, fast };
}

interface RowNeed {
  way: Way;
  prices: Pick<PriceBook, "cost">;
  calendar: (at: number) => { hour: string; day: string; month: string };
}

function toRow(entry: TranscriptEntry, { way, prices, calendar }: RowNeed): { row: CostRow; known: boolean } {
  const { model, usage, at, costNanoDollars } = entry;
  const facts = { provider: "anthropic", providerKind: "anthropic", model, upstreamModel: model, at };
  const priced = prices.cost(facts, usage);
  const cost = costNanoDollars ?? priced.nanoDollars;
  const { uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = usage;
  const sums = {
    ...NO_SUMS,
    requests: 1,
    succeeded: 1,
    uncachedInput,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output,
    reasoning,
    cost,
    estimatedCost: costNanoDollars === undefined && priced.pricedAs !== undefined ? cost : 0,
  };
  const group = {
    ...calendar(at),
    provider: DIRECT_PROVIDER,
    model,
    asked_model: model,
    session: entry.session,
    agent: entry.agent ?? "",
    project: entry.project,
    outcome: "success",
  };
  return { row: { way, group, sums }, known: costNanoDollars !== undefined || priced.tableNanoDollars !== undefined };
}

/** Names of hours, days and months, in the ledger's form; the calendar itself is asked once an hour. */
function createCalendar(zone: string): RowNeed["calendar"] {
  const names = new Map<number, { hour: string; day: string; month: string }>();
  return (at) => {
    // A quarter of an hour is the smallest shift between any two zones.
    const quarter = Math.floor(at / 900_000);
    const known = names.get(quarter);
    if (known !== undefined) return known;
    const time = DateTime.fromMillis(at, { zone });
    const made = {
      hour: time.toFormat("yyyy-MM-dd'T'HH:00ZZ"),
      day: time.toFormat("yyyy-MM-dd"),
      month: time.toFormat("yyyy-MM"),
    };
    names.set(quarter, made);
    return made;
  };
}
