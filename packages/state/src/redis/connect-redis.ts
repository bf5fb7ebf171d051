import { Cluster, Redis, type RedisOptions } from "ioredis";
import { parseRedisUrl, type RedisAddress } from "./parse-redis-url.ts";

export type RedisClient = Redis | Cluster;

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

const CONNECT_TIMEOUT_MS = 2000;
const SILENCE_MS = 5000;
/** A closing connection that does not end by itself is ended. */
const DISCONNECT_MS = 100;

/**
 * A client that never waits for a connection: without one, commands fail at once, and none is sent twice. It goes on
 * trying to connect, every 50 ms at first, every second later. Answers that come too late are the caller's business,
 * so that what they did can be undone.
 */
export function connectRedis(options: ConnectOptions): RedisClient {
  const address = parseRedisUrl(options.url);
  const client =
    address.kind === "cluster" ? connectCluster(address, options) : new Redis(redisOptions(address, options));
  // Without a listener Node would end the process.
  client.on("error", options.onError);
  return client;
}

/** What connections to a server of any kind have in common. */
type CommonOptions = Pick<
  RedisOptions,
  | "connectTimeout"
  | "disconnectTimeout"
  | "socketTimeout"
  | "maxRetriesPerRequest"
  | "autoResendUnfulfilledCommands"
  | "connectionName"
  | "disableClientInfo"
> & { username?: string; password?: string };

function redisOptions(address: RedisAddress, options: ConnectOptions): Omit<RedisOptions, "replyMapping"> {
  const [first] = address.hosts;
  const tls = address.tls ? { tls: options.tls ?? {} } : {};
  return {
    ...connectionOptions(address, options),
    db: address.database,
    ...(address.kind === "sentinel"
      ? {
          sentinels: address.hosts.map((host) => ({ ...host })),
          ...(address.masterName === undefined ? {} : { name: address.masterName }),
          ...(address.tls ? { enableTLSForSentinelMode: true, sentinelTLS: options.tls ?? {} } : {}),
          sentinelRetryStrategy: backoff,
          failoverDetector: true,
        }
      : { host: first?.host ?? "127.0.0.1", port: first?.port ?? 6379 }),
    ...tls,
    retryStrategy: backoff,
    enableOfflineQueue: false,
  };
}

function connectCluster(address: RedisAddress, options: ConnectOptions): Cluster {
  return new Cluster(
    address.hosts.map((host) => ({ ...host })),
    {
      clusterRetryStrategy: backoff,
      enableOfflineQueue: false,
      // A command that was redirected in vain fails soon: this gateway's own share answers instead.
      maxRedirections: 3,
      retryDelayOnFailover: 20,
      retryDelayOnClusterDown: 20,
      retryDelayOnTryAgain: 10,
      slotsRefreshTimeout: 1000,
      slotsRefreshInterval: 5000,
      redisOptions: {
        ...connectionOptions(address, options),
        ...(address.tls ? { tls: options.tls ?? {} } : {}),
      },
    },
  );
}

function connectionOptions(address: RedisAddress, options: ConnectOptions): CommonOptions {
  return {
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_MS,
    socketTimeout: options.silenceMs ?? SILENCE_MS,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectionName: "switchyard",
    disableClientInfo: true,
  };
}

function backoff(attempts: number): number {
  return Math.min(1000, 50 * 2 ** Math.min(attempts - 1, 5));
}
