import { setImmediate as setImmediately, setTimeout as delay } from "node:timers/promises";

import type { UsageEvent } from "@switchyard/wire";
import { type Job, Queue, UnrecoverableError, Worker } from "bullmq";
import type { RedisOptions } from "ioredis";

import { UsageRefused } from "../outbox.ts";
import { createProblemReporter } from "../problem-reporter.ts";
import { backoff } from "../shipping/backoff.ts";
import { connectQueueRedis } from "./connect-queue-redis.ts";
import { QUEUE_NAME, queuePrefix, REFUSED, type UsageJob } from "./usage-queue.ts";

export interface UsageConsumerOptions {
  /** As parseRedisUrl of @switchyard/state reads it. */
  redisUrl: string;
  prefix: string;
  /** Node's TLS options for rediss. */
  tls?: RedisOptions["tls"];
  /**
   * Resolves when the ledger has all of them; duplicates come. Rejects: asked again later, for ever, unless with
   * UsageRefused: then the sender finds the entry that is refused and sets it aside.
   */
  handle: (events: readonly UsageEvent[]) => Promise<void>;
  /** Batches at a time. Default 1. */
  concurrency?: number;
  onProblem: (problem: string, cause?: unknown) => void;
  /** A consumer that has not said for so long that it lives has lost its batch to others, in ms. Default 15,000. */
  lockMs?: number;
  /** The longest wait of `close` for the batch at hand, in ms. Default 10,000. */
  closeMs?: number;
}

export interface UsageConsumer {
  /** Whether Redis answers. */
  readonly connected: boolean;
  /** Batches that wait, are at hand or are tried again later. Rejects where Redis does not answer within a second. */
  depth(): Promise<number>;
  /** Takes no more; resolves when the batch at hand is done. */
  close(): Promise<void>;
}

const LOCK_MS = 15_000;
const CLOSE_MS = 10_000;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5000;
/** Before a worker that could not start is made anew, in ms. */
const RESTART_MS = 1000;
/** The longest wait of `close` while Redis is away, in ms: nothing more can be told then. */
const AWAY_CLOSE_MS = 500;
const DEPTH_MS = 1000;
/** Of a small batch what it carried may stay with the job that is done. */
const SMALL_BATCH = 5;

/** Takes batches from the queue, whichever gateway they come from. Throws a TypeError for a URL that is none. */
export function createUsageConsumer(options: UsageConsumerOptions): UsageConsumer {
  const { closeMs = CLOSE_MS } = options;
  const problems = createProblemReporter(options.onProblem);
  const onError = (error: Error): void => problems.report("redis", `the usage queue: ${error.message}`, error);
  const connection = connectQueueRedis({
    url: options.redisUrl,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    patient: true,
    commandMs: 0,
    onError,
  });
  connection.on("ready", () => problems.clear("redis"));
  const closing = new AbortController();
  /** Ends the waiting for batches at hand, when `close` has waited long enough. */
  const givingUp = new Set<(reason: Error) => void>();

  const handleUntilClosed = async (events: readonly UsageEvent[]): Promise<void> => {
    const { promise: givenUp, reject } = Promise.withResolvers<never>();
    givingUp.add(reject);
    try {
      await Promise.race([options.handle(events), givenUp]);
    } finally {
      givingUp.delete(reject);
    }
  };

  const createWorker = (): UsageWorker => {
    const lockMs = options.lockMs ?? LOCK_MS;
    const worker = new UsageWorker(QUEUE_NAME, (job) => handleJob(job, handleUntilClosed), {
      connection,
      prefix: queuePrefix(options.prefix),
      autorun: false,
      concurrency: options.concurrency ?? 1,
      lockDuration: lockMs,
      // Redis takes whole numbers only.
      stalledInterval: Math.max(100, Math.round(lockMs / 3)),
      // Never given up: the sender waits for it.
      maxStalledCount: 1_000_000_000,
      settings: { backoffStrategy: (attempts) => backoff(attempts, FIRST_RETRY_MS, LAST_RETRY_MS) },
    });
    worker.on("error", onError);
    worker.on("failed", (_job, error) => {
      problems.report("ledger", `a batch of usage could not be handled: ${error.message}`, error);
    });
    worker.on("completed", () => problems.clear("ledger"));
    return worker;
  };

  let worker = createWorker();
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        await worker.run();
      } catch (error) {
        problems.report("worker", `the usage queue cannot be read: ${String(error)}`, error);
      }
      if (closing.signal.aborted) return;
      void worker.close(true).catch(() => {});
      await delay(RESTART_MS, undefined, { signal: closing.signal, ref: false }).catch(() => {});
      if (!closing.signal.aborted) worker = createWorker();
    }
  };
  void run();

  let queue: Queue<UsageJob> | undefined;
  const openQueue = (): Queue<UsageJob> => {
    const opened = new Queue<UsageJob>(QUEUE_NAME, {
      connection,
      prefix: queuePrefix(options.prefix),
      skipWaitingForReady: true,
      skipMetasUpdate: true,
    });
    opened.on("error", onError);
    return opened;
  };
  const depth = async (): Promise<number> => {
    // The connection is patient: it would wait for Redis, and whoever asks with it.
    if (connection.status !== "ready") throw new Error("Redis does not answer");
    queue ??= openQueue();
    const counts = await Promise.race([
      queue.getJobCounts("wait", "active", "delayed"),
      delay(DEPTH_MS, undefined, { ref: false }).then(() => undefined),
    ]);
    if (counts === undefined) throw new Error("Redis does not answer");
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  };

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closing.abort();
    const whole = worker.close().then(() => true);
    whole.catch(() => {});
    const patienceMs = connection.status === "ready" ? closeMs : Math.min(closeMs, AWAY_CLOSE_MS);
    const inTime = await Promise.race([whole, delay(patienceMs, false, { ref: false })]);
    // Redis is away, or the batch takes too long: another consumer gets it when its lock ends.
    if (!inTime) {
      for (const giveUp of givingUp) giveUp(new Error("the consumer is closed"));
      await worker.abandon();
    }
    connection.disconnect();
  };
  return {
    get connected() {
      return connection.status === "ready";
    },
    depth,
    close: () => (closed ??= close()),
  };
}

/** A worker that can be left where closing would wait for a server that is gone. */
class UsageWorker extends Worker<UsageJob> {
  /** Ends its timers and connections; those that never came about, it ends itself. */
  async abandon(): Promise<void> {
    await this.lockManager.close();
    const { client, blockingClient } = this.getBackend();
    await Promise.all(
      [client, blockingClient].map(async (opening) => {
        const opened = await Promise.race([opening, setImmediately(undefined)]).catch(() => undefined);
        opened?.disconnect();
      }),
    );
  }
}

async function handleJob(job: Job<UsageJob>, handle: UsageConsumerOptions["handle"]): Promise<void> {
  const { events } = job.data as { events?: unknown };
  if (!Array.isArray(events)) throw new UnrecoverableError(`${REFUSED}the batch has no entries`);
  // Handled before, by a consumer that died before it could say so.
  if (events.length === 0) return;
  try {
    await handle(events);
  } catch (error) {
    if (error instanceof UsageRefused) throw new UnrecoverableError(REFUSED + error.message);
    throw error;
  }
  // The job stays a while for its sender to see; what it carried need not.
  if (events.length > SMALL_BATCH) await job.updateData({ events: [] });
}
