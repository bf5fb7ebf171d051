import type { CostReport } from "../cost-report.ts";
import { countTokens, promptOf, totalOf, type CostRow, type CostSums } from "../cost-sums.ts";
import { formatPair, titleOf, valueOf, WAY_NAMES, type Cells } from "../cost-table.ts";
import { formatCount, formatMoney, formatShare, shorten } from "../format.ts";
import { escapeHtml } from "./escape-html.ts";

export function renderTable({ head, body, foot, texts }: Cells): string {
  const cell = (tag: string) => (text: string, column: number) =>
    `<${tag}${tag === "th" ? ' scope="col"' : ""}${column < texts ? ' class="text"' : ""}>${escapeHtml(text)}</${tag}>`;
  const row = (tag: string) => (cells: readonly string[]) => `<tr>${cells.map(cell(tag)).join("")}</tr>`;
  const last = foot === undefined ? "" : `<tfoot>${row("td")(foot)}</tfoot>`;
  return `<div class="scroll"><table><thead>${row("th")(head)}</thead><tbody>${body.map(row("td")).join("")}</tbody>${last}</table></div>`;
}

export function costCells(rows: readonly CostRow[], by: readonly string[]): Cells {
  const several = new Set(rows.map(({ way }) => way)).size > 1;
  return {
    head: [
      ...by.map(titleOf),
      ...(several ? ["way"] : []),
      "requests",
      "input",
      "cache read",
      "written 5 min",
      "written 1 h",
      "output",
      "cost",
    ],
    body: rows.map(({ way, group, sums }) => [
      ...by.map((name) => valueOf(name, group[name])),
      ...(several ? [WAY_NAMES[way]] : []),
      ...figures(sums),
    ]),
    foot: [...by.map((_, index) => (index === 0 ? "total" : "")), ...(several ? [""] : []), ...figures(totalOf(rows))],
    texts: by.length + (several ? 1 : 0),
  };
}

function figures(sums: CostSums): string[] {
  const { requests, uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output, cost } = sums;
  const counts = [requests, uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output];
  return [...counts.map(formatCount), formatMoney(cost)];
}

export function sideBySideCells({ sideBySide }: CostReport): Cells {
  const hasOther = sideBySide.some(({ otherMesh }) => otherMesh.requests > 0);
  return {
    head: [
      "day",
      "project",
      "direct",
      "cost",
      "mesh",
      "cost",
      ...(hasOther ? ["other mesh", "cost"] : []),
      "tokens",
      "total",
    ],
    body: sideBySide.map(({ day, project, direct, mesh, otherMesh, total }) => [
      day,
      valueOf("project", project),
      ...[direct, mesh, ...(hasOther ? [otherMesh] : [])].flatMap(formatPair),
      formatCount(countTokens(total)),
      formatMoney(total.cost),
    ]),
    texts: 2,
  };
}

export function cacheCells({ daily }: CostReport): Cells {
  const days = [...Map.groupBy(daily, ({ group }) => group["day"] ?? "")];
  return {
    head: ["day", "input", "read from cache", "share"],
    body: days.map(([day, rows]) => {
      const sums = totalOf(rows);
      return [
        day,
        formatCount(promptOf(sums)),
        formatCount(sums.cacheRead),
        formatShare(sums.cacheRead, promptOf(sums)),
      ];
    }),
    texts: 1,
  };
}

export function alternativeCells({ alternatives }: CostReport): Cells {
  return {
    head: ["used", "elsewhere", "model", "list price", "same cache", "no cache"],
    body: alternatives.map(({ of, at, ready, sameModel, here, warm, cold }) => [
      shorten(of, 44),
      `${shorten(at, 44)}${ready ? "" : " (not set up)"}`,
      sameModel ? "same" : "other",
      ...[here, warm, cold].map(formatMoney),
    ]),
    texts: 3,
  };
}
