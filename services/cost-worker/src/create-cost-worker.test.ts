import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";
import { createSecret } from "@switchyard/service-kit";

import { startTestWorker, type TestWorker, type TestWorkerOptions } from "./testing/test-worker.ts";
import { attemptFacts, costing, intent, settlement } from "./testing/usage-events.ts";
import { workerSettings } from "./testing/worker-settings.ts";
import { waitFor } from "./testing/wait-for.ts";

let running: TestWorker[] = [];
let cleanups: (() => unknown)[] = [];
const TIMES = { alertsMs: 5, lostIntentsMs: 5 };

async function start(options: TestWorkerOptions = {}): Promise<TestWorker> {
  const worker = await startTestWorker({ ...options, deps: { times: TIMES, ...options.deps } });
  running.push(worker);
  return worker;
}

afterEach(async () => {
  await Promise.all(running.map((worker) => worker.close()));
  for (const cleanup of cleanups) cleanup();
  running = [];
  cleanups = [];
});

const send = (worker: TestWorker, ...events: unknown[]) => worker.ask("/usage", { json: { events } });
const alertsOf = async (worker: TestWorker) =>
  (await worker.ask("/api/alerts")).json["alerts"] as Record<string, unknown>[];

describe("alerts", () => {
  const thresholds = { hourlyNanoDollars: 10e9, dailyNanoDollars: 50e9, runawayFactor: 0, driftShare: 1e9 };

  it("come once for each crossing, to the log, the API and webhooks, however many requests follow", async () => {
    const posted: string[] = [];
    const receiver = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        posted.push(body);
        response.end();
      });
    }).listen(0, "127.0.0.1");
    cleanups.push(() => receiver.close());
    await once(receiver, "listening");
    const url = createSecret(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
    const worker = await start({ alerts: { ...thresholds, webhooks: [{ url, format: "json" }] } });
    for (let index = 0; index < 30; index += 1) {
      await send(worker, costing(1, { provider: "openrouter" }));
    }
    await waitFor(() => posted.length === 2);
    const alerts = await alertsOf(worker);
    expect(new Set(alerts.map(({ alert_type, subject }) => `${String(alert_type)} of ${String(subject)}`))).toEqual(
      new Set(["hourly_cost_exceeded of openrouter", "hourly_cost_exceeded of total"]),
    );
    expect(alerts[0]).toMatchObject({ threshold: 10, active: true });
    expect(worker.lines().filter(({ message }) => message === "alert")).toHaveLength(2);
    expect(new Set(posted.map((body) => (JSON.parse(body) as { id: number }).id))).toEqual(
      new Set(alerts.map(({ id }) => id)),
    );
  });

  it("are not told again by the next worker", async () => {
    const settings = workerSettings({ alerts: thresholds });
    const first = await startTestWorker({ deps: { settings, times: TIMES } });
    await send(first, costing(60));
    await waitFor(async () => (await alertsOf(first)).length === 4);
    await first.close();
    const second = await start({ deps: { settings } });
    await send(second, costing(1));
    await waitFor(async () => ((await second.ask("/api/stats")).json["total_cost"] as number) === 61);
    expect(await alertsOf(second)).toHaveLength(4);
    expect(second.lines().filter(({ message }) => message === "alert")).toEqual([]);
  });

  it("come at 75, 90 and 100 percent of a client's budget and of the mesh's", async () => {
    const client = {
      id: "c1",
      name: "laptop",
      keyDigest: "0".repeat(64),
      budgets: { month: 10e9 },
      strict: false,
      overBudget: "refuse" as const,
      createdAt: 0,
      source: "configuration" as const,
    };
    const worker = await start({
      settings: { clients: [client] },
      costs: { budgets: { month: 100e9 } },
      alerts: { budgetShares: [0.75, 0.9, 1], hourlyNanoDollars: 1e12 },
    });
    const messages = async () => (await alertsOf(worker)).map(({ message }) => message);
    await send(worker, costing(7.6, { client: "c1" }));
    await waitFor(async () => (await messages()).length === 1);
    await send(worker, costing(1.5, { client: "c1" }));
    await waitFor(async () => (await messages()).length === 2);
    await send(worker, costing(5, { client: "c1" }));
    await waitFor(async () => (await messages()).length === 3);
    expect((await messages()).toReversed()).toEqual([
      "client laptop: 75% of the budget of this month is used ($7.60 of $10.00)",
      "client laptop: 90% of the budget of this month is used ($9.10 of $10.00)",
      "client laptop: the budget of this month is used up ($14.10 of $10.00)",
    ]);
  });

  it("count what was billed: a subscription's tokens cost nothing more", async () => {
    const worker = await start({ alerts: thresholds });
    await send(worker, costing(500, { subscription: true }), costing(1));
    await waitFor(async () => ((await worker.ask("/api/stats")).json["total_cost"] as number) === 501);
    expect(await alertsOf(worker)).toEqual([]);
  });

  it("tell of a model whose price nobody knows", async () => {
    const worker = await start({ alerts: thresholds });
    const model = { model: "mystery-9", upstreamModel: "mystery-9", askedModel: "mystery-9" };
    await send(worker, settlement({ attempt: model }), settlement({ attempt: model }));
    await waitFor(async () => (await alertsOf(worker)).length === 1);
    expect(await alertsOf(worker)).toEqual([
      expect.objectContaining({ alert_type: "unknown_price", subject: "anthropic mystery-9" }),
    ]);
  });
});

