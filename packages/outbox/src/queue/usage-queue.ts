import type { UsageEvent } from "@switchyard/wire";
import type { JobsOptions } from "bullmq";

/** What a job carries: one batch. */
export interface UsageJob {
  events: readonly UsageEvent[];
}

export const QUEUE_NAME = "usage";
export const JOB_NAME = "batch";
/** The consumer decides how long a batch waits that the ledger did not take. */
const BACKOFF_TYPE = "usage";
/** Before the reason of a job that will never succeed. */
export const REFUSED = "refused: ";

/** A hash tag of its own: on a cluster the queue lies on one node, apart from limits and budgets. */
export function queuePrefix(prefix: string): string {
  return `{${prefix}:usage}`;
}

/** A batch is tried until the ledger has it; what is done stays a while, for those who ask. */
export const JOB_OPTIONS: Readonly<JobsOptions> = Object.freeze({
  attempts: 1_000_000_000,
  backoff: { type: BACKOFF_TYPE },
  removeOnComplete: { age: 60, count: 5000 },
  removeOnFail: { age: 3600, count: 1000 },
  stackTraceLimit: 1,
});
