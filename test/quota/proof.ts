import { formatTable } from "../bench/report.ts";

/** What a proof has shown. */
export interface ProofResult {
  title: string;
  tables: readonly ProofTable[];
  checks: readonly Check[];
}

export interface ProofTable {
  caption: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/** One statement that holds or does not, with the figures it was judged by. */
export interface Check {
  name: string;
  passed: boolean;
  figures: string;
}

export function check(name: string, passed: boolean, figures: string): Check {
  return { name, passed, figures };
}

export function formatProof({ title, tables, checks }: ProofResult): string {
  const parts = tables.map(({ caption, head, rows }) => `${caption}\n\n${formatTable(head, rows)}`);
  const lines = checks.map(({ name, passed, figures }) => `${passed ? "  ok  " : "FAILED"}  ${name}: ${figures}`);
  return `\n## ${title}\n\n${[...parts, lines.join("\n")].join("\n\n")}`;
}

export function percent(share: number, digits = 1): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(digits)}%` : "";
}

export function perCent(part: number, whole: number): string {
  return whole === 0 ? "0.0%" : percent(part / whole);
}