describe("an attempt that was never settled", () => {
  it("is in the books as an estimate when its lease is over, and is told in the log", async () => {
    const worker = await start();
    const attempt = attemptFacts({ estimatedInputTokens: 2000 });
    await send(worker, intent({ attempt, leaseUntil: Date.now() - 1 }));
    await waitFor(async () => {
      const { json } = await worker.ask("/api/costs?by=outcome");
      return (json["rows"] as unknown[]).length === 1;
    });
    const { json } = await worker.ask("/api/costs?by=outcome");
    expect(json["rows"]).toEqual([
      expect.objectContaining({ outcome: "unknown", uncached_input: 2000, output: 0, cost_nano_dollars: 6_000_000 }),
    ]);
    expect(worker.lines().find(({ level }) => level === "warn")).toMatchObject({ attemptId: attempt.attemptId });
    expect((await worker.ask("/health")).json).toMatchObject({ open_intents: 0 });
  });

  it("waits as long as its lease", async () => {
    const worker = await start();
    await send(worker, intent(), intent());
    expect((await worker.ask("/health")).json).toMatchObject({ status: "healthy", open_intents: 2, store: "sqlite" });
    expect((await worker.ask("/metrics")).text).toMatch(/switchyard_open_intents\{.*\} 2\n/);
  });
});

describe("the metrics", () => {
  it("have the names that dashboards know, with bounded labels", async () => {
    const worker = await start();
    await send(
      worker,
      settlement({ usage: { uncachedInput: 10, cacheRead: 20, cacheWrite5m: 30, cacheWrite1h: 40, output: 50 } }),
      settlement({ outcome: "failure", failure: "overloaded", usage: { uncachedInput: 0, output: 0 } }),
      settlement({ outcome: "aborted", usage: { estimated: true } }),
      ...Array.from({ length: 50 }, (_, index) =>
        costing(1, { provider: `invented-${index}`, model: `model-${index}`, upstreamModel: `model-${index}` }),
      ),
    );
    const { text } = await worker.ask("/metrics");
    const value = (name: string, labels: string): number => {
      const line = text.split("\n").find((one) => one.startsWith(`${name}{`) && one.includes(labels));
      return Number(line?.split(" ").at(-1));
    };
    const sonnet = 'provider="anthropic",model="claude-sonnet-4-5"';
    expect(value("claude_multimodel_requests_total", `${sonnet},status="success"`)).toBe(1);
    expect(value("claude_multimodel_requests_total", `${sonnet},status="error"`)).toBe(1);
    expect(value("claude_multimodel_requests_total", `${sonnet},status="aborted"`)).toBe(1);
    expect(value("claude_multimodel_tokens_total", `${sonnet},type="cache_read"`)).toBe(20);
    expect(value("claude_multimodel_tokens_total", `${sonnet},type="cache_write"`)).toBe(70);
    expect(value("claude_multimodel_response_time_seconds_count", sonnet)).toBe(3);
    expect(value("switchyard_first_token_seconds_count", sonnet)).toBe(3);
    expect(value("claude_multimodel_cost_total", 'provider="other",model="other"')).toBe(50);
    expect(value("switchyard_cost_by_source_total", 'provider="other",source="reported"')).toBe(50);
    expect(value("switchyard_cost_by_source_total", 'source="estimated"')).toBeGreaterThan(0);
    expect(text).not.toContain("invented-");
    expect(text).toContain("switchyard_ledger_lag_seconds_bucket");
  });
});

describe("without Redis", () => {
  it("the queue and its client are not even loaded", async () => {
    const worker = await start();
    expect((await worker.ask("/health")).json).toMatchObject({ queue: "none" });
    expect(Object.keys(require.cache).filter((file) => /bullmq|ioredis/.test(file))).toEqual([]);
  });
});
