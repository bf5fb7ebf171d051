import { type Catalog, createCatalog, createPriceBook, overridesOf, type PriceBook } from "@switchyard/catalog";
import type { HttpClient, Logger, Metrics, Settings } from "@switchyard/service-kit";

import { type AlertMonitor, createAlertMonitor } from "./alerts/alert-monitor.ts";
import { createWebhookSender, type WebhookSender } from "./alerts/webhook-sender.ts";
import type { CostWorkerTimes } from "./create-cost-worker.ts";
import type { Ledger, LedgerRow } from "./ledger/ledger.ts";
import { createWorkerMetrics, type WorkerMetrics } from "./metrics/worker-metrics.ts";
import { createLiveSums } from "./spend/live-sums.ts";
import { createUsageRecorder, type UsageRecorder } from "./usage/record-usage.ts";
import type { WorkerContext } from "./worker-context.ts";
import { createWorkerState, type WorkerState } from "./worker-state.ts";

export interface PartsDeps {
  settings: Settings;
  logger: Logger;
  ledger: Ledger;
  registry: Metrics;
  http: HttpClient;
  times: Partial<CostWorkerTimes>;
  now: () => number;
  /** Absent: there is no queue. */
  queueDepth?: () => Promise<number>;
}

export interface WorkerParts {
  context: Omit<WorkerContext, "tellClientsChanged">;
  prices: PriceBook;
  alerts: AlertMonitor;
  webhooks: WebhookSender;
  /** What follows a row that is new in the books, however it came there; some replace others that were told before. */
  onRows: (rows: readonly LedgerRow[], replaced?: readonly LedgerRow[]) => void;
}

/** The worker without its doors: what prices, writes, counts and watches. */
export function createParts(deps: PartsDeps): WorkerParts {
  const { settings, logger, ledger, times, now } = deps;
  const catalog = createCatalog();
  const prices = createPrices(settings, { catalog, logger, now });
  const state = createWorkerState(now());
  const sums = createLiveSums({ ledger, timeZone: () => settings.costs.timeZone, now });
  const clients = async () => [...settings.clients, ...(await ledger.listClients()).clients];
  const webhooks = createWebhooks(deps);
  const alerts = createAlertMonitor({
    ledger,
    sums,
    clients,
    logger,
    now,
    settings: () => settings.costs,
    webhooks,
    ...(times.alertsMs === undefined ? {} : { intervalMs: times.alertsMs }),
  });
  const providers = new Set(settings.providers.map(({ name }) => name));
  const metrics = createWorkerMetrics({
    metrics: deps.registry,
    catalog,
    now,
    providers: () => providers,
    readings: {
      openIntents: () => ledger.openIntents(),
      waitingWebhooks: () => webhooks.waiting(),
      ...(deps.queueDepth === undefined ? {} : { queueDepth: deps.queueDepth }),
    },
  });
  const onRows = (rows: readonly LedgerRow[], replaced: readonly LedgerRow[] = []): void => {
    sums.note();
    metrics.countRows(rows, replaced);
    alerts.observe(rows, replaced);
  };
  const recorder = createRecorder(deps, { prices, state, metrics, onRows });
  return {
    context: {
      settings: () => settings,
      logger,
      ledger,
      recorder,
      sums,
      prices,
      metrics,
      webhooks,
      state,
      clients,
      now,
    },
    prices,
    alerts,
    webhooks,
    onRows,
  };
}

function createWebhooks({ settings, ledger, http, logger, now, times }: PartsDeps): WebhookSender {
  return createWebhookSender({
    ledger,
    http,
    logger,
    now,
    webhooks: () => settings.costs.alerts.webhooks,
    ...(times.webhookDelaysMs === undefined ? {} : { delaysMs: times.webhookDelaysMs }),
    ...(times.webhookTimeoutMs === undefined ? {} : { timeoutMs: times.webhookTimeoutMs }),
  });
}

interface RecorderParts {
  prices: PriceBook;
  state: WorkerState;
  metrics: WorkerMetrics;
  onRows: WorkerParts["onRows"];
}

function createRecorder({ ledger, logger, now }: PartsDeps, parts: RecorderParts): UsageRecorder {
  const { prices, state, metrics, onRows } = parts;
  return createUsageRecorder({
    ledger,
    prices,
    onWritten: ({ settled, replaced, intents, duplicates }) => {
      state.lastEventAt = now();
      state.ledgerProblem = undefined;
      metrics.countWritten({ settled: settled.length, intents, duplicates });
      if (settled.length > 0) onRows(settled, replaced);
    },
    onProblem: (error) => logger.error("what follows a row in the ledger failed", { error }),
  });
}

interface PricesDeps {
  catalog: Catalog;
  logger: Logger;
  now: () => number;
}

function createPrices(settings: Settings, { catalog, logger, now }: PricesDeps): PriceBook {
  const locations = settings.providers.flatMap(({ name, credential }) =>
    credential?.type === "google" ? [[name, credential.location] as const] : [],
  );
  return createPriceBook({
    catalog,
    overrides: overridesOf(settings),
    locations: Object.fromEntries(locations),
    now,
    onUnknown: ({ provider, model, upstreamModel, pricedAs }) => {
      logger.warn("the price of a model is not known", {
        provider,
        model,
        upstreamModel,
        pricedAs: pricedAs ?? "free",
      });
    },
  });
}
