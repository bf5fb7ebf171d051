import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import type { UsageEvent } from "@switchyard/wire";
import { Queue } from "bullmq";
import type { RedisOptions } from "ioredis";

import { type Shipper, UsageRefused } from "../outbox.ts";
import { connectQueueRedis } from "./connect-queue-redis.ts";
import { JOB_NAME, JOB_OPTIONS, QUEUE_NAME, queuePrefix, REFUSED, type UsageJob } from "./usage-queue.ts";

export interface QueueShipperOptions {
  /** As parseRedisUrl of @switchyard/state reads it: redis, rediss, sentinel, cluster. */
  redisUrl: string;
  /** Of all keys of this mesh. */
  prefix: string;
  /** Node's TLS options for rediss. */
  tls?: RedisOptions["tls"];
  /** A command that takes longer has failed, in ms. Default 5,000. */
  commandMs?: number;
}

const COMMAND_MS = 5000;
/** How soon, and how seldom at last, a job is asked for, in ms. */
const FIRST_LOOK_MS = 5;
const LAST_LOOK_MS = 500;

/** What became of a job, as `isFinished` of the queue's backend says it. */
const MISSING = -1;
const COMPLETED = 1;
const FAILED = 2;

/**
 * Adds one job per batch and resolves when a consumer has completed it. Fails at once while Redis is away. The state
 * of the job is asked for rather than waited for: so nothing is missed over reconnections and restarts, and a job that
 * an emptied Redis has forgotten is added again.
 *
 * Throws a TypeError for a URL that is none.
 */
export function createQueueShipper(options: QueueShipperOptions): Shipper {
  const commandMs = options.commandMs ?? COMMAND_MS;
  const closing = new AbortController();
  let lastError: Error | undefined;
  const client = connectQueueRedis({
    url: options.redisUrl,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    patient: false,
    commandMs,
    onError: (error) => {
      lastError = error;
    },
  });
  let opened: Promise<Queue<UsageJob>> | undefined;

  const openQueue = async (): Promise<Queue<UsageJob>> => {
    const queue = new Queue<UsageJob>(QUEUE_NAME, {
      connection: client,
      prefix: queuePrefix(options.prefix),
      skipWaitingForReady: true,
    });
    queue.on("error", (error) => {
      lastError = error;
    });
    try {
      await within(queue.waitUntilReady(), commandMs);
      return queue;
    } catch (error) {
      void queue.close().catch(() => {});
      throw error;
    }
  };

  /** Only over a connection that stands: the queue would wait for one, and never forgets that it failed to. */
  const readyQueue = async (): Promise<Queue<UsageJob>> => {
    closing.signal.throwIfAborted();
    if (client.status !== "ready") throw new Error("Redis is away", { cause: lastError });
    opened ??= openQueue();
    try {
      return await opened;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };

  const add = async (id: string, events: readonly UsageEvent[]): Promise<void> => {
    const queue = await readyQueue();
    await within(queue.add(JOB_NAME, { events }, { ...JOB_OPTIONS, jobId: id }), commandMs);
  };

  /** True: the ledger has it. False: not yet. Throws when it never will, or when nobody knows. */
  const look = async (id: string, events: readonly UsageEvent[]): Promise<boolean> => {
    const queue = await readyQueue();
    const [state, text] = await within(readOutcome(queue, id), commandMs);
    if (state === COMPLETED) return true;
    if (state === MISSING) await add(id, events);
    if (state === FAILED) {
      // So that the same batch can be tried anew.
      await within(queue.remove(id), commandMs).catch(() => {});
      throw text.startsWith(REFUSED)
        ? new UsageRefused(text.slice(REFUSED.length))
        : new Error(`the job of the batch failed: ${text}`);
    }
    return false;
  };

  return {
    async ship(events) {
      const id = batchId(events);
      await add(id, events);
      for (let pause = FIRST_LOOK_MS; ; pause = Math.min(LAST_LOOK_MS, pause * 2)) {
        await delay(pause, undefined, { signal: closing.signal, ref: false });
        if (await look(id, events)) return;
      }
    },
    async close() {
      closing.abort(new Error("the outbox is closed"));
      const queue = await opened?.catch(() => undefined);
      await within(queue?.close() ?? Promise.resolve(), commandMs).catch(() => {});
      client.disconnect();
    },
  };
}

/** The same for the same entries, so that a batch that is added again is not there twice. Without a colon. */
function batchId(events: readonly UsageEvent[]): string {
  return createHash("sha256").update(JSON.stringify(events)).digest("hex").slice(0, 40);
}

async function readOutcome(queue: Queue<UsageJob>, id: string): Promise<[state: number, text: string]> {
  const outcome = await queue.getBackend().isFinished(id, true);
  return typeof outcome === "number" ? [outcome, ""] : outcome;
}

/** Throws an Error at the time limit; what comes later is let go. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  const timer = new AbortController();
  const late = delay(milliseconds, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(`Redis has not answered within ${milliseconds} ms`);
  });
  late.catch(() => {});
  promise.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
