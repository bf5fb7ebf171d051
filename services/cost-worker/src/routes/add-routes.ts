import type { Express } from "express";

import type { WorkerContext } from "../worker-context.ts";
import { innerOnly, withLedger } from "./guarded.ts";
import { createHealthHandler, createInfoHandler, type HealthContext } from "./health.ts";
import { createClientsHandler, createSpendHandler } from "./inner.ts";
import { createAddKeyHandler, createListKeysHandler, createRevokeKeyHandler } from "./keys.ts";
import { createProjectsHandler } from "./projects.ts";
import {
  createAlertsHandler,
  createCostsHandler,
  createHourlyCostsHandler,
  createProvidersHandler,
  createReportHandler,
  createStatsHandler,
} from "./reports.ts";
import { createUsageHandler } from "./usage.ts";

/** Every route of the worker, besides those that every service has. */
export function addRoutes(app: Express, context: WorkerContext & HealthContext): void {
  app.post("/usage", innerOnly(context, createUsageHandler(context)));
  app.get("/spend", innerOnly(context, createSpendHandler(context)));
  app.get("/clients", innerOnly(context, createClientsHandler(context)));
  app.get("/api/stats", withLedger(context, createStatsHandler(context)));
  app.get("/api/providers", withLedger(context, createProvidersHandler(context)));
  app.get("/api/costs", withLedger(context, createCostsHandler(context)));
  app.get("/api/costs/hourly", withLedger(context, createHourlyCostsHandler(context)));
  app.get("/api/alerts", withLedger(context, createAlertsHandler(context)));
  app.get("/api/report", withLedger(context, createReportHandler(context)));
  app.get("/api/keys", withLedger(context, createListKeysHandler(context)));
  app.post("/api/keys", withLedger(context, createAddKeyHandler(context)));
  app.delete("/api/keys/:id", withLedger(context, createRevokeKeyHandler(context)));
  app.put("/api/projects", withLedger(context, createProjectsHandler(context)));
  app.get("/health", withLedger(context, createHealthHandler(context)));
  app.get(["/", "/info"], withLedger(context, createInfoHandler(context)));
}
