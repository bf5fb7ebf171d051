import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";
import { type RunningService, type Settings, SettingsError } from "@switchyard/service-kit";

import { startCostWorker } from "./start-cost-worker.ts";
import { type CapturedLog, captureLog } from "./testing/captured-log.ts";
import { costing } from "./testing/usage-events.ts";
import { waitFor } from "./testing/wait-for.ts";
import { workerSettings } from "./testing/worker-settings.ts";

let cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
  cleanups = [];
});

async function listen(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async (): Promise<void> => {
    server.close();
    await once(server, "close");
  };
  return { port: (server.address() as AddressInfo).port, close };
}

interface Started extends CapturedLog {
  service: RunningService;
  settings: Settings;
  /** What the next reading of the settings brings. */
  next(change: Partial<Settings["costs"]>): void;
  fail(error: Error): void;
}

async function start(): Promise<Started> {
  const { port, close } = await listen();
  await close();
  const settings = workerSettings({ costs: { host: "127.0.0.1", port } });
  const log = captureLog();
  let reload = (): Settings => settings;
  const service = await startCostWorker({ settings, logger: log.logger, reload: () => reload() });
  cleanups.push(() => service.close());
  return {
    ...log,
    service,
    settings,
    next: (change) => {
      reload = () => ({ ...settings, revision: JSON.stringify(change), costs: { ...settings.costs, ...change } });
    },
    fail: (error) => {
      reload = () => {
        throw error;
      };
    },
  };
}

async function ask(url: string, method: "GET" | "POST" = "GET", body?: object) {
  const answer = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

/** Undefined while it changes over. */
async function costs({ service }: Started): Promise<Record<string, unknown> | undefined> {
  return await ask(`${service.urls[0]}/api/costs`).then(
    ({ json }) => json,
    () => undefined,
  );
}

const inZone = (started: Started, zone: string) => async () => (await costs(started))?.["time_zone"] === zone;

describe("a worker whose settings are read anew", () => {
  it("works on by them, over the same books", async () => {
    const started = await start();
    const [url] = started.service.urls;
    expect((await ask(`${url}/usage`, "POST", { events: [costing(2)] })).status).toBe(200);
    started.next({ timeZone: "Asia/Tokyo" });
    const { status, json } = await ask(`${url}/api/config/reload`, "POST");
    expect([status, json]).toMatchObject([200, { status: "success", changed: ["cost-worker"] }]);
    await waitFor(inZone(started, "Asia/Tokyo"));
    expect((await ask(`${url}/usage`, "POST", { events: [costing(3)] })).status).toBe(200);
    expect(JSON.stringify(await costs(started))).toContain('"cost":5');
  });

  it("goes on untouched where nothing has changed", async () => {
    const started = await start();
    const { json } = await ask(`${started.service.urls[0]}/api/config/reload`, "POST");
    expect(json).toMatchObject({ changed: [] });
    expect(started.lines().filter(({ message }) => message === "settings read anew")).toEqual([]);
  });

  it("keeps the old ones when there is a problem in the new ones", async () => {
    const started = await start();
    started.fail(new SettingsError([{ path: "costs.port", problem: "is no number", remedy: "Write a number." }]));
    const { status, json } = await ask(`${started.service.urls[0]}/api/config/reload`, "POST");
    expect(status).toBe(400);
    expect(JSON.stringify(json)).toContain("costs.port: is no number. Write a number.");
    expect(await inZone(started, "UTC")()).toBe(true);
  });

  it("goes back to the old ones when it cannot open by the new ones, and says so", async () => {
    const started = await start();
    const taken = await listen();
    cleanups.push(taken.close);
    started.next({ port: taken.port });
    await ask(`${started.service.urls[0]}/api/config/reload`, "POST");
    await waitFor(() => started.text().includes("so the old ones stay"));
    await waitFor(inZone(started, "UTC"));
    started.next({ timeZone: "Asia/Tokyo" });
    await ask(`${started.service.urls[0]}/api/config/reload`, "POST");
    await waitFor(inZone(started, "Asia/Tokyo"));
  });

  it("closes what is open at last, also while it changes over", async () => {
    const started = await start();
    started.next({ timeZone: "Asia/Tokyo" });
    await ask(`${started.service.urls[0]}/api/config/reload`, "POST");
    await started.service.close();
    expect(await costs(started)).toBeUndefined();
  });
});
