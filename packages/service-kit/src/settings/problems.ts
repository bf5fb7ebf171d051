import type { Parsed } from "./parse-values.ts";
import type { SettingsProblem } from "./settings.ts";

/** Gathers what is wrong, so that all of it is told at once. */
export interface Problems {
  readonly list: readonly SettingsProblem[];
  readonly warnings: readonly SettingsProblem[];
  add(path: string, problem: string, remedy: string): void;
  warn(path: string, problem: string, remedy: string): void;
  /** The value, or undefined after its problem was noted. */
  take<T>(path: string, parsed: Parsed<T>): T | undefined;
}

export function createProblems(): Problems {
  const list: SettingsProblem[] = [];
  const warnings: SettingsProblem[] = [];
  return {
    list,
    warnings,
    add(path, problem, remedy) {
      list.push({ path, problem, remedy });
    },
    warn(path, problem, remedy) {
      warnings.push({ path, problem, remedy });
    },
    take(path, parsed) {
      if ("value" in parsed) return parsed.value;
      list.push({ path, ...parsed });
      return undefined;
    },
  };
}
