import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

import type { Logger, Settings } from "@switchyard/service-kit";
import { createMemoryState, type State } from "@switchyard/state";

/**
 * What replicas share: on Redis where one is configured, else in memory and in a file that outlives restarts.
 * @throws Error when the certificates for Redis cannot be read.
 */
export async function createState(settings: Settings, logger: Logger): Promise<State> {
  const { redisUrl, redisKeyPrefix, redisCaFile } = settings;
  if (redisUrl === undefined) return createOwnState(settings, logger);
  // Loaded where it is needed: the client takes memory.
  const { createRedisState } = await import("@switchyard/state/redis");
  return createRedisState({
    url: redisUrl.reveal(),
    prefix: redisKeyPrefix,
    ...(redisCaFile === undefined ? {} : { tls: { ca: readFileSync(redisCaFile) } }),
    onChange: (store, cause) => {
      const reason = cause instanceof Error ? cause.message : undefined;
      if (store === "shared") logger.info("shared state is on Redis again");
      else logger.warn("Redis is away: this gateway goes on with its own share of the limits", { reason });
    },
  });
}

function createOwnState({ stateDirectory }: Settings, logger: Logger): State {
  const onProblem = (problem: string, cause?: unknown): void => {
    logger.warn("own state", { problem, ...(cause instanceof Error ? { cause: cause.message } : {}) });
  };
  try {
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  } catch (error) {
    onProblem(`${stateDirectory} cannot be made: limits and breakers are forgotten when this gateway ends`, error);
    return createMemoryState({ onProblem });
  }
  return createMemoryState({ snapshotFile: path.join(stateDirectory, "gateway-state.json"), onProblem });
}
