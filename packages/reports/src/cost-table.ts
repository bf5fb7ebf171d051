import Table from "cli-table3";
import { createColors } from "picocolors";
import { countTokens, totalOf, type CostRow, type CostSums, type Way } from "./cost-sums.ts";
import { formatCount, formatMoney, formatShort, shorten, shortenPath } from "./format.ts";
import type { SideBySideRow } from "./side-by-side.ts";

export interface TableStyle {
  /** Columns of the terminal. */
  width: number;
  colour: boolean;
}

export const WAY_NAMES: Readonly<Record<Way, string>> = {
  mesh: "mesh",
  direct: "direct",
  other_mesh: "other mesh",
};

export interface Cells {
  head: string[];
  body: string[][];
  /** Totals. */
  foot?: string[];
  /** So many columns stand left, the others are figures and stand right. */
  texts: number;
}

const BARE = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** Lines between head, body and foot, and nothing else: it reads well piped, and copies well. */
export function formatTable({ head, body, foot, texts }: Cells, { colour }: TableStyle): string {
  const colours = createColors(colour);
  const rule = "─";
  const widths = head.map((title, column) =>
    Math.max(
      ...[title, ...[...body, ...(foot ? [foot] : [])].map((row) => row[column] ?? "")].map((cell) => cell.length),
    ),
  );
  const line = widths.map((width) => colours.dim(rule.repeat(width)));
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    colAligns: head.map((_, column) => (column < texts ? "left" : "right")),
  });
  table.push(
    head.map((title) => colours.bold(title)),
    line,
    ...body,
    ...(foot ? [line, foot.map((cell) => colours.bold(cell))] : []),
  );
  return table
    .toString()
    .split("\n")
    .map((row) => row.trimEnd())
    .join("\n");
}

const TEXT_WIDTHS: Readonly<Record<string, number>> = { session: 36, agent: 20, project: 28, model: 30 };

const LONG_HEAD = ["requests", "input", "cache read", "cache write", "output", "cost"];
const SHORT_HEAD = ["requests", "input", "read", "write", "output", "cost"];

interface Room {
  count: (value: number) => string;
  /** The longest name. */
  text: number;
  head: readonly string[];
}

/** From every digit to as little as can be read. */
const ROOMS: readonly Room[] = [
  { count: formatCount, text: 36, head: LONG_HEAD },
  { count: formatShort, text: 36, head: LONG_HEAD },
  { count: formatShort, text: 36, head: SHORT_HEAD },
  { count: formatShort, text: 20, head: SHORT_HEAD },
];
const LEAST_ROOM: Room = { count: formatShort, text: 12, head: SHORT_HEAD };

/** One row for each group; figures are short, and long names cut, where the terminal is narrow. */
export function formatCostTable(rows: readonly CostRow[], by: readonly string[], style: TableStyle): string {
  const fitting = ROOMS.find((room) => widthOf(costCells(rows, by, room)) <= style.width);
  return formatTable(costCells(rows, by, fitting ?? LEAST_ROOM), style);
}

function costCells(rows: readonly CostRow[], by: readonly string[], { count, text, head }: Room): Cells {
  const several = new Set(rows.map(({ way }) => way)).size > 1;
  return {
    head: [...by.map(titleOf), ...(several ? ["way"] : []), ...head],
    body: rows.map(({ way, group, sums }) => [
      ...by.map((name) => shorten(valueOf(name, group[name]), Math.min(TEXT_WIDTHS[name] ?? 24, text))),
      ...(several ? [WAY_NAMES[way]] : []),
      ...figures(sums, count),
    ]),
    foot: [
      ...by.map((_, index) => (index === 0 ? "total" : "")),
      ...(several ? [""] : []),
      ...figures(totalOf(rows), count),
    ],
    texts: by.length + (several ? 1 : 0),
  };
}

/** Count and cost of one way; nothing where nothing came. */
export function formatPair({ requests, cost }: CostSums): string[] {
  return requests === 0 ? ["", ""] : [formatCount(requests), formatMoney(cost)];
}

/** Direct and mesh beside each other, per day and project. */
export function formatSideBySide(rows: readonly SideBySideRow[], style: TableStyle): string {
  const other = rows.some(({ otherMesh }) => otherMesh.requests > 0);
  const line = (row: Omit<SideBySideRow, "day" | "project">): string[] => [
    ...formatPair(row.direct),
    ...formatPair(row.mesh),
    ...(other ? formatPair(row.otherMesh) : []),
    formatShort(countTokens(row.total)),
    formatMoney(row.total.cost),
  ];
  const sum = (pick: (row: SideBySideRow) => CostSums): CostSums => totalOf(rows.map((row) => ({ sums: pick(row) })));
  const totals = {
    direct: sum(({ direct }) => direct),
    mesh: sum(({ mesh }) => mesh),
    otherMesh: sum(({ otherMesh }) => otherMesh),
    total: sum(({ total }) => total),
  };
  const head = [
    "day",
    "project",
    "direct",
    "cost",
    "mesh",
    "cost",
    ...(other ? ["other mesh", "cost"] : []),
    "tokens",
    "total",
  ];
  const body = rows.map((row) => [
    row.day,
    shorten(valueOf("project", row.project), Math.max(8, Math.min(24, style.width - (other ? 88 : 66)))),
    ...line(row),
  ]);
  return formatTable({ head, body, foot: ["total", "", ...line(totals)], texts: 2 }, style);
}

/** What a person reads in place of the bare value. */
export function valueOf(name: string, value = ""): string {
  if (value === "") return "–";
  return name === "project" ? shortenPath(value) : value;
}

export function titleOf(name: string): string {
  return name.replaceAll("_", " ");
}

function figures(sums: CostSums, count: (value: number) => string): string[] {
  const { requests, uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output, cost } = sums;
  return [...[requests, uncachedInput, cacheRead, cacheWrite5m + cacheWrite1h, output].map(count), formatMoney(cost)];
}

function widthOf({ head, body, foot }: Cells): number {
  const columns = head.map((_, column) =>
    Math.max(...[head, ...body, ...(foot ? [foot] : [])].map((row) => row[column]?.length ?? 0)),
  );
  return columns.reduce((sum, width) => sum + width + 2, -2);
}
