import { mkdirSync } from "node:fs";
import path from "node:path";

import type { Logger, Settings } from "@switchyard/service-kit";
import { createMemoryState, type State } from "@switchyard/state";

/** What replicas share: on Redis where one is configured, else in memory and in a file that outlives restarts. */
export function createState({ stateDirectory }: Settings, logger: Logger): State {
  const onProblem = (problem: string, cause?: unknown): void => {
    logger.warn("shared state", { problem, ...(cause instanceof Error ? { cause: cause.message } : {}) });
  };
  try {
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  } catch (error) {
    onProblem(`${stateDirectory} cannot be made: limits and breakers are forgotten when this gateway ends`, error);
    return createMemoryState({ onProblem });
  }
  return createMemoryState({ snapshotFile: path.join(stateDirectory, "gateway-state.json"), onProblem });
}
