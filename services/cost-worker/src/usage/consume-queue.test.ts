import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Shipper } from "@switchyard/outbox";
import { createQueueShipper } from "@switchyard/outbox/queue";
import { createSecret } from "@switchyard/service-kit";
import { startRedis, type TestRedis, whyNoRedis } from "@switchyard/state/testing";
import type { UsageEvent } from "@switchyard/wire";

import { createSqliteLedger } from "../ledger/index.ts";
import { startTestWorker, type TestWorker, type TestWorkerOptions } from "../testing/test-worker.ts";
import { costing, settlement } from "../testing/usage-events.ts";
import { waitFor } from "../testing/wait-for.ts";
import { workerSettings } from "../testing/worker-settings.ts";

const reason = whyNoRedis();
const describeWithRedis = reason === undefined ? describe : describe.skip;

describeWithRedis(`usage over the queue${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  let redis: TestRedis;
  let shipper: Shipper;
  let workers: TestWorker[] = [];

  beforeEach(async () => {
    redis = await startRedis();
    shipper = createQueueShipper({ redisUrl: redis.url, prefix: "switchyard:" });
  });
  afterEach(async () => {
    await shipper.close();
    await Promise.all(workers.map((worker) => worker.close()));
    workers = [];
    await redis.close();
  });

  async function start(options: TestWorkerOptions = {}): Promise<TestWorker> {
    const worker = await startTestWorker({
      ...options,
      settings: { redisUrl: createSecret(redis.url), ...options.settings },
      deps: { times: { queueLockMs: 1000, alertsMs: 10 }, ...options.deps },
    });
    workers.push(worker);
    return worker;
  }
  /** An outbox asks again until it is told that the ledger has them. */
  async function shipUntilTaken(events: readonly UsageEvent[]): Promise<void> {
    const own = shipper;
    for (;;) {
      try {
        await own.ship(events);
        return;
      } catch (error) {
        if (own !== shipper) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  it("is in the books when its sender is told", async () => {
    const worker = await start();
    await shipUntilTaken([costing(1), costing(2)]);
    expect(await totalOf(worker)).toMatchObject({ requests: 2, cost: 3 });
    expect((await worker.ask("/health")).json).toMatchObject({ status: "healthy", queue: "connected" });
    expect((await worker.ask("/metrics")).text).toMatch(/switchyard_usage_queue_depth\{.*\} 0\n/);
  });

  it("that comes by the queue and over HTTP is counted once", async () => {
    const worker = await start();
    const events = [costing(1), costing(2)];
    await Promise.all([shipUntilTaken(events), worker.ask("/usage", { json: { events } }), shipUntilTaken(events)]);
    expect(await totalOf(worker)).toMatchObject({ requests: 2, cost: 3 });
  });

  it("with an event that nobody understands is refused for ever; the others come by themselves", async () => {
    const worker = await start();
    const good = costing(1);
    const poisoned = { ...settlement(), usage: { ...settlement().usage, output: "lots" as unknown as number } };
    await waitFor(async () => (await worker.ask("/health")).json["queue"] === "connected");
    await expect(shipper.ship([good, poisoned])).rejects.toMatchObject({ name: "UsageRefused" });
    await shipUntilTaken([good]);
    expect(await totalOf(worker)).toMatchObject({ requests: 1, cost: 1 });
    expect((await worker.ask("/metrics")).text).toMatch(/switchyard_usage_events_total\{result="refused".*\} 1\n/);
  });

  it("waits while the ledger is away, and arrives when it is back", async () => {
    const settings = workerSettings({ settings: { redisUrl: createSecret(redis.url) } });
    const ledger = await createSqliteLedger({ file: settings.costs.databaseFile });
    const first = await start({ deps: { settings, ledger } });
    await ledger.close();
    let isTaken = false;
    const shipped = shipUntilTaken([costing(5)]).then(() => (isTaken = true));
    await waitFor(() => first.lines().some(({ message }) => message === "usage queue"));
    expect(isTaken).toBe(false);
    await first.close();
    workers = [];
    const second = await start({ deps: { settings } });
    await shipped;
    expect(await totalOf(second)).toMatchObject({ requests: 1, cost: 5 });
  });

  it("that a worker wrote and died before saying so is counted once by the next one", async () => {
    const { databaseFile } = workerSettings().costs;
    const fixture = path.join(__dirname, "__fixtures__", "worker-that-dies.ts");
    const child = spawn(process.execPath, [fixture, redis.url, databaseFile], { stdio: "ignore" });
    const gone = once(child, "exit");
    const shipped = shipUntilTaken([costing(7), costing(8)]);
    expect((await gone)[1]).toBe("SIGKILL");
    const worker = await start({ costs: { databaseFile } });
    await shipped;
    expect(await totalOf(worker)).toMatchObject({ requests: 2, cost: 15 });
  });

  it("goes on after Redis was killed", async () => {
    const worker = await start();
    await shipUntilTaken([costing(1)]);
    await redis.kill();
    await waitFor(async () => (await worker.ask("/health")).json["status"] === "degraded");
    await redis.restart();
    await shipUntilTaken([costing(2)]);
    expect(await totalOf(worker)).toMatchObject({ requests: 2, cost: 3 });
    await waitFor(async () => (await worker.ask("/health")).json["status"] === "healthy");
  });
});

async function totalOf(worker: TestWorker): Promise<unknown> {
  return (await worker.ask("/api/costs?by=")).json["total"];
}
