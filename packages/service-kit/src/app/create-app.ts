import { GatewayError, HEADERS } from "@switchyard/wire";
import express, { type Express, type NextFunction, type Request, type Response } from "express";

import type { AccessGuard } from "../access/create-access-guard.ts";
import { shareWithOrigins } from "../access/share-with-origins.ts";
import type { Logger } from "../logging/create-logger.ts";
import type { Metrics } from "../metrics/create-metrics.ts";
import { type Lifecycle, createLifecycle } from "./lifecycle.ts";
import { arrivalOf, newRequestId, requestIdOf, scopeOf, setScope } from "./request-scope.ts";
import { sendError, toGatewayError } from "./send-error.ts";

export interface AppOptions {
  service: string;
  logger: Logger;
  metrics: Metrics;
  guard: AccessGuard;
  /** Registers the service's own routes; they may watch the lifecycle. */
  routes: (app: Express, lifecycle: Lifecycle) => void;
  /** Why the process cannot take requests yet; undefined: it can. Never does I/O. */
  notReady?: () => string | undefined;
}

/** An express app with what every service has, and the switch that takes it down. */
export interface ServiceApp {
  readonly service: string;
  readonly express: Express;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

export function createApp(options: AppOptions): ServiceApp {
  const lifecycle = createLifecycle();
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", false);
  app.use(shareWithOrigins((origin) => options.guard.allowsOrigin(origin)));
  app.use(admit(options.guard, lifecycle));
  addCommonRoutes(app, options, lifecycle);
  options.routes(app, lifecycle);
  app.use((request: Request) => {
    throw new GatewayError(
      "not_found_error",
      `No such route: ${request.method} ${request.path}${hintAt(request.path)}`,
    );
  });
  app.use(createErrorHandler(options.logger));
  return { service: options.service, express: app, lifecycle, logger: options.logger };
}

/** What clients of another API, or with a base URL of another, meant. */
function hintAt(path: string): string {
  if (path.startsWith("/v1/v1/")) return ". The base URL is this address without /v1.";
  if (/^(?:\/v1)?\/(?:chat\/completions|completions|responses)\/?$/.test(path))
    return ". This is the Anthropic Messages API: POST /v1/messages.";
  return path === "/messages" ? ". It is POST /v1/messages." : "";
}

/** Gives every request its id and its caller, and turns away who may not come in. */
function admit(guard: AccessGuard, lifecycle: Lifecycle) {
  return function admitRequest(request: Request, response: Response, next: NextFunction): void {
    const caller = guard.identify(request);
    const requestId = requestIdOf(request, caller);
    setScope(response, { requestId, receivedAt: arrivalOf(request), caller });
    response.setHeader(HEADERS.requestId, requestId);
    guard.check(request, caller);
    // The listener is closed by then: this came over a connection that was taken before, and nobody else would answer it.
    if (lifecycle.draining) response.setHeader("connection", "close");
    if (lifecycle.ending && !request.path.startsWith("/health") && request.path !== "/metrics") {
      throw new GatewayError("overloaded_error", "This service is shutting down.", {
        status: 503,
        failure: "overloaded",
        headers: { connection: "close" },
      });
    }
    next();
  };
}

function addCommonRoutes(app: Express, { metrics, notReady }: AppOptions, lifecycle: Lifecycle): void {
  app.get("/health/live", (_request, response) => {
    response.json({ status: "ok" });
  });
  app.get("/health/ready", (_request, response) => {
    const reason = lifecycle.draining ? "shutting down" : notReady?.();
    response
      .status(reason === undefined ? 200 : 503)
      .json(reason === undefined ? { status: "ok" } : { status: "not ready", reason });
  });
  app.get("/metrics", async (_request, response) => {
    const { contentType, text } = await metrics.render();
    response.type(contentType).send(text);
  });
}

/** Every error of every route ends here. Four parameters are how express knows an error handler. */
function createErrorHandler(logger: Logger) {
  return function handleError(thrown: unknown, request: Request, response: Response, _next: NextFunction): void {
    const error = toGatewayError(thrown);
    const scope = response.locals["switchyardScope"] === undefined ? undefined : scopeOf(response);
    const requestId = scope?.requestId ?? newRequestId();
    const fields = { requestId, method: request.method, path: request.path, status: error.status, type: error.type };
    if (!(thrown instanceof GatewayError)) logger.error("request failed unexpectedly", { ...fields, error: thrown });
    else if (error.status >= 500) logger.warn("request failed", { ...fields, reason: error.message, error });
    else logger.info("request refused", { ...fields, reason: error.message });
    if (response.headersSent) {
      // Half an answer must not look like a whole one.
      response.destroy();
      return;
    }
    sendError(response, error, { requestId, caller: scope?.caller.kind ?? "anonymous" });
  };
}
