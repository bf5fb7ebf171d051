import type { UsageConsumer } from "@switchyard/outbox/queue";
import {
  type AccessSettings,
  createAccessGuard,
  createApp,
  createHttpClient,
  createMetrics,
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
  const { settings, logger, times = {} } = deps;
  const now = Date.now;
  const ledger = deps.ledger ?? (await openLedger({ costs: settings.costs, logger }));
  const closeLedger = async (): Promise<void> => (deps.ledger === undefined ? ledger.close() : undefined);
  try {
    return await startWorker({ deps, ledger, closeLedger, times, now });
  } catch (error) {
    await closeLedger();
    throw error;
  }
}

interface StartOptions {
  deps: CostWorkerDeps;
  ledger: Ledger;
  closeLedger: () => Promise<void>;
  times: Partial<CostWorkerTimes>;
  now: () => number;
}

async function startWorker({ deps, ledger, closeLedger, times, now }: StartOptions): Promise<CostWorker> {
  const { settings, logger } = deps;
  const metrics = createMetrics("cost-worker", { processMetrics: deps.processMetrics ?? false });
  const http = createHttpClient({
    connectTimeoutMs: settings.gateway.timeouts.connectMs,
    ...(settings.outbound === undefined ? {} : { outbound: settings.outbound }),
  });
  const parts = createParts({ settings, logger, ledger, times, now, registry: metrics, http });
  const { context, prices, onRows, alerts, webhooks } = parts;
  const teller = await connectSpendTeller({ settings, sums: context.sums, logger, intervalMs: times.spendMs });
  let consumer: UsageConsumer | undefined;
  const app = createApp({
    service: "cost-worker",
    logger,
    metrics,
    guard: createAccessGuard(createAccess(settings)),
    routes: (express) =>
      addRoutes(express, {
        ...context,
        tellClientsChanged: (revision) => teller?.tellClientsChanged(revision),
        consumer: settings.redisUrl === undefined ? undefined : () => ({ connected: consumer?.connected ?? false }),
      }),
  });
  const upkeep = startUpkeep({ settings, ledger, prices, http, logger, now, onRows, times });
  const server = await startServer(app, {
    ...(deps.listen ?? { host: settings.costs.host, port: settings.costs.port }),
    graceMs: settings.gateway.shutdownGraceMs,
    cleanups: [
      () => consumer?.close(),
      () => upkeep.close(),
      () => alerts.close(),
      () => webhooks.close(),
      () => teller?.close(),
      () => http.close(),
      closeLedger,
    ],
  });
  if (settings.redisUrl !== undefined) {
    consumer = await consumeQueue({ ...context, settings, redisUrl: settings.redisUrl });
  }
  return { url: server.url, port: server.port, close: () => server.close() };
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
