import { afterEach, describe, expect, it } from "@jest/globals";
import { type Settings, SettingsError, type SettingsHolder } from "@switchyard/service-kit";
import { createRedisState } from "@switchyard/state/redis";
import { type RedisProcess, startRedisProcess, whenQuiet, whyNoRedis } from "@switchyard/state/testing";

import { answerError, answerText } from "./testing/fake-service.ts";
import { gatewaySettings } from "./testing/gateway-settings.ts";
import { get, post, STREAMED, startMesh, type TestMesh, until } from "./testing/test-mesh.ts";

const why = whyNoRedis();
const name = "two gateways on one Redis";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

interface Fleet {
  redis: RedisProcess;
  first: TestMesh;
  second: TestMesh;
}

/**
 * Two gateways with provider services of their own, called one in both, and one Redis, which they wait for longer than
 * usual: a busy machine holds it up.
 */
async function startFleet({
  patienceMs = 1000,
  reload,
}: { patienceMs?: number; reload?: (holder: SettingsHolder) => Settings } = {}): Promise<Fleet> {
  const redis = await startRedisProcess();
  open.push(() => redis.close());
  const offsetMs = Date.now() % 600_000;
  const start = async (): Promise<TestMesh> => {
    const state = createRedisState({ url: `redis://127.0.0.1:${redis.port}`, commandTimeoutMs: patienceMs });
    const mesh: TestMesh = await startMesh(2, {
      providers: [
        { limits: [{ resource: "requests", algorithm: "fixed_window", limit: 4, windowMs: 600_000, offsetMs }] },
      ],
      settings: { circuitBreaker: { failureThreshold: 3, recoveryTimeoutMs: 60_000 } },
      deps: { state, ...(reload === undefined ? {} : { reload: () => reload(mesh.holder) }) },
    });
    open.push(
      () => state.close(),
      () => mesh.close(),
    );
    await until(() => state.snapshot().store === "shared");
    return mesh;
  };
  return { redis, first: await start(), second: await start() };
}

const providerOf = async (mesh: TestMesh): Promise<string | null> =>
  (await post(mesh)).headers.get("x-switchyard-provider");

(why === undefined ? describe : describe.skip)(why === undefined ? name : `${name} [skipped: ${why}]`, () => {
  it("never take more of a limit together than there is", async () => {
    const { first, second } = await startFleet();
    const answers = await Promise.all([first, second, first, second, first, second, first].map(providerOf));
    expect(answers.filter((provider) => provider === "one")).toHaveLength(4);
    expect(answers.filter((provider) => provider === "two")).toHaveLength(3);
  });

  it("see each other's breakers open within a second", () =>
    whenQuiet(async () => {
      const { first, second } = await startFleet();
      first.services[0]?.answers(answerError(500, "api_error", "overloaded"));
      for (let count = 0; count < 3; count += 1) await post(first);
      const openedAt = performance.now();
      await until(async () => {
        const { json } = await get(second, "/admin/provider/one/health");
        return JSON.stringify(json).includes('"state":"open"');
      });
      expect(performance.now() - openedAt).toBeLessThan(1000);
      expect(await providerOf(second)).toBe("two");
      expect(second.services[0]?.requests).toHaveLength(0);
    }));

  it("share the strategy that was chosen at run time, and the records of decisions", async () => {
    const { first, second } = await startFleet();
    await post(first, { strategy: "round_robin" }, {}, "/admin/routing-strategy");
    await until(async () => {
      const { json } = await get(second, "/info");
      return json["routing_strategy"] === "round_robin";
    });
    const id = (await post(first)).headers.get("request-id") ?? "";
    await until(async () => (await get(second, `/admin/explain/${id}`)).status === 200);
    const turns = [await providerOf(first), await providerOf(second), await providerOf(first)];
    expect(turns[0]).toBe(turns[2]);
    expect(turns[0]).not.toBe(turns[1]);
  });

  it("read their settings anew when one of them is told to", async () => {
    let priority = 0;
    const { first, second } = await startFleet({
      reload: (holder) => {
        const [one, ...others] = holder.current().providers;
        if (one === undefined) throw new Error("two providers were asked for");
        return gatewaySettings([{ ...one, priority }, ...others]);
      },
    });
    for (priority of [50, 60]) {
      expect((await post(first, {}, {}, "/api/config/reload")).json).toMatchObject({ changed: true });
      await until(() => second.holder.current().providers.some((provider) => provider.priority === priority));
    }
    priority = 70;
    expect((await post(second, {}, {}, "/api/config/reload")).json).toMatchObject({ changed: true });
    await until(() => first.holder.current().providers.some((provider) => provider.priority === 70));
  });

  it("keep their settings where what is new makes no sense to them", async () => {
    let isRead = 0;
    const { first, second } = await startFleet({
      reload: (holder) => {
        isRead += 1;
        if (holder === second.holder) throw new SettingsError([{ path: "x", problem: "is wrong", remedy: "Mend it." }]);
        return gatewaySettings(holder.current().providers.slice(0, 1));
      },
    });
    const before = second.holder.current();
    expect((await post(first, {}, {}, "/api/config/reload")).status).toBe(200);
    await until(() => isRead === 2);
    expect(second.holder.current()).toBe(before);
    expect(await providerOf(second)).toBe("one");
  });

  it("go on answering when Redis is killed, say so, and share again when it is back", async () => {
    const { redis, first, second } = await startFleet();
    await redis.kill();
    const answers = await Promise.all([first, second, first, second].map((mesh) => post(mesh, STREAMED)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await get(first, "/stats")).json).toMatchObject({ router_stats: { store: "alone" } });
    await redis.restart();
    await until(async () => {
      const { json } = await get(first, "/stats");
      return (json["router_stats"] as { store: string }).store === "shared";
    });
    first.services[0]?.answers(answerText("one"));
    expect((await post(first)).status).toBe(200);
  });

  it("answer as quickly as ever while Redis hangs", () =>
    whenQuiet(async () => {
      const { redis, first } = await startFleet({ patienceMs: 50 });
      redis.freeze();
      open.push(() => redis.thaw());
      for (let count = 0; count < 3; count += 1) await post(first);
      const startedAt = performance.now();
      expect((await post(first)).status).toBe(200);
      expect(performance.now() - startedAt).toBeLessThan(150);
      redis.thaw();
    }));
});
