import { type Catalog, createCatalog } from "@switchyard/catalog";
import {
  type AccessSettings,
  type HttpClient,
  type Logger,
  type ProviderSettings,
  type RunningServer,
  createAccessGuard,
  createApp,
  createMetrics,
  startServer,
} from "@switchyard/service-kit";
import type { ModelInfo, ProviderInfo } from "@switchyard/wire";
import type { Express, Request, Response } from "express";

import type { Family } from "./families/family.ts";
import { createMessagesFamily } from "./families/messages/create-messages-family.ts";
import { createOpenAiFamily } from "./families/openai/create-open-ai-family.ts";
import type { Provider } from "./provider.ts";
import { type LearntRejections, createLearntRejections } from "./rejections/learnt-rejections.ts";
import { createCountTokensHandler } from "./shell/count-tokens-handler.ts";
import { type HealthMonitor, createHealthMonitor } from "./shell/health-monitor.ts";
import { createMessagesHandler } from "./shell/messages-handler.ts";
import { listModels, showModel } from "./shell/model-list.ts";
import { type ReportingShell, reportWarnings } from "./shell/report-warnings.ts";
import type { Shell } from "./shell/shell.ts";

export interface ProviderServiceOptions {
  provider: Provider;
  settings: ProviderSettings;
  /** Read at every request. */
  access: () => AccessSettings;
  /** For upstream requests. Not closed by the service: providers may share it. */
  http: HttpClient;
  logger: Logger;
  /** Default: a catalogue without overrides. */
  catalog?: Catalog;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default: the provider's configured port; 0: any free one. */
  port?: number;
  /** Name of the service in logs, metrics and errors; default: the provider's. */
  service?: string;
  version?: string;
  /** ms. Defaults: 5,000; 60,000; 15,000; 15,000. */
  shutdownGraceMs?: number;
  healthCheckIntervalMs?: number;
  earlyHeadersMs?: number;
  pingIntervalMs?: number;
  /** Bytes of a request's body; default 32 MB. */
  maxBodyBytes?: number;
  /** Run when the service has closed, after health and provider. */
  cleanups?: readonly (() => void | Promise<void>)[];
  /** Also CPU, memory and event loop in /metrics. */
  processMetrics?: boolean;
}

/** A provider service that answers. `close()` also closes the provider. */
export interface ProviderService extends RunningServer {
  readonly health: HealthMonitor;
}

const DEFAULTS = {
  shutdownGraceMs: 5000,
  healthCheckIntervalMs: 60_000,
  earlyHeadersMs: 15_000,
  pingIntervalMs: 15_000,
  maxBodyBytes: 32 * 1024 * 1024,
};

/** ms that a check of the upstream may take. */
const CHECK_TIMEOUT_MS = 15_000;

const ENDPOINTS = [
  "POST /v1/messages",
  "POST /v1/messages/count_tokens",
  "GET /v1/models",
  "GET /info",
  "GET /health",
  "GET /health/live",
  "GET /health/ready",
  "GET /metrics",
];

/**
 * Serves one provider: the Messages API towards clients and the gateway, the provider's own dialect
 * towards its upstream.
 *
 * @throws StartError when the port is taken
 */
