import { stringify } from "csv-stringify/sync";

import type { Dimension, ReportRow, ReportSums } from "../ledger/ledger.ts";

const COUNTS = [
  ["requests", "requests"],
  ["succeeded", "succeeded"],
  ["failed", "failed"],
  ["aborted", "aborted"],
  ["unknown", "unknown"],
  ["uncached_input", "uncachedInput"],
  ["cache_read", "cacheRead"],
  ["cache_write_5m", "cacheWrite5m"],
  ["cache_write_1h", "cacheWrite1h"],
  ["output", "output"],
  ["reasoning", "reasoning"],
] as const satisfies readonly (readonly [string, keyof ReportSums])[];

const MONEY = [
  ["cost", "cost"],
  ["subscription_cost", "subscriptionCost"],
  ["estimated_cost", "estimatedCost"],
  ["reported_cost", "reportedCost"],
] as const satisfies readonly (readonly [string, keyof ReportSums])[];

const NANO_DIGITS = 9;

/** One group for JSON: money in dollars, and exactly, in nano-dollars; a dimension that a row lacks is null. */
export function showCostRow({ group, ...sums }: ReportRow, by: readonly Dimension[]) {
  return { ...Object.fromEntries(by.map((name) => [name, group[name] ?? null])), ...showSums(sums) };
}

export function showSums(sums: ReportSums): Record<string, number | null> {
  return {
    ...Object.fromEntries(COUNTS.map(([name, key]) => [name, sums[key]])),
    total_tokens: totalTokens(sums),
    ...Object.fromEntries(
      MONEY.flatMap(([name, key]) => [
        [name, sums[key] / 1e9],
        [`${name}_nano_dollars`, sums[key]],
      ]),
    ),
    average_first_token_ms: sums.averageFirstTokenMs ?? null,
    average_duration_ms: sums.averageDurationMs ?? null,
  };
}

export function totalTokens({ uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output }: ReportSums): number {
  return uncachedInput + cacheRead + cacheWrite5m + cacheWrite1h + output;
}

/** One line for each group (RFC 4180), money in dollars to the nano-dollar. */
export function costsAsCsv(rows: readonly ReportRow[], by: readonly Dimension[]): string {
  const columns = [...by, ...COUNTS.map(([name]) => name), "total_tokens", ...MONEY.map(([name]) => name)];
  return toCsv(
    columns,
    rows.map((row) => [
      ...by.map((name) => row.group[name] ?? ""),
      ...COUNTS.map(([, key]) => row[key]),
      totalTokens(row),
      ...MONEY.map(([, key]) => exactDollars(row[key])),
    ]),
  );
}

/** Names come from clients: what a spreadsheet would take for a formula is made text. */
export function toCsv(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { header: true, columns: [...columns], record_delimiter: "\r\n", escape_formulas: true },
  );
}

/** Without a float in between: "0.000012345". */
function exactDollars(nanoDollars: number): string {
  const digits = String(Math.abs(Math.round(nanoDollars))).padStart(NANO_DIGITS + 1, "0");
  const fraction = digits.slice(-NANO_DIGITS).replace(/0+$/, "");
  const whole = `${nanoDollars < 0 ? "-" : ""}${digits.slice(0, -NANO_DIGITS)}`;
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** The sums over all groups; averages are not among them. */
export function addUp(rows: readonly ReportSums[]): ReportSums {
  const total = {} as Record<(typeof COUNTS)[number][1] | (typeof MONEY)[number][1], number>;
  for (const [, key] of [...COUNTS, ...MONEY]) total[key] = rows.reduce((sum, row) => sum + row[key], 0);
  return total;
}

/** What is left of a total; averages are not among it. */
export function subtract(total: ReportSums, part: ReportSums): ReportSums {
  const rest = {} as Record<(typeof COUNTS)[number][1] | (typeof MONEY)[number][1], number>;
  for (const [, key] of [...COUNTS, ...MONEY]) rest[key] = total[key] - part[key];
  return rest;
}
