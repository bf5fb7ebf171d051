import { openRedis, type RedisClient } from "@switchyard/state/open-redis";
import type { RedisOptions } from "ioredis";

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

/** A blocking read returns every few seconds; a server that is silent for longer hangs. */
const PATIENT_SILENCE_MS = 30_000;

/** A connection as the queue needs it; it goes on connecting for ever. */
export function connectQueueRedis({ patient, commandMs, ...options }: QueueConnectOptions): RedisClient {
  return openRedis({
    ...options,
    enableOfflineQueue: patient,
    connection: patient
      ? { maxRetriesPerRequest: null, socketTimeout: PATIENT_SILENCE_MS }
      : {
          maxRetriesPerRequest: 0,
          autoResendUnfulfilledCommands: false,
          commandTimeout: commandMs,
          // A server that does not answer at all is left, and connected to anew.
          socketTimeout: commandMs,
        },
    ...(patient ? {} : { cluster: { maxRedirections: 5 } }),
  });
}