export async function createProviderService(options: ProviderServiceOptions): Promise<ProviderService> {
  const { provider, settings, http, access } = options;
  const service = options.service ?? provider.name;
  const logger = options.logger.child({ provider: provider.name });
  const metrics = createMetrics(service, { processMetrics: options.processMetrics ?? false });
  const health = createHealthMonitor(provider, {
    intervalMs: options.healthCheckIntervalMs ?? DEFAULTS.healthCheckIntervalMs,
    timeoutMs: CHECK_TIMEOUT_MS,
    logger,
  });
  const startedAt = Date.now();
  const catalog = options.catalog ?? createCatalog();
  const toldWarnings = new Set<string>();
  const learnt = createLearntRejections();
  // The lifecycle comes with the app, whose routes need the shell.
  const app = createApp({
    service,
    logger,
    metrics,
    guard: createAccessGuard(access),
    routes: (express, lifecycle) => {
      const shell: Shell = {
        provider,
        settings,
        catalog,
        http,
        logger,
        metrics,
        lifecycle,
        health,
        limits: {
          maxBodyBytes: options.maxBodyBytes ?? DEFAULTS.maxBodyBytes,
          earlyHeadersMs: options.earlyHeadersMs ?? DEFAULTS.earlyHeadersMs,
          pingIntervalMs: options.pingIntervalMs ?? DEFAULTS.pingIntervalMs,
        },
        toldWarnings,
        learnt,
        familyOf: createFamilies({ provider, logger, metrics, toldWarnings }, catalog),
      };
      addRoutes(express, shell, { service, startedAt, version: options.version ?? "0.1.0" });
    },
  });
  const server = await startServer(app, {
    host: options.host ?? "127.0.0.1",
    port: options.port ?? settings.port,
    graceMs: options.shutdownGraceMs ?? DEFAULTS.shutdownGraceMs,
    cleanups: [() => health.close(), () => provider.close(), ...(options.cleanups ?? [])],
  });
  health.start();
  return { url: server.url, port: server.port, close: () => server.close(), health };
}

function createFamilies(reporting: ReportingShell, catalog: Catalog): (model: ModelInfo) => Family {
  const messages = createMessagesFamily(reporting.provider, catalog);
  const openAi = createOpenAiFamily(reporting.provider, (context, warnings) =>
    reportWarnings(reporting, context, warnings),
  );
  return ({ dialect }) => (dialect === "messages" ? messages : openAi);
}

interface Identity {
  service: string;
  startedAt: number;
  version: string;
}

function addRoutes(app: Express, shell: Shell, identity: Identity): void {
  const { provider, health } = shell;
  app.post("/v1/messages", createMessagesHandler(shell));
  app.post("/v1/messages/count_tokens", createCountTokensHandler(shell));
  app.get("/v1/models", (request: Request, response: Response) => {
    response.json(listModels(provider, queryOf(request)));
  });
  app.get("/v1/models/{*id}", (request: Request, response: Response) => {
    const { id } = request.params;
    response.json(showModel(provider, Array.isArray(id) ? id.join("/") : (id ?? "")));
  });
  app.get("/info", (request: Request, response: Response) => {
    response.json(describe(shell, identity, request.socket.localPort ?? shell.settings.port));
  });
  app.get("/health", (_request: Request, response: Response) => {
    const report = health.report();
    response
      .status(report.status === "unreachable" ? 503 : 200)
      .json({ service: identity.service, provider: provider.name, ...report, ...describeLearnt(shell.learnt) });
  });
}

/** Which model goes without what, and until when; nothing where nothing was learnt. */
function describeLearnt(learnt: LearntRejections): Pick<ProviderInfo, "left_out"> {
  const left_out = [...learnt.all()].flatMap(([model, rejections]) =>
    rejections.map(({ kind, name, expiresAt }) => ({
      model,
      kind,
      name,
      expires_at: new Date(expiresAt).toISOString(),
    })),
  );
  return left_out.length === 0 ? {} : { left_out };
}

function describe({ provider, settings, health, learnt }: Shell, identity: Identity, port: number): ProviderInfo {
  const { status, missing, reason } = health.report();
  const tiers = provider.tiers();
  return {
    service_name: identity.service,
    provider: provider.name,
    kind: provider.kind,
    port,
    version: identity.version,
    uptime: Math.round((Date.now() - identity.startedAt) / 1000),
    status,
    ...(missing === undefined ? {} : { missing: [...missing] }),
    ...(reason === undefined ? {} : { reason }),
    simulated: settings.simulated,
    models: [...provider.models()],
    tiers: { big: [...tiers.big], middle: [...tiers.middle], small: [...tiers.small] },
    endpoints: ENDPOINTS,
    ...describeLearnt(learnt),
  };
}

function queryOf(request: Request): URLSearchParams {
  const at = request.url.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : request.url.slice(at + 1));
}
