import { describe } from "@jest/globals";

/** A group of tests that this machine may not be able to run: then it is skipped, and its title says why. */
export function describeWhen(reasonToSkip: string | undefined, name: string, tests: () => void): void {
  if (reasonToSkip === undefined) describe(name, tests);
  else describe.skip(`${name} [skipped: ${reasonToSkip}]`, tests);
}
