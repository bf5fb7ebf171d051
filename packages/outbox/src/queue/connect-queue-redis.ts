import { parseRedisUrl, type RedisAddress } from "@switchyard/state/redis-url";
import { Cluster, Redis, type RedisOptions } from "ioredis";

export interface QueueConnectOptions {
  /** As parseRedisUrl reads it. */
  url: string;
  /** Node's TLS options for rediss. */
  tls?: RedisOptions["tls"];
  /** true: commands wait for the connection, for ever. false: they fail at once without one, and after `commandMs`. */
  patient: boolean;
  commandMs: number;
  onError: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 2000;
const DISCONNECT_MS = 100;
/** A blocking read returns every few seconds; a server that is silent for longer hangs. */
const PATIENT_SILENCE_MS = 30_000;

/** A connection as the queue needs it; it goes on connecting for ever. */
export function connectQueueRedis(options: QueueConnectOptions): Redis | Cluster {
  const address = parseRedisUrl(options.url);
  const client =
    address.kind === "cluster" ? connectCluster(address, options) : new Redis(redisOptions(address, options));
  // Without a listener Node would end the process.
  client.on("error", options.onError);
  return client;
}

function redisOptions(address: RedisAddress, options: QueueConnectOptions): Omit<RedisOptions, "replyMapping"> {
  const [first] = address.hosts;
  const tls = address.tls ? { tls: options.tls ?? {} } : {};
  return {
    ...commonOptions(address, options),
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
    enableOfflineQueue: options.patient,
  };
}

function connectCluster(address: RedisAddress, options: QueueConnectOptions): Cluster {
  return new Cluster(
    address.hosts.map((host) => ({ ...host })),
    {
      clusterRetryStrategy: backoff,
      enableOfflineQueue: options.patient,
      slotsRefreshTimeout: 1000,
      slotsRefreshInterval: 5000,
      ...(options.patient ? {} : { maxRedirections: 5 }),
      redisOptions: { ...commonOptions(address, options), ...(address.tls ? { tls: options.tls ?? {} } : {}) },
    },
  );
}

type CommonOptions = Pick<
  RedisOptions,
  | "connectTimeout"
  | "disconnectTimeout"
  | "socketTimeout"
  | "commandTimeout"
  | "maxRetriesPerRequest"
  | "autoResendUnfulfilledCommands"
  | "disableClientInfo"
> & { username?: string; password?: string };

function commonOptions(address: RedisAddress, { patient, commandMs }: QueueConnectOptions): CommonOptions {
  return {
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_MS,
    disableClientInfo: true,
    ...(patient
      ? { maxRetriesPerRequest: null, socketTimeout: PATIENT_SILENCE_MS }
      : {
          maxRetriesPerRequest: 0,
          autoResendUnfulfilledCommands: false,
          commandTimeout: commandMs,
          // A server that does not answer at all is left, and connected to anew.
          socketTimeout: commandMs,
        }),
  };
}

function backoff(attempts: number): number {
  return Math.min(1000, 50 * 2 ** Math.min(attempts - 1, 5));
}
