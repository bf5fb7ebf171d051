import type { Express } from "express";

import type { GatewayContext } from "../gateway-context.ts";
import { createMessagesHandler } from "./messages.ts";

/** Every route of the gateway. */
export function addRoutes(app: Express, context: GatewayContext): void {
  app.post("/v1/messages", createMessagesHandler(context));
}
