import type { UsageConsumer } from "@switchyard/outbox/queue";
import {
  type AccessSettings,
  addReloadRoute,
  createAccessGuard,
  createApp,
  createHttpClient,
  createMetrics,
  type HttpClient,
  type Logger,
  type Settings,
  startServer,
} from "@switchyard/service-kit";

import { createParts } from "./create-parts.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { openLedger } from "./open-ledger.ts";
import { addRoutes } from "./routes/add-routes.ts";
import { connectSpendTeller } from "./spend/spend-teller.ts";
import { startUpkeep, type UpkeepTimes } from "./upkeep/start-upkeep.ts";
import { consumeQueue } from "./usage/consume-queue.ts";

export interface CostWorkerDeps {
  settings: Settings;
  logger: Logger;
  /** Instead of those of the settings; port 0: any free one. */
  listen?: { host: string; port: number };
  /** Instead of the one that the settings ask for; closed by who made it. */
  ledger?: Ledger;
  /** Also CPU and memory of the process in /metrics. */
  processMetrics?: boolean;
  /** Reads the settings anew and has the worker follow them, for `POST /api/config/reload`; absent: they are fixed. */
  reload?: () => object;
  /** What is not said keeps its default. */
  times?: Partial<CostWorkerTimes>;
}

/** ms. */
export interface CostWorkerTimes extends UpkeepTimes {
  /** Between two looks at what alerts are raised for. */
  alertsMs: number;
  /** Between two tellings of sums to Redis. */
  spendMs: number;
  /** Before the second try to post an alert, the third and so on. */
  webhookDelaysMs: readonly number[];
  webhookTimeoutMs: number;
  /** A worker that has not said for so long that it lives has lost its batch to others. */
  queueLockMs: number;
}

export interface CostWorker {
  readonly url: string;
  readonly port: number;
  /** Takes no more events, lets those at hand reach the ledger, closes it. */
  close(): Promise<void>;
}

/**
 * Turns usage into books: prices events, writes them, tells what they come to.
 *
 * @throws StartError when the ledger cannot be opened or the port is taken
 */
export async function createCostWorker(deps: CostWorkerDeps): Promise<CostWorker> {
  const cleanups: Cleanup[] = [];
  try {
    return await startWorker(deps, cleanups);
  } catch (error) {
    for (const cleanup of cleanups) {
      await Promise.resolve(cleanup()).catch(() => {});
    }
    throw error;
  }
}

type Cleanup = () => void | Promise<void>;

/** @param cleanups what was started, the last first */
async function startWorker(deps: CostWorkerDeps, cleanups: Cleanup[]): Promise<CostWorker> {
  const { settings, logger, times = {} } = deps;
  const now = Date.now;
  const ledger = deps.ledger ?? (await openLedger({ costs: settings.costs, logger }));
  if (deps.ledger === undefined) cleanups.unshift(() => ledger.close());
  const metrics = createMetrics("cost-worker", { processMetrics: deps.processMetrics ?? false });
  const http = createOutboundClient(settings);
  cleanups.unshift(() => http.close());
  let consumer: UsageConsumer | undefined;
  const queueDepth = async (): Promise<number> => consumer?.depth() ?? 0;
  const parts = createParts({
    settings,
    logger,
    ledger,
    times,
    now,
    http,
    registry: metrics,
    ...(settings.redisUrl === undefined ? {} : { queueDepth }),
  });
  const { context, prices, onRows, alerts, webhooks } = parts;
  cleanups.unshift(
    () => alerts.close(),
    () => webhooks.close(),
  );
  const teller = await connectSpendTeller({ settings, ledger, sums: context.sums, logger, intervalMs: times.spendMs });
  if (teller !== undefined) cleanups.unshift(() => teller.close());
  const upkeep = startUpkeep({ settings, ledger, prices, http, logger, now, onRows, times });
  cleanups.unshift(() => upkeep.close());
  cleanups.unshift(() => consumer?.close());
  const app = createApp({
    service: "cost-worker",
    logger,
    metrics,
    guard: createAccessGuard(createAccess(settings)),
    routes: (express) => {
      addReloadRoute(express, deps.reload);
      addRoutes(express, {
        ...context,
        tellClientsChanged: (revision) => teller?.tellClientsChanged(revision),
        consumer: settings.redisUrl === undefined ? undefined : () => ({ connected: consumer?.connected ?? false }),
      });
    },
  });
  const server = await startServer(app, {
    ...(deps.listen ?? { host: settings.costs.host, port: settings.costs.port }),
    graceMs: settings.gateway.shutdownGraceMs,
    cleanups,
  });
  // Last, for who cannot listen should not take events either.
  if (settings.redisUrl !== undefined) {
    const { queueLockMs: lockMs } = times;
    const queue = { ...context, settings, redisUrl: settings.redisUrl };
    consumer = await consumeQueue({ ...queue, ...(lockMs === undefined ? {} : { lockMs }) });
  }
  return { url: server.url, port: server.port, close: () => server.close() };
}

/** For webhooks and price lists. */
function createOutboundClient({ gateway, outbound }: Settings): HttpClient {
  return createHttpClient({
    connectTimeoutMs: gateway.timeouts.connectMs,
    ...(outbound === undefined ? {} : { outbound }),
  });
}

/** Client keys open nothing here: this is for gateways and for administrators. */
function createAccess({ gateway, innerToken }: Settings): () => AccessSettings {
  const { adminToken, allowedHosts, allowedOrigins } = gateway;
  const access: AccessSettings = {
    clientKeys: [],
    allowedHosts,
    allowedOrigins,
    ...(innerToken === undefined ? {} : { innerToken }),
    ...(adminToken === undefined ? {} : { adminToken }),
  };
  return () => access;
}
