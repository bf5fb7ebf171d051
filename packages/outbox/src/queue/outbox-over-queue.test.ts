import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import { describe, expect, it } from "@jest/globals";
import { startRedis, waitUntil, whyNoRedis } from "@switchyard/state/testing";

import { onEnd, open } from "../__fixtures__/outboxes.ts";
import { attemptIds, intent } from "../__fixtures__/usage-events.ts";
import { UsageRefused } from "../outbox.ts";
import { createQueueShipper } from "./create-queue-shipper.ts";
import { createUsageConsumer } from "./create-usage-consumer.ts";

const reason = whyNoRedis();
const withRedis = reason === undefined ? describe : describe.skip;
const skipped = reason === undefined ? "" : ` (skipped: ${reason})`;

withRedis(`an outbox that ships through the queue${skipped}`, () => {
  it.each([
    ["keeps what it has", ["--appendonly", "yes", "--appendfsync", "everysec"]],
    ["is empty each time", []],
  ])("brings every entry to the ledger while Redis is killed again and again and %s", async (_title, more) => {
    const redis = await startRedis({ arguments: more });
    onEnd(() => redis.close());
    const prefix = randomUUID();
    const ids: string[] = [];
    const consumer = createUsageConsumer({
      redisUrl: redis.url,
      prefix,
      lockMs: 600,
      closeMs: 1000,
      handle: async (events) => {
        // Long enough to be hit in the middle of it.
        await delay(10);
        ids.push(...attemptIds(events));
      },
      onProblem: () => {},
    });
    onEnd(() => consumer.close());
    const outbox = open({ shipper: createQueueShipper({ redisUrl: redis.url, prefix, commandMs: 500 }) });
    const names: string[] = [];
    for (let kill = 0; kill < 6; kill += 1) {
      for (let count = 0; count < 150; count += 1) {
        const name = `k${kill}-${count}`;
        names.push(name);
        outbox.append(intent(name));
        if (count % 10 === 0) await delay(3);
      }
      await redis.kill();
      outbox.append(intent(`down-${kill}`));
      names.push(`down-${kill}`);
      await redis.restart();
      const had = ids.length;
      await waitUntil(() => ids.length > had, `something arrives again (${kill})`);
    }
    await outbox.drained(20_000);
    const arrived = new Set(ids);
    expect(names.filter((name) => !arrived.has(name))).toEqual([]);
    expect(outbox.status()).toMatchObject({ waiting: 0, rejected: 0, lost: 0 });
  });

  it("sets aside the one entry that the ledger refuses, and brings the others", async () => {
    const redis = await startRedis();
    onEnd(() => redis.close());
    const prefix = randomUUID();
    const ids: string[] = [];
    const consumer = createUsageConsumer({
      redisUrl: redis.url,
      prefix,
      handle: async (events) => {
        if (attemptIds(events).includes("a21")) throw new UsageRefused("no such kind");
        ids.push(...attemptIds(events));
      },
      onProblem: () => {},
    });
    onEnd(() => consumer.close());
    const outbox = open({ shipper: createQueueShipper({ redisUrl: redis.url, prefix }) });
    const names = Array.from({ length: 40 }, (_, index) => `a${index}`);
    for (const name of names) outbox.append(intent(name));
    await outbox.drained(30_000);
    expect(ids).toEqual(names.filter((name) => name !== "a21"));
    expect(outbox.status()).toMatchObject({ rejected: 1, waiting: 0 });
    expect(outbox.problems.at(-1)).toContain("attempt a21");
  });

  it("brings thousands of entries per second", async () => {
    const redis = await startRedis();
    onEnd(() => redis.close());
    const prefix = randomUUID();
    let count = 0;
    const consumer = createUsageConsumer({
      redisUrl: redis.url,
      prefix,
      handle: async (events) => {
        count += events.length;
      },
      onProblem: () => {},
    });
    onEnd(() => consumer.close());
    const outbox = open({ shipper: createQueueShipper({ redisUrl: redis.url, prefix }) });
    for (let index = 0; index < 10_000; index += 1) outbox.append(intent(`a${index}`));
    const before = performance.now();
    await outbox.drained(30_000);
    process.stdout.write(`10,000 entries through the queue in ${Math.round(performance.now() - before)} ms\n`);
    expect(count).toBe(10_000);
  });
});
