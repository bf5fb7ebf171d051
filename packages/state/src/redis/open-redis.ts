import { Cluster, type ClusterOptions, Redis, type RedisOptions } from "ioredis";
import { parseRedisUrl, type RedisAddress } from "./parse-redis-url.ts";

export type RedisClient = Redis | Cluster;

/** What connections to a server of any kind have in common. */
export type ConnectionOptions = Pick<
  RedisOptions,
  | "connectTimeout"
  | "disconnectTimeout"
  | "socketTimeout"
  | "commandTimeout"
  | "maxRetriesPerRequest"
  | "autoResendUnfulfilledCommands"
  | "connectionName"
  | "disableClientInfo"
>;

export interface OpenRedisOptions {
  /** As parseRedisUrl reads it. */
  url: string;
  /** Node's TLS options for rediss: a private authority ({ ca }), a client certificate. */
  tls?: RedisOptions["tls"];
  /** true: commands wait for the connection. false: they fail at once without one. */
  enableOfflineQueue: boolean;
  connection: ConnectionOptions;
  /** For a cluster only. */
  cluster?: ClusterOptions;
  /** Every failure of a connection; ioredis repeats itself while a server is away. */
  onError: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 2000;
/** A closing connection that does not end by itself is ended. */
const DISCONNECT_MS = 100;

/**
 * A client of one server, of sentinels or of a cluster, as the URL says. It goes on trying to connect for ever, every
 * 50 ms at first, every second later.
 *
 * @throws Error when the URL cannot be read.
 */
export function openRedis(options: OpenRedisOptions): RedisClient {
  const address = parseRedisUrl(options.url);
  const client = address.kind === "cluster" ? openCluster(address, options) : new Redis(redisOptions(address, options));
  // Without a listener Node would end the process.
  client.on("error", options.onError);
  return client;
}

function redisOptions(address: RedisAddress, options: OpenRedisOptions): Omit<RedisOptions, "replyMapping"> {
  const [first] = address.hosts;
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
    retryStrategy: backoff,
    enableOfflineQueue: options.enableOfflineQueue,
  };
}

function openCluster(address: RedisAddress, options: OpenRedisOptions): Cluster {
  return new Cluster(
    address.hosts.map((host) => ({ ...host })),
    {
      clusterRetryStrategy: backoff,
      enableOfflineQueue: options.enableOfflineQueue,
      slotsRefreshTimeout: 1000,
      slotsRefreshInterval: 5000,
      ...options.cluster,
      redisOptions: connectionOptions(address, options),
    },
  );
}

function connectionOptions({ username, password, tls }: RedisAddress, options: OpenRedisOptions) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_MS,
    disableClientInfo: true,
    ...options.connection,
    ...(tls ? { tls: options.tls ?? {} } : {}),
  };
}

function backoff(attempts: number): number {
  return Math.min(1000, 50 * 2 ** Math.min(attempts - 1, 5));
}
