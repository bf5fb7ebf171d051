import type { PriceBook } from "@switchyard/catalog";
import type { Logger, Settings } from "@switchyard/service-kit";
import type { ClientPolicy } from "@switchyard/wire";

import type { WebhookSender } from "./alerts/webhook-sender.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { WorkerMetrics } from "./metrics/worker-metrics.ts";
import type { LiveSumsReader } from "./spend/live-sums.ts";
import type { UsageRecorder } from "./usage/record-usage.ts";
import type { WorkerState } from "./worker-state.ts";

/** What the routes of the worker share. */
export interface WorkerContext {
  settings: () => Settings;
  logger: Logger;
  ledger: Ledger;
  recorder: UsageRecorder;
  sums: LiveSumsReader;
  prices: PriceBook;
  metrics: WorkerMetrics;
  webhooks: Pick<WebhookSender, "waiting">;
  state: WorkerState;
  /** Keys of the settings and of the ledger. */
  clients: () => Promise<readonly ClientPolicy[]>;
  /** Tells gateways that the keys have changed; never waits, never throws. */
  tellClientsChanged: (revision: number) => void;
  /** ms since the epoch. */
  now: () => number;
}
