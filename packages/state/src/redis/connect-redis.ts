import type { RedisOptions } from "ioredis";
import { openRedis, type RedisClient } from "./open-redis.ts";

export interface ConnectOptions {
  /** As parseRedisUrl reads it. */
  url: string;
  /** Node's TLS options for rediss: a private authority ({ ca }), a client certificate. */
  tls?: RedisOptions["tls"];
  /** ms: an open connection that leaves a command without any answer is given up and opened anew. */
  silenceMs?: number;
  /** Every failure of a connection; ioredis repeats itself while a server is away. */
  onError: (error: Error) => void;
}

const SILENCE_MS = 5000;

/**
 * A client that never waits for a connection: without one, commands fail at once, and none is sent twice. It goes on
 * trying to connect. Answers that come too late are the caller's business, so that what they did can be undone.
 */
export function connectRedis({ silenceMs = SILENCE_MS, ...options }: ConnectOptions): RedisClient {
  return openRedis({
    ...options,
    enableOfflineQueue: false,
    connection: {
      socketTimeout: silenceMs,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      connectionName: "switchyard",
    },
    // A command that was redirected in vain fails soon: this gateway's own share answers instead.
    cluster: { maxRedirections: 3, retryDelayOnFailover: 20, retryDelayOnClusterDown: 20, retryDelayOnTryAgain: 10 },
  });
}
