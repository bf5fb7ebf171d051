import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createSecret } from "@switchyard/service-kit";
import { budgetWindows } from "@switchyard/service-kit/calendar";
import type { State } from "@switchyard/state";
import { createRedisState } from "@switchyard/state/redis";
import { startRedis, type TestRedis, whyNoRedis } from "@switchyard/state/testing";
import { clientsChangedChannel } from "@switchyard/wire";

import { clientPolicy } from "../testing/client-policy.ts";
import { modelInfo } from "../testing/fake-service.ts";
import { type FakeWorker, startFakeWorker } from "../testing/fake-worker.ts";
import { costSettings } from "../testing/gateway-settings.ts";
import { MINIMAL, post, startMesh, type TestMesh, until } from "../testing/test-mesh.ts";

/** ms; a Redis that a busy machine holds up for a moment is not away. */
const PATIENT = 1000;
const PRICE = { input: 1000, output: 1000 };
const COST = 16_000_000;
const HEADERS = { "x-api-key": "laptop-key" };

const usedOf = async ({ state }: { state: State }): Promise<number> => {
  const [, day] = budgetWindows(Date.now(), "UTC");
  const allowance = { ...day, unit: "nanoDollars" as const, limit: 0 };
  const [status] = await state.readSpend([{ account: "client laptop", allowance }]);
  return status?.reserved === 0 ? status.used : Number.NaN;
};

/** In the plain words of Redis; true: somebody has heard it. */
async function publish(url: string, channel: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  socket.write(`PUBLISH ${channel} 1\r\n`);
  const [answer] = (await once(socket, "data")) as [string];
  socket.destroy();
  return answer.startsWith(":") && !answer.startsWith(":0");
}

const why = whyNoRedis();
const title = why === undefined ? "keys and budgets on Redis" : `keys and budgets on Redis [skipped: ${why}]`;

(why === undefined ? describe : describe.skip)(title, () => {
  const cleanups: (() => unknown)[] = [];
  let redis: TestRedis;
  let worker: FakeWorker;
  let folder = "";
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "switchyard-budgets-"));
    [redis, worker] = await Promise.all([startRedis(), startFakeWorker()]);
  });
  afterEach(async () => {
    for (const clean of cleanups.splice(0).toReversed()) await clean();
    worker.close();
    await redis.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<TestMesh & { state: State }> => {
    const state = createRedisState({ url: redis.url, commandTimeoutMs: PATIENT });
    cleanups.push(() => state.close());
    await until(() => state.snapshot().store === "shared");
    const mesh = await startMesh(1, {
      models: [[modelInfo("claude-test", { price: PRICE })]],
      settings: {
        redisUrl: createSecret(redis.url),
        stateDirectory: folder,
        costs: { ...costSettings(), workerUrl: worker.url, prices: [{ model: "claude-test", price: PRICE }] },
      },
      // so long that only a notice can bring a change
      deps: { state, clients: { policyIntervalMs: 3_600_000, spendIntervalMs: 3_600_000 } },
    });
    cleanups.push(() => mesh.close());
    return { ...mesh, state };
  };
  const tell = (day: number): void => {
    worker.policies = { revision: 1, clients: [clientPolicy("laptop", { budgets: { day } })] };
  };
  it("a key that comes is known at once by the notice of it", async () => {
    const mesh = await start();
    tell(1e9);
    // nobody listens yet where it was the first: a notice of a channel that is listened to is heard by one
    await until(() => publish(redis.url, clientsChangedChannel("switchyard:")));
    await until(async () => (await post(mesh, MINIMAL)).status === 401);
    expect((await post(mesh, MINIMAL, HEADERS)).status).toBe(200);
  });

  it("a budget is one for two gateways", async () => {
    tell(2.5 * COST);
    const [one, two] = [await start(), await start()];
    for (const [index, mesh] of [one, two, one].entries()) {
      expect((await post(mesh, MINIMAL, HEADERS)).status).toBe(200);
      await until(async () => (await usedOf(two)) === COST * (index + 1));
    }
    const refused = await Promise.all([one, two].map((mesh) => post(mesh, MINIMAL, HEADERS)));
    expect(refused.map(({ status }) => status)).toEqual([429, 429]);
  });

  it("without Redis a budget goes on from what was known, and what was spent meanwhile is told later", async () => {
    tell(2.5 * COST);
    const mesh = await start();
    expect((await post(mesh, MINIMAL, HEADERS)).status).toBe(200);
    await until(async () => (await usedOf(mesh)) === COST);
    redis.freeze();
    for (let count = 0; count < 2; count += 1) {
      expect((await post(mesh, MINIMAL, HEADERS)).status).toBe(200);
      await until(async () => (await usedOf(mesh)) === COST * (count + 2));
    }
    expect(mesh.state.snapshot().store).toBe("alone");
    expect((await post(mesh, MINIMAL, HEADERS)).status).toBe(429);
    redis.thaw();
    await until(() => mesh.state.snapshot().store === "shared");
    const other = await start();
    await until(async () => (await usedOf(other)) === 3 * COST);
    expect((await post(other, MINIMAL, HEADERS)).status).toBe(429);
  });
});
