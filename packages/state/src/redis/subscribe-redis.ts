import type { RedisOptions } from "ioredis";

import { connectRedis } from "./connect-redis.ts";

export interface RedisSubscription {
  close(): void;
}

export interface SubscribeOptions {
  /** As createRedisState takes it. */
  url: string;
  tls?: RedisOptions["tls"];
  channel: string;
  /** Called for every message, and whenever the connection stands (anew): meanwhile messages may have been missed. */
  onNotice: () => void;
}

/**
 * Listens to a channel for as long as it is not closed; while Redis is away it keeps trying. Messages may be missed:
 * who listens asks now and then by itself too. Throws a TypeError where the URL is none.
 */
export function subscribeRedis({ url, tls, channel, onNotice }: SubscribeOptions): RedisSubscription {
  const client = connectRedis({ url, onError: () => {}, ...(tls === undefined ? {} : { tls }) });
  const listen = (): void => {
    client.subscribe(channel).then(onNotice, () => {});
  };
  client.on("ready", listen).on("message", (from: string) => {
    if (from === channel) onNotice();
  });
  return { close: () => client.disconnect() };
}
