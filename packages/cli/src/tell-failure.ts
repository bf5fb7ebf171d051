import { SettingsError } from "@switchyard/service-kit";

/** Exit codes as sysexits.h has them. */
export const EXIT = { usage: 64, unavailable: 69, configuration: 78 } as const;

/**
 * What a person has to know of an error that a command ended with, and its exit code. Undefined: nobody foresaw it, and
 * its stack is what helps.
 */
export function tellFailure(error: unknown): { text: string; exitCode: number } | undefined {
  if (error instanceof SettingsError) {
    const { problems } = error;
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    const lines = problems.map(({ path, problem, remedy }) => `  ${path}: ${problem}. ${remedy}\n`);
    return { text: `The configuration has ${count}:\n${lines.join("")}`, exitCode: EXIT.configuration };
  }
  return undefined;
}
