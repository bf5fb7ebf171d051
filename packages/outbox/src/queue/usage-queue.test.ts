import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import {
  startRedis,
  startRedisCluster,
  startRedisSentinel,
  type TestRedis,
  waitUntil,
  whenQuiet,
  whyNoRedis,
} from "@switchyard/state/testing";
import type { UsageEvent } from "@switchyard/wire";
import { Redis } from "ioredis";

import { attemptIds, intent } from "../__fixtures__/usage-events.ts";
import { type Shipper, UsageRefused } from "../outbox.ts";
import { createQueueShipper } from "./create-queue-shipper.ts";
import { createUsageConsumer, type UsageConsumer, type UsageConsumerOptions } from "./create-usage-consumer.ts";

const reason = whyNoRedis();
const withRedis = reason === undefined ? describe : describe.skip;
const skipped = reason === undefined ? "" : ` (skipped: ${reason})`;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup();
  }
});

interface TestConsumer extends UsageConsumer {
  readonly ids: string[];
  readonly problems: string[];
}

function consume(redisUrl: string, prefix: string, options: Partial<UsageConsumerOptions> = {}): TestConsumer {
  const ids: string[] = [];
  const problems: string[] = [];
  const consumer = createUsageConsumer({
    redisUrl,
    prefix,
    handle: async (events) => void ids.push(...attemptIds(events)),
    onProblem: (problem) => problems.push(problem),
    closeMs: 1000,
    ...options,
  });
  cleanups.push(() => consumer.close());
  return Object.defineProperties(
    { ids, problems, depth: () => consumer.depth(), close: () => consumer.close(), connected: false },
    { connected: { get: () => consumer.connected } },
  );
}

function shipTo(redisUrl: string, prefix: string, commandMs = 10_000): Shipper {
  const shipper = createQueueShipper({ redisUrl, prefix, commandMs });
  cleanups.push(() => shipper.close());
  return shipper;
}

/** As the outbox does it: again while Redis is away. */
async function insist(shipper: Shipper, events: readonly UsageEvent[]): Promise<void> {
  for (const end = Date.now() + 30_000; ;) {
    try {
      await shipper.ship(events);
      return;
    } catch (error) {
      if (error instanceof UsageRefused || String(error).includes("closed") || Date.now() > end) throw error;
      await delay(20);
    }
  }
}

/** Its outcome, later. */
function begin(shipper: Shipper, events: readonly UsageEvent[]): Promise<unknown> {
  return insist(shipper, events).then(
    () => "arrived",
    (error: unknown) => error,
  );
}

const start = async (...more: string[]): Promise<TestRedis> => {
  const redis = await startRedis({ arguments: more });
  cleanups.push(() => redis.close());
  return redis;
};

const BATCH = [intent("a"), intent("b")];
const MANY = Array.from({ length: 200 }, (_, index) => intent(`m${index}`));

