import { setTimeout as sleep } from "node:timers/promises";

import {
  type AccessSettings,
  addReloadRoute,
  type Logger,
  type RunningServer,
  createAccessGuard,
  createApp,
  createMetrics,
  startServer,
} from "@switchyard/service-kit";
import type { ProviderInfo } from "@switchyard/wire";
import type { Express, Request, Response } from "express";

import type { LearntRejections } from "./rejections/learnt-rejections.ts";
import { createServedProvider, type ServedOptions, type ServedProvider } from "./shell/create-served-provider.ts";
import type { HealthMonitor } from "./shell/health-monitor.ts";
import { listModels, showModel } from "./shell/model-list.ts";
import type { Shell } from "./shell/shell.ts";

export interface ProviderServiceOptions extends ServedOptions {
  /** Read at every request. */
  access: () => AccessSettings;
  logger: Logger;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default: the provider's configured port; 0: any free one. */
  port?: number;
  /** Name of the service in logs, metrics and errors; default: the provider's. */
  service?: string;
  version?: string;
  /** ms, default 5,000. */
  shutdownGraceMs?: number;
  /** Also CPU, memory and event loop in /metrics. */
  processMetrics?: boolean;
  /** Reads the settings anew and puts them in force, for `POST /api/config/reload`; absent: they are fixed. */
  reload?: () => Promise<object>;
}

/** A provider service that answers. `close()` also closes the provider. */
export interface ProviderService extends RunningServer {
  readonly health: HealthMonitor;
  /**
   * Requests that come from now on are served by this; those under way end with what they began with, and that is
   * closed after them. Resolves once it is in force.
   */
  replace(next: ServedOptions): Promise<void>;
}

const SHUTDOWN_GRACE_MS = 5000;

/** ms that a new provider gets to look around, for the models that it discovers, before it takes over. */
const LOOK_AROUND_MS = 3000;

const ENDPOINTS = [
  "POST /v1/messages",
  "POST /v1/messages/count_tokens",
  "GET /v1/models",
  "GET /info",
  "GET /health",
  "GET /health/live",
  "GET /health/ready",
  "GET /metrics",
  "POST /api/config/reload",
];

/**
 * Serves one provider: the Messages API towards clients and the gateway, the provider's own dialect
 * towards its upstream.
 *
 * @throws StartError when the port is taken
 */
export async function createProviderService(options: ProviderServiceOptions): Promise<ProviderService> {
  const { provider, settings, access } = options;
  const service = options.service ?? provider.name;
  const logger = options.logger.child({ provider: provider.name });
  const metrics = createMetrics(service, { processMetrics: options.processMetrics ?? false });
  const identity = { service, startedAt: Date.now(), version: options.version ?? "0.1.0" };
  const replaced = new Set<ServedProvider>();
  const app = createApp({
    service,
    logger,
    metrics,
    guard: createAccessGuard(access),
    routes: (express) => addRoutes(express, () => current, { identity, reload: options.reload }),
  });
  const serving = { lifecycle: app.lifecycle, logger, metrics };
  let current = createServedProvider(options, serving);
  const server = await startServer(app, {
    host: options.host ?? "127.0.0.1",
    port: options.port ?? settings.port,
    graceMs: options.shutdownGraceMs ?? SHUTDOWN_GRACE_MS,
    cleanups: [() => endEach([current, ...replaced])],
  });
  current.shell.health.start();
  return {
    url: server.url,
    port: server.port,
    close: () => server.close(),
    get health() {
      return current.shell.health;
    },
    replace: async (next) => {
      const replacement = createServedProvider(next, serving);
      await Promise.race([replacement.shell.health.check(), sleep(LOOK_AROUND_MS, undefined, { ref: false })]);
      const previous = current;
      current = replacement;
      replacement.shell.health.start();
      replaced.add(previous);
      previous.retire().then(
        () => replaced.delete(previous),
        (error: unknown) => logger.error("what was replaced did not end well", { error }),
      );
    },
  };
}

async function endEach(served: readonly ServedProvider[]): Promise<void> {
  await Promise.all(served.map((one) => one.end()));
}

interface Identity {
  service: string;
  startedAt: number;
  version: string;
}

interface RouteOptions {
  identity: Identity;
  reload: (() => Promise<object>) | undefined;
}

function addRoutes(app: Express, current: () => ServedProvider, { identity, reload }: RouteOptions): void {
  app.post("/v1/messages", (request: Request, response: Response) => current().answerMessages(request, response));
  app.post("/v1/messages/count_tokens", (request: Request, response: Response) =>
    current().countTokens(request, response),
  );
  app.get("/v1/models", (request: Request, response: Response) => {
    response.json(listModels(current().shell.provider, queryOf(request)));
  });
  app.get("/v1/models/{*id}", (request: Request, response: Response) => {
    const { id } = request.params;
    response.json(showModel(current().shell.provider, Array.isArray(id) ? id.join("/") : (id ?? "")));
  });
  app.get("/info", (request: Request, response: Response) => {
    const { shell } = current();
    response.json(describe(shell, identity, request.socket.localPort ?? shell.settings.port));
  });
  app.get("/health", (_request: Request, response: Response) => {
    const { health, provider, learnt } = current().shell;
    const report = health.report();
    response
      .status(report.status === "unreachable" ? 503 : 200)
      .json({ service: identity.service, provider: provider.name, ...report, ...describeLearnt(learnt) });
  });
  addReloadRoute(app, reload);
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
