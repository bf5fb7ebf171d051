import type { Request, Response } from "express";

import type { GatewayContext } from "../gateway-context.ts";
import { describeProvider, isServing, isTroubled, type ProviderHealth } from "../providers/describe-provider.ts";
import { VERSION } from "../version.ts";
import { showStats } from "./stats.ts";

export interface GatewayHealth {
  /** "unhealthy": nobody can answer; "degraded": somebody who should cannot. */
  status: "healthy" | "degraded" | "unhealthy";
  timestamp: string;
  version: string;
  /** Seconds. */
  uptime: number;
  active_requests: number;
  providers: Record<string, ProviderHealth>;
  stats: ReturnType<typeof showStats>["request_stats"];
}

/**
 * GET /health: computed from what attempts and background looks have shown, for people and monitors. 503
 * when nobody can answer; orchestrators use /health/live and /health/ready, which never depend on that.
 */
export function createHealthHandler(context: GatewayContext) {
  return function handleHealth(_request: Request, response: Response): void {
    const health = describeGateway(context);
    response.status(health.status === "unhealthy" ? 503 : 200).json(health);
  };
}

export function describeGateway(context: GatewayContext): GatewayHealth {
  const entries = context.directory.providers().map((known) => [known.name, describeProvider(context, known)] as const);
  const healths = entries.map(([, health]) => health);
  const status = healths.some(isServing) ? (healths.some(isTroubled) ? "degraded" : "healthy") : "unhealthy";
  return {
    status,
    timestamp: new Date().toISOString(),
    version: VERSION,
    uptime: Math.round((Date.now() - context.traffic.startedAt) / 1000),
    active_requests: context.traffic.active,
    providers: Object.fromEntries(entries),
    stats: showStats(context).request_stats,
  };
}
