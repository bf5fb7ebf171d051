import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

import { createHttpShipper, createOutbox as openOutbox, type Outbox, type Shipper } from "@switchyard/outbox";
import type { HttpClient, Logger, Settings } from "@switchyard/service-kit";

export interface OutboxDeps {
  settings: Settings;
  /** Of the gateway; 0: any. */
  port: number;
  http: HttpClient;
  logger: Logger;
}

/** The way of usage to the ledger: on disk first, then by the queue where there is a Redis, else straight to the worker. */
export async function createOutbox({ settings, port, http, logger }: OutboxDeps): Promise<Outbox> {
  const shipper = settings.redisUrl === undefined ? createDirectShipper(settings, http) : await toQueue(settings);
  return openOutbox({
    directory: settings.costs.outboxDirectory,
    instance: instanceName(port),
    shipper,
    onProblem: (problem, cause) => {
      logger.warn("usage outbox", { problem, ...(cause instanceof Error ? { cause: cause.message } : {}) });
    },
  });
}

/** The same over restarts, so that a gateway finds what it left; unlike that of any other on the same volume. */
export function instanceName(port: number): string {
  const own = port === 0 ? randomUUID().slice(0, 8) : String(port);
  return `${hostname()}-${own}`.replaceAll(/[^\w-]/g, "-");
}

function createDirectShipper({ costs, innerToken }: Settings, http: HttpClient): Shipper {
  return createHttpShipper({ url: costs.workerUrl, http, ...(innerToken === undefined ? {} : { token: innerToken }) });
}

async function toQueue({ redisUrl, redisKeyPrefix, redisCaFile }: Settings): Promise<Shipper> {
  // Loaded where it is needed: the queue takes memory.
  const { createQueueShipper } = await import("@switchyard/outbox/queue");
  return createQueueShipper({
    redisUrl: redisUrl?.reveal() ?? "",
    prefix: redisKeyPrefix,
    ...(redisCaFile === undefined ? {} : { tls: { ca: readFileSync(redisCaFile) } }),
  });
}
