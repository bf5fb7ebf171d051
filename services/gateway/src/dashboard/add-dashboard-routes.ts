import type { Express } from "express";

import type { GatewayContext } from "../gateway-context.ts";
import { createOverviewHandler } from "./overview.ts";
import { createPageHandlers, sendBrowsersOn } from "./show-page.ts";

/** What `/info` tells of them. */
export const DASHBOARD_ROUTES = ["GET /dashboard", "GET /admin/overview"] as const;

/** The web page, its assets, and what it asks of the gateway alone. Before the route of /health, which browsers pass by. */
export function addDashboardRoutes(app: Express, context: GatewayContext): void {
  const page = createPageHandlers();
  app.get("/health", sendBrowsersOn);
  app.get("/dashboard", page.showPage);
  app.get("/dashboard/assets/:version/*asset", page.showAsset);
  app.get("/admin/overview", createOverviewHandler(context));
}
