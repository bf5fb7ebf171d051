import type { CaseResult } from "./run-case.ts";

export function formatDollars(dollars: number): string {
  return `$${dollars.toFixed(5)}`;
}

const MARKS = { passed: "✓", failed: "✗", skipped: "-" } as const;

/** A case as lines: its outcome, what was wrong, and each thing in which the simulator disagrees. */
export function formatCase(name: string, { outcome, reason, problems, disagreements, dollars }: CaseResult): string[] {
  const price = dollars > 0 ? `  ${formatDollars(dollars)}` : "";
  const why = outcome === "skipped" && reason !== undefined ? `  skipped: ${reason}` : "";
  return [
    `${MARKS[outcome]} ${name}${price}${why}`,
    ...problems.map((problem) => `    ${problem}`),
    ...disagreements.flatMap(({ step, disagreements: found }) => [
      `    the simulator disagrees in its answer to request ${step}:`,
      ...found.flatMap(({ about, real, simulated }) => [
        `      ${about}`,
        `        upstream:  ${real}`,
        `        simulator: ${simulated}`,
      ]),
    ]),
  ];
}
