import type { BuildContext } from "./build-context.ts";
import { parseBoolean } from "./parse-values.ts";

const SWITCHES = [
  "ENABLE_COST_TRACKING",
  "ENABLE_GITHUB_MODELS_COST_TRACKING",
  "ENABLE_OPENROUTER_COST_TRACKING",
  "ENABLE_VERTEX_COST_TRACKING",
];

/** Every attempt is written down: budgets and alerts rest on it. Who asks for less is told so. */
export function noteTracking({ environment, problems }: BuildContext): void {
  for (const name of SWITCHES) {
    if (environment.read(parseBoolean, name) !== false) continue;
    problems.warn(name, "cannot be switched off: what each attempt costs is always written down", "Remove it.");
  }
}
