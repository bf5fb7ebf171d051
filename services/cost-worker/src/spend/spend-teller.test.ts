import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createSecret } from "@switchyard/service-kit";
import { budgetWindows } from "@switchyard/service-kit/calendar";
import type { State } from "@switchyard/state";
import { createRedisState } from "@switchyard/state/redis";
import { startRedis, type TestRedis, whyNoRedis } from "@switchyard/state/testing";
import { Redis } from "ioredis";

import { startTestWorker, type TestWorker } from "../testing/test-worker.ts";
import { costing } from "../testing/usage-events.ts";
import { waitFor } from "../testing/wait-for.ts";

const reason = whyNoRedis();
const describeWithRedis = reason === undefined ? describe : describe.skip;

describeWithRedis(`the books and what replicas share${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  let redis: TestRedis;
  let state: State;
  let worker: TestWorker;

  beforeEach(async () => {
    redis = await startRedis();
    state = createRedisState({ url: redis.url, prefix: "switchyard:", pollMs: 20 });
    worker = await startTestWorker({
      settings: { redisUrl: createSecret(redis.url) },
      deps: { times: { spendMs: 20 } },
    });
  });
  afterEach(async () => {
    await worker.close();
    await state.close();
    await redis.close();
  });

  /** Dollars that a gateway sees as spent today. */
  async function spentToday(account: string): Promise<number> {
    const day = budgetWindows(Date.now(), "UTC")[1];
    const allowance = { ...day, unit: "nanoDollars" as const, limit: 1e12 };
    const [status] = await state.readSpend([{ account, allowance }]);
    return (status?.used ?? 0) / 1e9;
  }

  it("agree on what was spent, of each client and of all", async () => {
    await waitFor(() => state.snapshot().store === "shared");
    const at = Date.now();
    await worker.ask("/usage", { json: { events: [costing(1, { client: "c1", at }), costing(2, { at })] } });
    await waitFor(async () => (await spentToday("client c1")) === 1 && (await spentToday("mesh")) === 3);
  });

  it("agree on each provider, model and session, in hour, day and month, read in one step", async () => {
    await waitFor(() => state.snapshot().store === "shared");
    const at = Date.now();
    const [first, second] = [
      costing(1, { at, session: "s1", model: "m1" }),
      costing(2, { at, session: "s1", model: "m2" }),
    ];
    await worker.ask("/usage", { json: { events: [first, second] } });
    const asked = ["provider anthropic", "session s1", "model m2"].flatMap((account) =>
      budgetWindows(Date.now(), "UTC").map((window) => ({
        account,
        allowance: { ...window, unit: "nanoDollars" as const, limit: 1e12 },
      })),
    );
    const dollars = async () => (await state.readSpend(asked)).map(({ used }) => used / 1e9).join();
    await waitFor(async () => (await dollars()) === "3,3,3,3,3,3,2,2,2");
    await worker.ask("/usage", { json: { events: [costing(4, { at, session: "s1", model: "m1" })] } });
    await waitFor(async () => (await dollars()) === "7,7,7,7,7,7,2,2,2");
  });

  it("agree again after Redis was emptied", async () => {
    await waitFor(() => state.snapshot().store === "shared");
    await worker.ask("/usage", { json: { events: [costing(4, { client: "c1", at: Date.now() })] } });
    await redis.restart();
    await state.close();
    state = createRedisState({ url: redis.url, prefix: "switchyard:", pollMs: 20 });
    await waitFor(() => state.snapshot().store === "shared");
    await waitFor(async () => (await spentToday("client c1")) === 4);
    await waitFor(async () => (await spentToday("provider anthropic")) === 4);
  });

  it("do not make the worker a replica", async () => {
    await waitFor(() => state.snapshot().store === "shared");
    await worker.ask("/usage", { json: { events: [costing(1, { at: Date.now() })] } });
    await waitFor(async () => (await spentToday("mesh")) === 1);
    await state.refresh();
    expect(state.snapshot().replicas).toBe(1);
  });

  it("tell on a channel that keys have changed", async () => {
    const listener = new Redis(redis.url);
    const heard: string[] = [];
    listener.on("message", (_channel: string, message: string) => heard.push(message));
    await listener.subscribe("switchyard:clients");
    const { json } = await worker.ask("/api/keys", { json: { name: "laptop" } });
    await waitFor(() => heard.length === 1);
    await worker.ask(`/api/keys/${String(json["id"])}`, { method: "DELETE" });
    await waitFor(() => heard.length === 2);
    expect(Number(heard[1])).toBeGreaterThan(Number(heard[0]));
    const { json: policies } = await worker.ask("/clients");
    expect(String(policies["revision"])).toBe(heard[1]);
    listener.disconnect();
  });

  it("keep the worker's doors open while Redis is away", async () => {
    await waitFor(async () => (await worker.ask("/health")).json["queue"] === "connected");
    await redis.kill();
    expect((await worker.ask("/api/keys", { json: { name: "laptop" } })).status).toBe(201);
    expect((await worker.ask("/usage", { json: { events: [costing(1)] } })).status).toBe(200);
    await waitFor(() => worker.lines().some(({ message }) => message === "Redis is not told what was spent"));
    expect(worker.lines().filter(({ message }) => message === "Redis is not told what was spent")).toHaveLength(1);
  });
});
