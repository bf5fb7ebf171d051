import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

import type { Logger, Settings } from "@switchyard/service-kit";
import { createMemoryState, type State } from "@switchyard/state";

/**
 * What replicas share: on Redis where one is configured, else in memory and in a file that outlives restarts.
 * @throws Error when the certificates for Redis cannot be read.
 */
export async function createState(settings: Settings, logger: Logger): Promise<State> {
  const { redisUrl, redisKeyPrefix, redisCaFile, stateDirectory, gateway } = settings;
  if (redisUrl === undefined) return createOwnState(settings, logger);
  const onProblem = createComplaint(logger);
  const remembers = makeDirectory(stateDirectory, (error) => {
    onProblem(`${stateDirectory} cannot be made: this gateway forgets at its end how many there are`, error);
  });
  // Loaded where it is needed: the client takes memory.
  const { createRedisState } = await import("@switchyard/state/redis");
  return createRedisState({
    url: redisUrl.reveal(),
    prefix: redisKeyPrefix,
    ...(redisCaFile === undefined ? {} : { tls: { ca: readFileSync(redisCaFile) } }),
    ...(remembers ? { replicasFile: path.join(stateDirectory, "gateway-replicas.json") } : {}),
    ...(gateway.replicas === undefined ? {} : { expectedReplicas: gateway.replicas }),
    onProblem,
    onChange: (store, cause, replicas) => {
      const reason = cause instanceof Error ? cause.message : undefined;
      if (store === "shared") logger.info("shared state is on Redis again");
      else logger.warn("Redis is away: this gateway goes on with its own share of the limits", { reason, replicas });
    },
  });
}

function createOwnState({ stateDirectory }: Settings, logger: Logger): State {
  const onProblem = createComplaint(logger);
  const isThere = makeDirectory(stateDirectory, (error) => {
    onProblem(`${stateDirectory} cannot be made: limits and breakers are forgotten when this gateway ends`, error);
  });
  if (!isThere) return createMemoryState({ onProblem });
  return createMemoryState({ snapshotFile: path.join(stateDirectory, "gateway-state.json"), onProblem });
}

function createComplaint(logger: Logger): (problem: string, cause?: unknown) => void {
  return (problem, cause) => {
    logger.warn("own state", { problem, ...(cause instanceof Error ? { cause: cause.message } : {}) });
  };
}

function makeDirectory(directory: string, onFailure: (error: unknown) => void): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return true;
  } catch (error) {
    onFailure(error);
    return false;
  }
}
