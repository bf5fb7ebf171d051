import type { DayResult } from "./simulate.ts";

const COLUMNS = [
  "policy",
  "requests",
  "money",
  "against naive",
  "waiting",
  "longest wait",
  "cache hits",
  "moves",
  "429s",
  "answers by",
];

function compare(money: number, naive: number): string {
  if (money === naive) return "";
  return `${money < naive ? "−" : "+"}${Math.abs((1 - money / naive) * 100).toFixed(1)} %`;
}

/** The results as a table of Markdown. */
export function reportDay(title: string, results: readonly DayResult[]): string {
  const naive = results[0]?.nanoDollars ?? 0;
  const rows = results.map((result) => [
    result.policy,
    String(result.requests),
    `$${(result.nanoDollars / 1e9).toFixed(2)}`,
    compare(result.nanoDollars, naive),
    `${(result.waitedMs / 60_000).toFixed(1)} min`,
    `${(result.longestWaitMs / 1000).toFixed(1)} s`,
    `${(result.cacheHitRate * 100).toFixed(2)} %`,
    String(result.moves),
    String(result.refusals),
    Object.entries(result.answers)
      .map(([name, count]) => `${name} ${count}`)
      .join(", "),
  ]);
  const widths = COLUMNS.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  return [`## ${title}`, "", line(COLUMNS), line(widths.map((width) => "-".repeat(width))), ...rows.map(line), ""].join(
    "\n",
  );
}
