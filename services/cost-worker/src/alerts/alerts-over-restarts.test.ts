import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createSecret, type Settings, type WebhookSettings } from "@switchyard/service-kit";

import { startPostgres, type TestPostgres, whyNoPostgres } from "../ledger/testing/start-postgres.ts";
import { startTestWorker, type TestWorker } from "../testing/test-worker.ts";
import { costing, settlement } from "../testing/usage-events.ts";
import { waitFor } from "../testing/wait-for.ts";
import { workerSettings } from "../testing/worker-settings.ts";

const MINUTE = 60_000;
const TIMES = { alertsMs: 5, webhookDelaysMs: [20, 20, 3000], webhookTimeoutMs: 3000 };
/*
 * Looking takes a small part of the time: where a look was slow the next one is later. That is waited for, and never
 * less than a lease takes.
 */

/** Nothing but what a test is about. */
const QUIET = { runawayFactor: 0, driftShare: 1e9, budgetShares: [] };
const WATCHFUL = { runawayFactor: 10, runawayNanoDollarsPerMinute: 0.01e9, driftShare: 0.05, budgetShares: [] };

let running: TestWorker[] = [];
let receiver: Server;
let posted: { id: string; signature: string | undefined }[] = [];
let status = 200;

beforeEach(async () => {
  posted = [];
  status = 200;
  receiver = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      const { "x-switchyard-alert": id, "x-switchyard-signature": signature } = request.headers;
      posted.push({ id: String(id), signature: signature === undefined ? undefined : String(signature) });
      response.writeHead(status).end();
    });
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
});

afterEach(async () => {
  await Promise.all(running.map((worker) => worker.close()));
  running = [];
  receiver.close();
});

