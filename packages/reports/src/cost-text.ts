import { DateTime } from "luxon";
import { createColors } from "picocolors";
import type { CostReport } from "./cost-report.ts";
import { promptOf } from "./cost-sums.ts";
import { formatCostTable, formatSideBySide, formatTable, WAY_NAMES, type TableStyle } from "./cost-table.ts";
import type { Alternative } from "./elsewhere.ts";
import { formatCount, formatMoney, formatShare, shorten, shortenPath } from "./format.ts";
import { describeProjection } from "./projection.ts";

/** The report for a terminal. */
export function formatCostText(report: CostReport, style: TableStyle): string {
  const { bold, dim } = createColors(style.colour);
  const section = (title: string, text: string): string[] => [`${bold(title)}\n`, `${text}\n`];
  const direct = report.totals.direct.requests + report.totals.other_mesh.requests > 0;
  const parts = [
    `${bold("Costs")} ${dim(describeRange(report))}\n`,
    ...(report.rows.length === 0
      ? ["Nothing was asked in this time.\n"]
      : [
          `${formatCostTable(report.rows, report.by, style)}\n`,
          `${fill(describeTotals(report), style.width)}\n${fill(describeProjection(report.projection), style.width)}\n`,
        ]),
    ...(report.sessions.length > 1 ? section(titleOfSessions(report), formatSessions(report, style)) : []),
    ...(direct ? section("Directly and through the mesh", formatSideBySide(report.sideBySide, style)) : []),
    ...(report.alternatives.length > 0
      ? section(
          "The same tokens elsewhere",
          `${formatAlternatives(report.alternatives, style)}\n${fill(ELSEWHERE_NOTE, style.width)}`,
        )
      : []),
    ...(report.suggestions.length > 0
      ? section("Cheaper", report.suggestions.map(({ text }) => fill(`· ${text}`, style.width)).join("\n"))
      : []),
    ...(report.notes.length > 0
      ? [dim(report.notes.map((note) => fill(`· ${note}`, style.width)).join("\n")), ""]
      : []),
  ];
  return parts.join("\n");
}

export const ELSEWHERE_NOTE =
  "Same cache: read and written just as it was. No cache: all of the prompt at the price of input. What happens " +
  "elsewhere lies between. Another model counts the same text as other tokens and answers at another length, so its " +
  "figures are the price of these tokens, not a promise. Long-prompt prices are left out on both sides.";

export function describeRange({ from, to, timeZone: zone }: CostReport): string {
  const [start, end] = [DateTime.fromMillis(from, { zone }), DateTime.fromMillis(to, { zone })];
  const whole = [start, end].every((time) => time.equals(time.startOf("day")));
  const last = whole ? end.minus({ days: 1 }) : end;
  const form = whole ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm";
  return `${start.toFormat(form)} to ${last.toFormat(form)}, ${zone}`;
}

/** What of it came which way, and what the cache did. */
function describeTotals({ totals, cacheSavings }: CostReport): string {
  const { all, mesh, direct } = totals;
  const cached = all.cacheRead + all.cacheWrite5m + all.cacheWrite1h;
  const hit = formatShare(all.cacheRead, promptOf(all));
  const saved =
    cacheSavings < 0 ? `cost ${formatMoney(-cacheSavings)} more than it saved` : `saved ${formatMoney(cacheSavings)}`;
  const parts = [
    `mesh ${formatMoney(mesh.cost)}`,
    `direct ${formatMoney(direct.cost)}`,
    ...(totals.other_mesh.requests > 0 ? [`other mesh ${formatMoney(totals.other_mesh.cost)}`] : []),
    ...(cached > 0 ? [`${hit} of input read from cache, which ${saved}`] : []),
    ...(mesh.failed + mesh.aborted + mesh.unknown > 0
      ? [`${mesh.failed} failed, ${mesh.aborted} aborted, ${mesh.unknown} unknown`]
      : []),
    ...(mesh.subscriptionCost > 0 ? [`${formatMoney(mesh.subscriptionCost)} of it paid by a subscription`] : []),
    ...(all.estimatedCost > 0 ? [`${formatMoney(all.estimatedCost)} of it estimated`] : []),
  ];
  return parts.join(" · ");
}

const MOST_SESSIONS = 5;

function titleOfSessions({ sessions }: CostReport): string {
  return sessions.length > MOST_SESSIONS
    ? `The ${MOST_SESSIONS} dearest of ${formatCount(sessions.length)} conversations`
    : "Conversations";
}

function formatSessions({ sessions }: CostReport, style: TableStyle): string {
  const longest = Math.max(12, Math.min(40, style.width - 60));
  const body = sessions
    .slice(0, MOST_SESSIONS)
    .map(({ way, group: { session = "", project = "" }, sums }) => [
      session === "" ? "–" : shorten(session, longest),
      project === "" ? "–" : shorten(shortenPath(project), 20),
      WAY_NAMES[way],
      formatCount(sums.requests),
      formatMoney(sums.cost),
    ]);
  return formatTable({ head: ["conversation", "project", "way", "requests", "cost"], body, texts: 3 }, style);
}

function formatAlternatives(alternatives: readonly Alternative[], style: TableStyle): string {
  // Beside the two names: model, three figures and the gaps.
  const longest = Math.max(14, Math.min(32, Math.floor((style.width - 46) / 2)));
  const body = alternatives.map(({ of, at, sameModel, ready, here, warm, cold }, index) => [
    alternatives[index - 1]?.of === of ? "" : shorten(of, longest),
    `${shorten(at, longest)}${ready ? "" : " *"}`,
    sameModel ? "same" : "other",
    ...[here, warm, cold].map(formatMoney),
  ]);
  const table = formatTable(
    { head: ["used", "elsewhere", "model", "list price", "same cache", "no cache"], body, texts: 3 },
    style,
  );
  return alternatives.some(({ ready }) => !ready) ? `${table}\n* not set up here` : table;
}

/** Words in lines of so many characters; lines after the first stand under its text. */
function fill(text: string, width: number): string {
  const indent = text.startsWith("· ") ? "  " : "";
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