withRedis(`the usage queue${skipped}`, () => {
  let redis: TestRedis;
  let client: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    client = new Redis(redis.port, "127.0.0.1");
  });
  afterAll(async () => {
    client.disconnect();
    await redis.close();
  });

  const lengthOf = (prefix: string, list: "wait" | "active"): Promise<number> =>
    client.llen(`{${prefix}:usage}:usage:${list}`);

  it("tells the sender that a batch arrived once the consumer has handled it, not before", async () => {
    const prefix = randomUUID();
    const handled = Promise.withResolvers<void>();
    consume(redis.url, prefix, { handle: () => handled.promise });
    let outcome: unknown;
    const shipping = begin(shipTo(redis.url, prefix), BATCH).then((value) => {
      outcome = value;
      return value;
    });
    await waitUntil(async () => (await lengthOf(prefix, "active")) === 1, "the batch is handled");
    expect(outcome).toBeUndefined();
    handled.resolve();
    expect(await shipping).toBe("arrived");
  });

  it("has its keys under a hash tag of its own, ids without a colon, and keeps nothing of what is done", async () => {
    const prefix = `mesh-${randomUUID()}`;
    const consumer = consume(redis.url, prefix);
    await insist(shipTo(redis.url, prefix), MANY);
    expect(consumer.ids).toEqual(attemptIds(MANY));
    const keys = await client.keys(`*${prefix}*`);
    for (const key of keys) expect(key.startsWith(`{${prefix}:usage}:usage:`)).toBe(true);
    const jobs = keys.filter((key) => /:usage:[0-9a-f]{40}$/.test(key));
    expect(jobs).toHaveLength(1);
    expect(await client.hget(jobs[0] ?? "", "data")).toBe('{"events":[]}');
  });

  it("has the same batch once, however often and by whomever it is shipped", async () => {
    const prefix = randomUUID();
    const consumer = consume(redis.url, prefix);
    const shippers = [shipTo(redis.url, prefix), shipTo(redis.url, prefix)];
    await Promise.all([...shippers, ...shippers].map((shipper) => insist(shipper, BATCH)));
    expect(consumer.ids).toEqual(["a", "b"]);
  });

  it("finds a batch done that was completed while its sender was gone", async () => {
    const prefix = randomUUID();
    const first = shipTo(redis.url, prefix);
    const shipping = begin(first, BATCH);
    await waitUntil(async () => (await lengthOf(prefix, "wait")) === 1, "the batch waits");
    await first.close();
    expect(String(await shipping)).toContain("closed");
    const consumer = consume(redis.url, prefix);
    await waitUntil(() => consumer.ids.length === 2, "the batch is handled");
    await insist(shipTo(redis.url, prefix), BATCH);
    expect(consumer.ids).toEqual(["a", "b"]);
  });

  it("tries a batch again until the ledger takes it", async () => {
    const prefix = randomUUID();
    let tries = 0;
    const consumer = consume(redis.url, prefix, {
      handle: async () => {
        tries += 1;
        if (tries < 4) throw new Error("the ledger is locked");
      },
    });
    await insist(shipTo(redis.url, prefix), BATCH);
    expect(tries).toBe(4);
    expect(consumer.problems).toEqual(["a batch of usage could not be handled: the ledger is locked"]);
  });

  it("tells the sender what the ledger refuses, each time it is asked", async () => {
    const prefix = randomUUID();
    let tries = 0;
    consume(redis.url, prefix, {
      handle: async () => {
        tries += 1;
        throw new UsageRefused("negative tokens");
      },
    });
    const shipper = shipTo(redis.url, prefix);
    for (const asked of [1, 2]) {
      const outcome = await begin(shipper, BATCH);
      expect(outcome).toBeInstanceOf(UsageRefused);
      expect(String(outcome)).toBe("UsageRefused: negative tokens");
      expect(tries).toBe(asked);
    }
  });

  it("adds a batch again that Redis has forgotten over an unbroken connection", async () => {
    const prefix = randomUUID();
    const shipper = shipTo(redis.url, prefix);
    const shipping = begin(shipper, BATCH);
    await waitUntil(async () => (await lengthOf(prefix, "wait")) === 1, "the batch waits");
    await client.flushall();
    await waitUntil(async () => (await lengthOf(prefix, "wait")) === 1, "it waits again");
    const consumer = consume(redis.url, prefix);
    expect(await shipping).toBe("arrived");
    expect(consumer.ids).toEqual(["a", "b"]);
  });

  it("refuses what is no batch", async () => {
    const prefix = randomUUID();
    const consumer = consume(redis.url, prefix);
    const shipper = shipTo(redis.url, prefix);
    await insist(shipper, BATCH);
    const outcome = await begin(shipper, "rubbish" as unknown as UsageEvent[]);
    expect(String(outcome)).toBe("UsageRefused: the batch has no entries");
    expect(consumer.ids).toEqual(["a", "b"]);
  });

  it("gives the batch of a consumer that is gone to another", async () => {
    const prefix = randomUUID();
    const hangs = consume(redis.url, prefix, { handle: () => new Promise(() => {}), lockMs: 2000, closeMs: 10 });
    const shipping = begin(shipTo(redis.url, prefix), BATCH);
    await waitUntil(async () => (await lengthOf(prefix, "active")) === 1, "the batch is handled");
    const other = consume(redis.url, prefix, { lockMs: 2000 });
    await hangs.close();
    expect(await shipping).toBe("arrived");
    expect(other.ids).toEqual(["a", "b"]);
  });

  it("finishes the batch at hand before it closes", async () => {
    const prefix = randomUUID();
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    let finished = false;
    const consumer = consume(redis.url, prefix, {
      closeMs: 5000,
      handle: async () => {
        started.resolve();
        await finish.promise;
        finished = true;
      },
    });
    const shipping = begin(shipTo(redis.url, prefix), BATCH);
    await started.promise;
    const closing = consumer.close();
    finish.resolve();
    await closing;
    expect(finished).toBe(true);
    expect(await shipping).toBe("arrived");
  });

  it("handles as many batches at a time as it is told to", async () => {
    const prefix = randomUUID();
    let underWay = 0;
    const both = Promise.withResolvers<void>();
    consume(redis.url, prefix, {
      concurrency: 2,
      handle: () => {
        underWay += 1;
        if (underWay === 2) both.resolve();
        return both.promise;
      },
    });
    const shipper = shipTo(redis.url, prefix);
    expect(await Promise.all([begin(shipper, [intent("a")]), begin(shipper, [intent("b")])])).toEqual([
      "arrived",
      "arrived",
    ]);
  });
});

