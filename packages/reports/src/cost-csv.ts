import { stringify } from "csv-stringify/sync";
import { SUM_NAMES, type CostRow } from "./cost-sums.ts";

const MONEY: ReadonlySet<string> = new Set(["cost", "subscriptionCost", "estimatedCost", "reportedCost"]);
const NANO_DIGITS = 9;

/**
 * One line for each row, RFC 4180; money in dollars to the nano-dollar. Names come from clients: what a spreadsheet
 * would take for a formula is made text.
 */
export function formatCostCsv(rows: readonly CostRow[], by: readonly string[]): string {
  const lines = [
    [...by, "way", ...SUM_NAMES.map(toSnakeCase)],
    ...rows.map(({ way, group, sums }) => [
      ...by.map((name) => group[name] ?? ""),
      way,
      ...SUM_NAMES.map((name) => (MONEY.has(name) ? toDollars(sums[name]) : String(sums[name]))),
    ]),
  ];
  return stringify(lines, { record_delimiter: "\r\n", escape_formulas: true });
}

/** Exactly, without a float in between: "0.000012345". */
export function toDollars(nanoDollars: number): string {
  const digits = String(Math.abs(Math.round(nanoDollars))).padStart(NANO_DIGITS + 1, "0");
  const fraction = digits.slice(-NANO_DIGITS).replace(/0+$/, "");
  const whole = `${nanoDollars < 0 ? "-" : ""}${digits.slice(0, -NANO_DIGITS)}`;
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

export function toSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`);
}
