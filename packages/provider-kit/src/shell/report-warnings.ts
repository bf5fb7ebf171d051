import type { Warning } from "@switchyard/wire";

import type { RequestContext } from "../provider.ts";
import type { Shell } from "./shell.ts";

const MAX_TOLD_WARNINGS = 1000;

export type ReportingShell = Pick<Shell, "metrics" | "logger" | "provider" | "toldWarnings">;

/** Each kind of adaptation is worth a line once per model; after that it only counts. */
export function reportWarnings(
  { metrics, logger, provider, toldWarnings }: ReportingShell,
  { requestId, model }: RequestContext,
  warnings: readonly Warning[],
): void {
  for (const { code, message, path } of warnings) {
    metrics.warnings.inc({ provider: provider.name, code });
    const kind = `${code} ${model.id}`;
    const fields = { requestId, model: model.id, code, reason: message, path };
    if (toldWarnings.has(kind)) logger.debug("request adapted to the target", fields);
    else logger.info("request adapted to the target", fields);
    if (toldWarnings.size < MAX_TOLD_WARNINGS) toldWarnings.add(kind);
  }
}
