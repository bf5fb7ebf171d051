import type { BuildContext } from "./build-context.ts";
import { MEANINGLESS_VARIABLES } from "./meaningless-variables.ts";

/** Says which variables are known but change nothing, so that nobody counts on them in vain. */
export function noteVariables({ environment, problems, alone }: BuildContext): void {
  for (const { name, fromFile } of environment.all()) {
    const entry = MEANINGLESS_VARIABLES.get(name);
    // A word that other programs use too is only meant for us where it stands in our own file.
    if (entry === undefined || (entry.common === true && !fromFile)) continue;
    problems.warn(name, "means nothing here", entry.remedy);
  }
  if (alone === undefined) noteOwnPort(environment, problems);
}

function noteOwnPort(environment: BuildContext["environment"], problems: BuildContext["problems"]): void {
  for (const [name, instead] of [
    ["PORT", "GATEWAY_PORT"],
    ["HOST", "SWITCHYARD_HOST"],
  ] as const) {
    const variable = environment.find(name);
    if (variable?.fromFile !== true || environment.find(instead) !== undefined) continue;
    problems.warn(name, "applies only to one service that is started alone", `Set ${instead} for the whole mesh.`);
  }
}
