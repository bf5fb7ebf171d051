import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";

import { startRedis, type TestRedis, waitUntil, whyNoRedis } from "../testing/index.ts";
import { type RedisSubscription, subscribeRedis } from "./subscribe-redis.ts";

const why = whyNoRedis();
const title = why === undefined ? "a channel of Redis" : `a channel of Redis [skipped: ${why}]`;

(why === undefined ? describe : describe.skip)(title, () => {
  let redis: TestRedis;
  let subscription: RedisSubscription;
  let notices = 0;
  beforeEach(async () => {
    redis = await startRedis();
    notices = 0;
    subscription = subscribeRedis({ url: redis.url, channel: "switchyard:clients", onNotice: () => (notices += 1) });
    await waitUntil(() => notices === 1, "it listens");
  });
  afterEach(async () => {
    subscription.close();
    await redis.close();
  });
  const publish = async (channel: string): Promise<void> => {
    const client = new Redis(redis.url);
    await client.publish(channel, "7");
    client.disconnect();
  };

  it("tells of its messages, and of no others", async () => {
    await publish("switchyard:others");
    await publish("switchyard:clients");
    await waitUntil(() => notices === 2, "the message is told");
    expect(notices).toBe(2);
  });

  it("is listened to again after Redis was away, and a notice tells that something may have been missed", async () => {
    await redis.restart();
    await waitUntil(() => notices === 2, "it listens again");
    await publish("switchyard:clients");
    await waitUntil(() => notices === 3, "the message is told");
  });
});
