import { readFileSync } from "node:fs";

import { UsageRefused } from "@switchyard/outbox";
import type { UsageConsumer } from "@switchyard/outbox/queue";
import type { Logger, Secret, Settings } from "@switchyard/service-kit";
import type { UsageEvent } from "@switchyard/wire";

import type { WorkerMetrics } from "../metrics/worker-metrics.ts";
import type { WorkerState } from "../worker-state.ts";
import type { UsageRecorder } from "./record-usage.ts";
import { checkEvents, describeProblems } from "./usage-schema.ts";

export interface QueueDeps {
  settings: Pick<Settings, "redisKeyPrefix" | "redisCaFile">;
  redisUrl: Secret;
  recorder: UsageRecorder;
  metrics: Pick<WorkerMetrics, "countRefused">;
  state: WorkerState;
  logger: Logger;
  /** ms; default: the queue's own. */
  lockMs?: number;
}

/**
 * Takes events from the queue by the same way as those of POST /usage. A batch with an event that cannot be understood
 * is refused as a whole: its sender finds the one and sends the others again.
 */
export async function consumeQueue({ settings, redisUrl, logger, state, ...deps }: QueueDeps): Promise<UsageConsumer> {
  const { redisKeyPrefix, redisCaFile } = settings;
  // Loaded where there is a Redis: the queue takes memory.
  const { createUsageConsumer } = await import("@switchyard/outbox/queue");
  return createUsageConsumer({
    redisUrl: redisUrl.reveal(),
    prefix: redisKeyPrefix,
    ...(redisCaFile === undefined ? {} : { tls: { ca: readFileSync(redisCaFile) } }),
    handle: (events) => handleBatch(events, deps),
    ...(deps.lockMs === undefined ? {} : { lockMs: deps.lockMs }),
    onProblem: (problem, cause) => {
      state.queueProblem = problem;
      logger.warn("usage queue", { problem, ...(cause instanceof Error ? { cause: cause.message } : {}) });
    },
  });
}

/** @throws UsageRefused where one of them cannot be understood */
async function handleBatch(
  batch: readonly UsageEvent[],
  { recorder, metrics }: Pick<QueueDeps, "recorder" | "metrics">,
): Promise<void> {
  const { events, problems } = checkEvents(batch);
  if (problems.length > 0) {
    metrics.countRefused(batch.length - events.length);
    throw new UsageRefused(describeProblems(problems));
  }
  await recorder.record(events);
}