const hook = (): WebhookSettings => ({
  url: createSecret(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`),
  format: "json",
  secret: createSecret("hush"),
});

async function start(settings: Settings): Promise<TestWorker> {
  const worker = await startTestWorker({ deps: { settings, times: TIMES } });
  running.push(worker);
  return worker;
}

async function stop(worker: TestWorker): Promise<void> {
  running = running.filter((one) => one !== worker);
  await worker.close();
}

async function send(worker: TestWorker, events: readonly unknown[]): Promise<void> {
  expect((await worker.ask("/usage", { json: { events } })).status).toBe(200);
}

interface Shown {
  id: number;
  alert_type: string;
  active: boolean;
}

async function alertsOf(worker: TestWorker): Promise<Shown[]> {
  return (await worker.ask("/api/alerts")).json["alerts"] as Shown[];
}

/** What an agent spends in three steady minutes; and at once. */
const past = (agent = "busy") =>
  Array.from({ length: 6 }, (_, place) =>
    costing(0.002, { session: "s", agent, at: Date.now() - (2 + (place % 3)) * MINUTE }),
  );
const burst = (agent = "busy") => [costing(0.9, { session: "s", agent, at: Date.now() - 1500 })];
/** Answers for which the provider charges half as much again as the table says. */
const dearer = (count: number) =>
  Array.from({ length: count }, () => settlement({ usage: { reportedCostNanoDollars: 6_750_000 } }));

const toldIn = (workers: readonly TestWorker[]): number =>
  workers.reduce((sum, worker) => sum + worker.lines().filter(({ message }) => message === "alert").length, 0);

describe("a worker that starts anew", () => {
  it("knows an agent's past, and sees it run away", async () => {
    const settings = workerSettings({ alerts: WATCHFUL });
    const first = await start(settings);
    await send(first, past());
    await stop(first);
    const second = await start(settings);
    await send(second, burst());
    await waitFor(async () => (await alertsOf(second)).length > 0);
    expect(await alertsOf(second)).toMatchObject([{ alert_type: "agent_runaway", active: true }]);
  });

  it("knows that an agent is still running away, and neither ends nor repeats what was told", async () => {
    const settings = workerSettings({ alerts: WATCHFUL });
    const first = await start(settings);
    await send(first, [...past(), ...burst()]);
    await waitFor(async () => (await alertsOf(first)).length > 0);
    await stop(first);
    const second = await start(settings);
    // It has looked when it has raised what another agent does.
    await send(second, [...past("other"), ...burst("other")]);
    await waitFor(async () => (await alertsOf(second)).length === 2);
    expect((await alertsOf(second)).map(({ active }) => active)).toEqual([true, true]);
    expect(toldIn([second])).toBe(1);
  });

  it("knows what a provider has charged, and sees its price drift", async () => {
    const settings = workerSettings({ alerts: WATCHFUL });
    const first = await start(settings);
    await send(first, dearer(15));
    await stop(first);
    const second = await start(settings);
    await send(second, dearer(5));
    await waitFor(async () => (await alertsOf(second)).length > 0);
    expect(await alertsOf(second)).toMatchObject([{ alert_type: "price_drift" }]);
    expect(toldIn([first])).toBe(0);
  });

  it("delivers what the one before could not, signed, under the same id", async () => {
    const settings = workerSettings({ alerts: { ...QUIET, hourlyNanoDollars: 1e9, webhooks: [hook()] } });
    status = 503;
    const first = await start(settings);
    await send(first, [costing(5)]);
    await waitFor(() => posted.length >= 6);
    expect((await first.ask("/health")).json["waiting_webhooks"]).toBe(2);
    await stop(first);
    status = 204;
    const second = await start(settings);
    await waitFor(async () => (await second.ask("/health")).json["waiting_webhooks"] === 0);
    const ids = (await alertsOf(second)).map(({ id }) => String(id));
    expect(
      posted
        .slice(-2)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids.toSorted());
    expect(posted.every(({ signature }) => /^t=\d+,v1=[0-9a-f]{64}$/.test(signature ?? ""))).toBe(true);
    expect(toldIn([second])).toBe(0);
  });
});

const why = whyNoPostgres();
if (why !== undefined) {
  it.skip(`several workers on Postgres (skipped: ${why})`, () => undefined);
} else {
  describe("several workers on Postgres", () => {
    let server: TestPostgres | undefined;
    let settings: Settings;

    beforeAll(async () => {
      server = await startPostgres();
    }, 180_000);
    afterAll(async () => server?.close());

    async function startWorkers(count: number, alerts: Partial<Settings["costs"]["alerts"]>): Promise<TestWorker[]> {
      const databaseUrl = createSecret((await server?.createDatabase()) ?? "");
      settings = workerSettings({ alerts, costs: { databaseUrl } });
      return Promise.all(Array.from({ length: count }, () => start(settings)));
    }

    it("tell once of a runaway agent that none of them has seen alone, and it stays open while it lasts", async () => {
      const workers = await startWorkers(3, { ...WATCHFUL, webhooks: [hook()] });
      const [one, two, three] = workers as [TestWorker, TestWorker, TestWorker];
      const steady = past();
      await send(one, steady.slice(0, 2));
      await send(two, steady.slice(2));
      await send(three, burst());
      await waitFor(async () => (await alertsOf(one)).length > 0, 60_000);
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(workers.map((worker) => send(worker, [costing(0.001, { session: `q${round}` })])));
      }
      expect(await alertsOf(two)).toMatchObject([{ alert_type: "agent_runaway", active: true }]);
      expect(toldIn(workers)).toBe(1);
      await waitFor(() => posted.length === 1);
    }, 120_000);

    it("tell once of a crossing that all of them see, to the log and to the webhook", async () => {
      const workers = await startWorkers(3, { ...QUIET, hourlyNanoDollars: 1e9, webhooks: [hook()] });
      await Promise.all(workers.map((worker) => send(worker, [costing(5)])));
      const [first] = workers as [TestWorker];
      await waitFor(() => posted.length >= 2, 60_000);
      await waitFor(async () => (await first.ask("/health")).json["waiting_webhooks"] === 0);
      expect(await alertsOf(first)).toHaveLength(2);
      expect(toldIn(workers)).toBe(2);
      expect(new Set(posted.map(({ id }) => id)).size).toBe(2);
      expect(posted).toHaveLength(2);
      expect(posted.every(({ signature }) => /^t=\d+,v1=[0-9a-f]{64}$/.test(signature ?? ""))).toBe(true);
    }, 120_000);

    it("go on where one of them has ended: with its alerts, and with what its webhooks have not taken", async () => {
      const [one, two] = (await startWorkers(2, { ...QUIET, hourlyNanoDollars: 1e9, webhooks: [hook()] })) as [
        TestWorker,
        TestWorker,
      ];
      status = 500;
      await send(one, [costing(5)]);
      await waitFor(() => posted.length >= 1, 60_000);
      await stop(one);
      status = 200;
      await waitFor(async () => (await two.ask("/health")).json["waiting_webhooks"] === 0, 60_000);
      expect(new Set(posted.map(({ id }) => id)).size).toBe(2);
      await send(two, [costing(5, { provider: "openrouter" })]);
      await waitFor(async () => (await alertsOf(two)).length === 3, 60_000);
    }, 120_000);
  });
}
