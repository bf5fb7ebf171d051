import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startRedis, type TestRedis, waitUntil, whyNoRedis, whenQuiet } from "../testing/index.ts";
import { connectRedis } from "./connect-redis.ts";
import type { RedisClient } from "./open-redis.ts";
import { createKeyBuilder } from "./key-builder.ts";
import { loadScripts } from "./load-scripts.ts";
import { createScriptRunner, type ScriptRunner, StoreAwayError } from "./script-runner.ts";

const why = whyNoRedis();
const title = why === undefined ? "asking Redis" : `asking Redis [skipped: ${why}]`;

(why === undefined ? describe : describe.skip)(title, () => {
  let redis: TestRedis;
  let client: RedisClient;
  let runner: ScriptRunner;
  /** For what has to be answered, however busy the machine is. */
  let patient: ScriptRunner;
  const keys = createKeyBuilder("runner:");

  beforeAll(async () => {
    redis = await startRedis();
    client = connectRedis({ url: redis.url, onError: () => {} });
    const scripts = loadScripts();
    runner = createScriptRunner({ client, scripts, timeoutMs: 50 });
    patient = createScriptRunner({ client, scripts, timeoutMs: 10_000 });
    await waitUntil(() => client.status === "ready", "it is connected");
  });
  afterAll(async () => {
    client.disconnect();
    await redis.close();
  });

  it("sends a script once, and its digest from then on", async () => {
    await patient.run("wake", keys.shared, [""]);
    await patient.run("wake", keys.shared, [""]);
    const told = await client.call("info", "commandstats");
    expect(String(told)).toMatch(/cmdstat_eval:calls=1,/);
    await client.call("script", "flush");
    await expect(patient.run("wake", keys.shared, [""])).resolves.toBe(1);
  });

  it("tells a refusal of Redis as an absence, with its cause", async () => {
    const asked = patient.ask((redisClient) => redisClient.call("no-such-command"));
    await expect(asked).rejects.toBeInstanceOf(StoreAwayError);
    await expect(asked).rejects.toMatchObject({ cause: expect.objectContaining({ name: "ReplyError" }) });
  });

  it("gives up after its timeout, and hands over the answer that comes too late", async () => {
    const late: unknown[] = [];
    redis.freeze();
    const asked = runner.ask(
      (redisClient) => redisClient.incr("runner:late"),
      (answer) => void late.push(answer),
    );
    await expect(asked).rejects.toBeInstanceOf(StoreAwayError);
    expect(late).toEqual([]);
    redis.thaw();
    await waitUntil(() => late.length > 0, "the late answer has come");
    expect(late).toEqual([1]);
  });

  it("does not take a busy process for a slow Redis", () =>
    whenQuiet(async () => {
      const asked = runner.ask((redisClient) => redisClient.ping());
      const start = performance.now();
      while (performance.now() - start < 120);
      await expect(asked).resolves.toBe("PONG");
    }));

  it("lets everybody who waits go at once", () =>
    whenQuiet(async () => {
      redis.freeze();
      const start = performance.now();
      const asked = Array.from({ length: 5 }, () => runner.ask((redisClient) => redisClient.ping()));
      runner.giveUp();
      const ends = await Promise.allSettled(asked);
      redis.thaw();
      expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => "rejected"));
      expect(performance.now() - start).toBeLessThan(45);
    }));

  it("refuses at once without a connection", async () => {
    const nowhere = connectRedis({ url: "redis://127.0.0.1:1", onError: () => {} });
    const lonely = createScriptRunner({ client: nowhere, scripts: loadScripts(), timeoutMs: 50 });
    await expect(lonely.run("wake", keys.shared, [""])).rejects.toThrow("no connection to Redis");
    nowhere.disconnect();
  });
});