withRedis(`the usage queue while Redis comes and goes${skipped}`, () => {
  it("fails at once where there is no Redis, and works when there is one", () =>
    whenQuiet(async () => {
      const redis = await start();
      await redis.kill();
      const prefix = randomUUID();
      const consumer = consume(redis.url, prefix);
      const shipper = shipTo(redis.url, prefix);
      const before = performance.now();
      await expect(shipper.ship(BATCH)).rejects.toThrow("Redis is away");
      expect(performance.now() - before).toBeLessThan(200);
      expect(consumer.connected).toBe(false);
      await redis.restart();
      await insist(shipper, BATCH);
      expect(consumer.ids).toEqual(["a", "b"]);
      expect(consumer.connected).toBe(true);
    }));

  it("fails within its time limit when Redis hangs, and goes on when it answers again", () =>
    whenQuiet(async () => {
      const redis = await start();
      const prefix = randomUUID();
      const consumer = consume(redis.url, prefix);
      const shipper = shipTo(redis.url, prefix, 1000);
      await insist(shipper, [intent("first")]);
      redis.freeze();
      const before = performance.now();
      await expect(shipper.ship(BATCH)).rejects.toThrow();
      expect(performance.now() - before).toBeLessThan(3000);
      redis.thaw();
      await insist(shipper, BATCH);
      expect(new Set(consumer.ids)).toEqual(new Set(["first", "a", "b"]));
    }));

  it.each([
    ["that has kept everything", ["--appendonly", "yes", "--appendfsync", "always"]],
    ["that has lost everything", []],
  ])("a batch that waits arrives over a restart of a Redis %s", async (_title, more) => {
    const redis = await start(...more);
    const prefix = randomUUID();
    const shipper = shipTo(redis.url, prefix);
    const shipping = begin(shipper, BATCH);
    const client = new Redis(redis.port, "127.0.0.1");
    client.on("error", () => {});
    cleanups.push(async () => client.disconnect());
    await waitUntil(async () => (await client.llen(`{${prefix}:usage}:usage:wait`)) === 1, "the batch waits");
    await redis.kill();
    await redis.restart();
    const consumer = consume(redis.url, prefix);
    expect(await shipping).toBe("arrived");
    expect(consumer.ids).toEqual(["a", "b"]);
  });

  it.each([
    ["that has kept everything", ["--appendonly", "yes", "--appendfsync", "always"]],
    ["that has lost everything", []],
  ])("a batch at hand arrives over a restart of a Redis %s", async (_title, more) => {
    const redis = await start(...more);
    const prefix = randomUUID();
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const ids: string[] = [];
    consume(redis.url, prefix, {
      lockMs: 2000,
      handle: async (events) => {
        started.resolve();
        await finish.promise;
        ids.push(...attemptIds(events));
      },
    });
    const shipping = begin(shipTo(redis.url, prefix), BATCH);
    await started.promise;
    await redis.kill();
    finish.resolve();
    await redis.restart();
    expect(await shipping).toBe("arrived");
    expect(new Set(ids)).toEqual(new Set(["a", "b"]));
  });

  it("closes soon although Redis is gone", () =>
    whenQuiet(async () => {
      const redis = await start();
      const prefix = randomUUID();
      const consumer = consume(redis.url, prefix, { closeMs: 200, lockMs: 2000 });
      const shipper = shipTo(redis.url, prefix);
      await insist(shipper, BATCH);
      await redis.kill();
      await waitUntil(() => !consumer.connected, "the consumer knows it");
      const before = performance.now();
      await Promise.all([consumer.close(), shipper.close()]);
      expect(performance.now() - before).toBeLessThan(1500);
    }));
});

withRedis(`the usage queue on other kinds of Redis${skipped}`, () => {
  it("works on a cluster", async () => {
    const cluster = await startRedisCluster();
    cleanups.push(() => cluster.close());
    const prefix = randomUUID();
    const consumer = consume(cluster.url, prefix);
    await insist(shipTo(cluster.url, prefix), MANY);
    expect(consumer.ids).toEqual(attemptIds(MANY));
  });

  it("works behind sentinels", async () => {
    const sentinel = await startRedisSentinel();
    cleanups.push(() => sentinel.close());
    const prefix = randomUUID();
    const consumer = consume(sentinel.url, prefix);
    await insist(shipTo(sentinel.url, prefix), MANY);
    expect(consumer.ids).toEqual(attemptIds(MANY));
  });

  it("refuses a URL that is none, without its password", () => {
    expect(() => createQueueShipper({ redisUrl: "http://:secret@x", prefix: "p" })).toThrow(TypeError);
    expect(() =>
      createUsageConsumer({ redisUrl: "http://:secret@x", prefix: "p", handle: async () => {}, onProblem: () => {} }),
    ).toThrow(/^(?!.*secret)/);
  });
});
