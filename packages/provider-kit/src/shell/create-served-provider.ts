import { type Catalog, createCatalog } from "@switchyard/catalog";
import {
  type Cleanup,
  type HttpClient,
  type Lifecycle,
  type Logger,
  type Metrics,
  type ProviderSettings,
  runCleanups,
} from "@switchyard/service-kit";
import type { ModelInfo } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { Family } from "../families/family.ts";
import { createMessagesFamily } from "../families/messages/create-messages-family.ts";
import { createOpenAiFamily } from "../families/openai/create-open-ai-family.ts";
import type { Provider } from "../provider.ts";
import { createLearntRejections } from "../rejections/learnt-rejections.ts";
import { createCountTokensHandler } from "./count-tokens-handler.ts";
import { createHealthMonitor } from "./health-monitor.ts";
import { createMessagesHandler } from "./messages-handler.ts";
import { type ReportingShell, reportWarnings } from "./report-warnings.ts";
import type { Shell } from "./shell.ts";

/** What of a provider service a change of the settings replaces while it runs. */
export interface ServedOptions {
  provider: Provider;
  settings: ProviderSettings;
  /** For upstream requests. Not closed by the service: providers may share it. */
  http: HttpClient;
  /** Default: a catalogue without overrides. */
  catalog?: Catalog;
  /** ms. Defaults: 60,000; 15,000; 15,000. */
  healthCheckIntervalMs?: number;
  earlyHeadersMs?: number;
  pingIntervalMs?: number;
  /** Bytes of a request's body; default 32 MB. */
  maxBodyBytes?: number;
  /** Run when it has ended, after health and provider. */
  cleanups?: readonly Cleanup[];
}

/** What stays while providers are replaced. */
export interface ServingService {
  lifecycle: Lifecycle;
  logger: Logger;
  metrics: Metrics;
}

type Handler = (request: Request, response: Response) => Promise<void>;

/** A provider with one state of its settings: every request ends with the one that it began with. */
export interface ServedProvider {
  readonly shell: Shell;
  readonly answerMessages: Handler;
  readonly countTokens: Handler;
  /** Ends it, and its provider, as soon as nobody is served any more; resolves then. */
  retire(): Promise<void>;
  /** The same at once. Every call gives the same promise. */
  end(): Promise<void>;
}

const DEFAULTS = {
  healthCheckIntervalMs: 60_000,
  earlyHeadersMs: 15_000,
  pingIntervalMs: 15_000,
  maxBodyBytes: 32 * 1024 * 1024,
};

/** ms that a check of the upstream may take. */
const CHECK_TIMEOUT_MS = 15_000;

export function createServedProvider(options: ServedOptions, service: ServingService): ServedProvider {
  const shell = createShell(options, service);
  const { promise: unused, resolve: tellUnused } = Promise.withResolvers<void>();
  let open = 0;
  let retired = false;
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> =>
    (ended ??= runCleanups([() => shell.health.close(), () => options.provider.close(), ...(options.cleanups ?? [])]));
  const noteUse = (change: number): void => {
    open += change;
    if (retired && open === 0) tellUnused();
  };
  const counted = (handle: Handler): Handler => {
    return async (request, response) => {
      noteUse(1);
      try {
        await handle(request, response);
      } finally {
        noteUse(-1);
      }
    };
  };
  return {
    shell,
    answerMessages: counted(createMessagesHandler(shell)),
    countTokens: counted(createCountTokensHandler(shell)),
    retire: async () => {
      retired = true;
      noteUse(0);
      await unused;
      await end();
    },
    end,
  };
}

function createShell(options: ServedOptions, { lifecycle, logger, metrics }: ServingService): Shell {
  const { provider, settings, http } = options;
  const catalog = options.catalog ?? createCatalog();
  const toldWarnings = new Set<string>();
  return {
    provider,
    settings,
    catalog,
    http,
    logger,
    metrics,
    lifecycle,
    health: createHealthMonitor(provider, {
      intervalMs: options.healthCheckIntervalMs ?? DEFAULTS.healthCheckIntervalMs,
      timeoutMs: CHECK_TIMEOUT_MS,
      logger,
    }),
    limits: {
      maxBodyBytes: options.maxBodyBytes ?? DEFAULTS.maxBodyBytes,
      earlyHeadersMs: options.earlyHeadersMs ?? DEFAULTS.earlyHeadersMs,
      pingIntervalMs: options.pingIntervalMs ?? DEFAULTS.pingIntervalMs,
    },
    toldWarnings,
    learnt: createLearntRejections(),
    familyOf: createFamilies({ provider, logger, metrics, toldWarnings }, catalog),
  };
}

function createFamilies(reporting: ReportingShell, catalog: Catalog): (model: ModelInfo) => Family {
  const messages = createMessagesFamily(reporting.provider, catalog);
  const openAi = createOpenAiFamily(reporting.provider, (context, warnings) =>
    reportWarnings(reporting, context, warnings),
  );
  return ({ dialect }) => (dialect === "messages" ? messages : openAi);
}
