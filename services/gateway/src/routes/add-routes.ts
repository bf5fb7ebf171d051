import { GatewayError, pageModels } from "@switchyard/wire";
import type { Express, Request, Response } from "express";

import { addDashboardRoutes, DASHBOARD_ROUTES } from "../dashboard/add-dashboard-routes.ts";
import type { GatewayContext } from "../gateway-context.ts";
import { createMessagesHandler, queryOf } from "../messages/messages-handler.ts";
import { listModels } from "../models/list-models.ts";
import { VERSION } from "../version.ts";
import { strategyInForce } from "../world/switches.ts";
import { createProviderHealthHandler, createRouteHandler } from "./admin.ts";
import { createExplainHandler } from "./explain.ts";
import { createStrategyHandler, createToggleHandler } from "./switches.ts";
import { createConfigChangeHandler, createConfigHandler, createReloadHandler } from "./config.ts";
import { addCostRoutes, COST_ROUTES } from "./cost-routes.ts";
import { createCountTokensHandler } from "./count-tokens.ts";
import { createHealthHandler, describeGateway } from "./health.ts";
import { showStats } from "./stats.ts";
import { createProviderTestHandler, createTestConnectionHandler } from "./test-connection.ts";
import { createTestConversionHandler } from "./test-conversion.ts";

/** Every route of the gateway, besides those that every service has. */
export function addRoutes(app: Express, context: GatewayContext): void {
  app.post("/v1/messages", createMessagesHandler(context));
  app.post("/v1/messages/count_tokens", createCountTokensHandler(context));
  app.post("/v1/messages/test_conversion", createTestConversionHandler(context));
  addModelRoutes(app, context);
  addDashboardRoutes(app, context);
  addInfoRoutes(app, context);
  app.get("/test-connection", createTestConnectionHandler(context));
  app.post("/api/providers/:name/test", createProviderTestHandler(context));
  app.post("/admin/route", createRouteHandler(context));
  app.get("/admin/provider/:name/health", createProviderHealthHandler(context));
  app.get("/admin/explain/:requestId", createExplainHandler(context));
  app.post("/admin/routing-strategy", createStrategyHandler(context));
  app.put("/api/providers/:name/toggle", createToggleHandler(context));
  app.get("/api/config/providers", createConfigHandler(context));
  app.put("/api/config/providers", createConfigChangeHandler(context));
  app.post("/api/config/reload", createReloadHandler(context));
  addCostRoutes(app, context);
}

/** From memory always: Claude Code gives its model discovery three seconds. */
function addModelRoutes(app: Express, { directory }: GatewayContext): void {
  app.get("/v1/models", (request: Request, response: Response) => {
    response.json(pageModels(listModels(directory.providers()), new URLSearchParams(queryOf(request))));
  });
  app.get("/v1/models/*id", (request: Request<{ id: string[] }>, response: Response) => {
    const id = request.params.id.join("/");
    const found = listModels(directory.providers()).find((model) => model.id === id || model.provider_model === id);
    if (found === undefined) throw new GatewayError("not_found_error", `model: ${id}`);
    response.json(found);
  });
}

const ENDPOINTS = [
  "POST /v1/messages",
  "POST /v1/messages/count_tokens",
  "POST /v1/messages/test_conversion",
  "GET /v1/models",
  "GET /v1/models/:id",
  "GET /health",
  "GET /health/live",
  "GET /health/ready",
  "GET /info",
  "GET /stats",
  "GET /v1/stats",
  "GET /metrics",
  "GET /test-connection",
  "POST /api/providers/:name/test",
  "POST /admin/route",
  "GET /admin/provider/:name/health",
  "GET /admin/explain/:requestId",
  "POST /admin/routing-strategy",
  "PUT /api/providers/:name/toggle",
  "GET /api/config/providers",
  "PUT /api/config/providers",
  "POST /api/config/reload",
  ...COST_ROUTES,
  ...DASHBOARD_ROUTES,
];

function addInfoRoutes(app: Express, context: GatewayContext): void {
  // Claude Code asks for nothing but a sign of life.
  app.head(["/", "/api/hello"], (_request: Request, response: Response) => void response.status(200).end());
  app.get("/api/hello", (_request: Request, response: Response) => void response.json({ message: "hello" }));
  app.get(["/", "/info"], (_request: Request, response: Response) => void response.json(describe(context)));
  app.get("/health", createHealthHandler(context));
  app.get(["/stats", "/v1/stats"], async (_request: Request, response: Response) => {
    await context.state.refresh();
    response.json(showStats(context));
  });
}

function describe(context: GatewayContext) {
  const { status, uptime, providers } = describeGateway(context);
  const { gateway, demo } = context.settings.current();
  return {
    service_name: "gateway",
    message: "Switchyard: one address for Claude Code, every model provider behind it",
    status,
    version: VERSION,
    uptime,
    port: gateway.port,
    providers: Object.keys(providers),
    simulated: demo,
    routing_strategy: strategyInForce(context.settings.current(), context.state.snapshot()),
    substitution: gateway.substitution,
    client_key_required: context.clients.hasKeys,
    endpoints: ENDPOINTS,
  };
}
