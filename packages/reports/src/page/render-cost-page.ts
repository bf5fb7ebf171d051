import type { CostReport } from "../cost-report.ts";
import { countTokens, promptOf, type CostRow } from "../cost-sums.ts";
import { describeRange, ELSEWHERE_NOTE } from "../cost-text.ts";
import { formatCount, formatMoney, formatShare, formatShort, shortenPath } from "../format.ts";
import { describeProjection } from "../projection.ts";
import { cacheChart, dailyChart, rankingChart, sessionName, type Chart } from "./cost-charts.ts";
import { drawChart, useVariables } from "./draw-chart.ts";
import { escapeHtml } from "./escape-html.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { alternativeCells, cacheCells, costCells, renderTable, sideBySideCells } from "./page-tables.ts";

const WIDE = 1000;
const NARROW = 340;
const MOST_SESSIONS = 20;
const MOST_PROJECTS = 20;

/** One HTML file that asks nobody for anything: no scripts, no fonts, charts as SVG, their figures as tables. */
export function renderCostPage(report: CostReport, { madeAt }: { madeAt: string }): string {
  const range = escapeHtml(describeRange(report));
  const sections =
    report.daily.length === 0 ? ["<section><p>Nothing was asked in this time.</p></section>"] : renderSections(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Costs, ${range}</title>
<style>${PAGE_STYLE}</style>
</head>
<body><main>
<header><h1>What it cost</h1><p>${range}. Made ${escapeHtml(madeAt)}.</p></header>
${renderFigures(report)}
${sections.join("\n")}
${renderList("What to know about these figures", report.notes)}
</main></body>
</html>
`;
}

function renderSections(report: CostReport): string[] {
  const { projects, sessions, rows, by, sideBySide, alternatives, suggestions } = report;
  const topProjects = keepTop(projects, projectName, MOST_PROJECTS);
  const topSessions = keepTop(sessions, sessionName, MOST_SESSIONS);
  return [
    renderFigure("By day", "Cost of each day by provider and model", {
      draw: () => dailyChart(report),
      table: renderTable(costCells(report.daily, ["day", "provider", "model"])),
    }),
    renderFigure("By project", "Cost of each project", {
      draw: (narrow) => rankingChart(topProjects, (row) => shortenPath(projectName(row)), narrow),
      table: renderTable(costCells(projects, ["project"])),
    }),
    renderFigure(
      `By session${topSessions.length < sessions.length ? `, the ${MOST_SESSIONS} dearest` : ""}`,
      "Cost of each session",
      {
        draw: (narrow) => rankingChart(topSessions, sessionName, narrow),
        table: renderTable(costCells(topSessions, ["session", "project"])),
      },
    ),
    renderFigure("Read from cache", "Share of input that was read from a cache, by day", {
      draw: () => cacheChart(report),
      table: renderTable(cacheCells(report)),
    }),
    ...(report.totals.direct.requests + report.totals.other_mesh.requests > 0 && sideBySide.length > 0
      ? [`<section><h2>Directly and through the mesh</h2>${renderTable(sideBySideCells(report))}</section>`]
      : []),
    ...(alternatives.length > 0
      ? [
          `<section><h2>The same tokens elsewhere</h2>${renderTable(alternativeCells(report))}<p class="note">${escapeHtml(ELSEWHERE_NOTE)}</p></section>`,
        ]
      : []),
    renderList(
      "Cheaper",
      suggestions.map(({ text }) => text),
    ),
    `<section><h2>All figures, by ${escapeHtml(by.join(", "))}</h2>${renderTable(costCells(rows, by))}</section>`,
  ];
}

function renderFigures({ totals, cacheSavings, projection }: CostReport): string {
  const { all, mesh, direct, other_mesh: other } = totals;
  const figures = [
    ["Total", formatMoney(all.cost), `${formatCount(all.requests)} requests`],
    [
      "Through the mesh",
      formatMoney(mesh.cost),
      `${formatCount(mesh.requests)} requests, ${formatCount(mesh.failed)} failed`,
    ],
    ["Directly", formatMoney(direct.cost), `${formatCount(direct.requests)} answers, at list price`],
    ...(other.requests > 0 ? [["Other mesh", formatMoney(other.cost), `${formatCount(other.requests)} answers`]] : []),
    ["Tokens", formatShort(countTokens(all)), `${formatShort(all.output)} of them output`],
    [
      "Read from cache",
      formatShare(all.cacheRead, promptOf(all)),
      `${cacheSavings < 0 ? "cost" : "saved"} ${formatMoney(Math.abs(cacheSavings))}`,
    ],
  ];
  return `<dl class="figures">${figures.map(renderItem).join("")}</dl>
<p class="note">${escapeHtml(describeProjection(projection))}</p>`;
}

function renderItem([title = "", value = "", more = ""]: readonly string[]): string {
  return `<div><dt>${escapeHtml(title)}</dt><dd>${escapeHtml(value)}<small>${escapeHtml(more)}</small></dd></div>`;
}

interface FigureNeed {
  draw: (narrow: boolean) => Chart;
  /** The same figures as a table. */
  table: string;
}

function renderFigure(title: string, description: string, { draw, table }: FigureNeed): string {
  const chart = draw(false);
  const narrow = draw(true);
  const wideSvg = drawChart(chart.option, { width: WIDE, height: chart.height });
  const narrowSvg = drawChart(narrow.option, { width: NARROW, height: narrow.height });
  const label = escapeHtml(`${description}. The figures are in the table below.`);
  return `<section><h2>${escapeHtml(title)}</h2>
<figure role="img" aria-label="${label}"><div class="wide" aria-hidden="true">${wideSvg}</div><div class="narrow" aria-hidden="true">${narrowSvg}</div></figure>${renderLegend(chart)}
<details><summary>Figures</summary>${table}</details></section>`;
}

function renderLegend({ legend }: Chart): string {
  const items = legend.map(
    ({ name, colour }) => `<li><i style="background:${useVariables(colour)}"></i>${escapeHtml(name)}</li>`,
  );
  return items.length === 0 ? "" : `<ul class="legend">${items.join("")}</ul>`;
}

function renderList(title: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  return `<section><h2>${escapeHtml(title)}</h2><ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul></section>`;
}

function projectName({ group }: CostRow): string {
  const { project = "" } = group;
  return project === "" ? "no project" : project;
}

/** Rows of the dearest names; a name may have a row for each way. */
function keepTop(rows: readonly CostRow[], nameOf: (row: CostRow) => string, most: number): CostRow[] {
  const names = [...new Set(rows.map(nameOf))].slice(0, most);
  return rows.filter((row) => names.includes(nameOf(row)));
}
