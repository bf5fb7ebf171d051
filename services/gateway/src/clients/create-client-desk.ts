import { readFileSync } from "node:fs";
import path from "node:path";

import type { Catalog } from "@switchyard/catalog";
import type { HttpClient, Logger, Settings, SettingsHolder } from "@switchyard/service-kit";
import type { State } from "@switchyard/state";
import { clientsChangedChannel } from "@switchyard/wire";

import { createWorkerQuestions } from "./ask-worker.ts";
import { type BudgetDesk, createBudgetDesk } from "./budget-desk.ts";
import { type ClientBook, createClientBook } from "./client-book.ts";
import { createSpendCorrection } from "./spend-correction.ts";

/** Who may ask this gateway, and what they may spend. */
export interface ClientDesk {
  readonly clients: ClientBook;
  readonly budgets: BudgetDesk;
  close(): void;
}

export interface ClientDeskOptions {
  settings: SettingsHolder;
  state: State;
  catalog: Catalog;
  http: HttpClient;
  logger: Logger;
  /** ms between two questions for keys. */
  policyIntervalMs?: number;
  /** ms between two questions for what is spent. */
  spendIntervalMs?: number;
}

/** @throws Error when the certificates for Redis cannot be read. */
export async function createClientDesk(options: ClientDeskOptions): Promise<ClientDesk> {
  const { settings, state, catalog, http, logger } = options;
  const worker = createWorkerQuestions({ settings, http });
  const onProblem = (problem: string, cause: unknown): void => {
    logger.warn(problem, cause instanceof Error ? { cause: cause.message } : {});
  };
  const clients = createClientBook({
    settings,
    fetchPolicies: (since) => worker.policies(since),
    cacheFile: path.join(settings.current().stateDirectory, "client-keys.json"),
    onProblem,
    ...(options.policyIntervalMs === undefined ? {} : { intervalMs: options.policyIntervalMs }),
  });
  const correction = createSpendCorrection({
    state,
    fetchSpend: () => worker.spend(),
    onProblem,
    ...(options.spendIntervalMs === undefined ? {} : { intervalMs: options.spendIntervalMs }),
  });
  void clients.refresh();
  const unsubscribe = await followChanges(settings.current(), () => void clients.refresh());
  return {
    clients,
    budgets: createBudgetDesk({ state, catalog, ready: correction.first }),
    close() {
      unsubscribe();
      clients.close();
      correction.close();
    },
  };
}

/** With Redis the worker tells at once that a key has come or gone. */
async function followChanges(settings: Settings, onChange: () => void): Promise<() => void> {
  const { redisUrl, redisKeyPrefix, redisCaFile } = settings;
  if (redisUrl === undefined) return () => {};
  const { subscribeRedis } = await import("@switchyard/state/redis-channel");
  const subscription = subscribeRedis({
    url: redisUrl.reveal(),
    channel: clientsChangedChannel(redisKeyPrefix),
    onNotice: onChange,
    ...(redisCaFile === undefined ? {} : { tls: { ca: readFileSync(redisCaFile) } }),
  });
  return () => subscription.close();
}
