import type { ModelTier } from "@switchyard/wire";

import type { GatewayContext } from "../gateway-context.ts";
import type { KnownProvider } from "../routing/candidate.ts";

export type ProviderState =
  | "healthy"
  /** Fails more often than not, but answers. */
  | "degraded"
  /** As many failures in a row as the breaker allows, or its upstream does not answer its check. */
  | "unhealthy"
  /** Left alone until its configuration changes. */
  | "resting"
  /** Its service does not answer. */
  | "unreachable"
  | "checking"
  | "unconfigured"
  | "retired"
  | "disabled";

/** A provider as `/health` shows it. */
export interface ProviderHealth {
  status: ProviderState;
  priority: number;
  enabled: boolean;
  /** Failures since the last success. */
  failure_count: number;
  last_success: string | null;
  last_failure: string | null;
  last_failure_reason: string | null;
  avg_latency_ms: number | null;
  p95_latency_ms: number | null;
  success_rate: number | null;
  models: Record<ModelTier, string[]>;
  simulated: boolean;
  reason?: string;
  missing?: readonly string[];
  /** What of it is left alone, why, and until when. */
  resting?: { scope: string; failure: string; until: string | null }[];
}

/** States in which requests can be answered. */
const SERVING: ReadonlySet<ProviderState> = new Set(["healthy", "degraded", "unhealthy"]);
/** States that somebody chose; nothing is wrong with them. */
const CHOSEN: ReadonlySet<ProviderState> = new Set(["disabled", "unconfigured", "retired"]);

export function isServing({ status }: ProviderHealth): boolean {
  return SERVING.has(status);
}

export function isTroubled({ status }: ProviderHealth): boolean {
  return status !== "healthy" && !CHOSEN.has(status);
}

/** What attempts and background looks have shown of a provider. Never does I/O. */
export function describeProvider(context: GatewayContext, provider: KnownProvider): ProviderHealth {
  const traffic = context.traffic.provider(provider.name);
  const rests = context.rests.list().filter((rest) => rest.provider === provider.name);
  const reason = findReason(context, provider);
  const missing = provider.info?.missing ?? provider.missing;
  return {
    status: findState(context, provider),
    priority: provider.priority,
    enabled: provider.enabled,
    failure_count: traffic.failureCount,
    last_success: toDate(traffic.lastSuccess),
    last_failure: toDate(traffic.lastFailure),
    last_failure_reason: traffic.lastFailureName ?? null,
    avg_latency_ms: round(traffic.averageLatencyMs),
    p95_latency_ms: round(traffic.p95LatencyMs),
    success_rate: traffic.successRate ?? null,
    models: provider.info?.tiers ?? { big: [], middle: [], small: [] },
    simulated: provider.info?.simulated ?? false,
    ...(reason === undefined ? {} : { reason }),
    ...(missing.length === 0 ? {} : { missing }),
    ...(rests.length === 0
      ? {}
      : { resting: rests.map(({ scope, rest }) => ({ scope, failure: rest.failure, until: toDate(rest.until) })) }),
  };
}

function findState(context: GatewayContext, provider: KnownProvider): ProviderState {
  const { info, enabled, missing, name } = provider;
  if (!enabled) return missing.length > 0 ? "unconfigured" : "disabled";
  if (info === undefined) return context.directory.unreachableReason(name) === undefined ? "checking" : "unreachable";
  if (info.status === "unconfigured" || info.status === "retired") return info.status;
  if (context.directory.unreachableReason(name) !== undefined) return "unreachable";
  const isResting = context.rests.list().some((rest) => rest.provider === name && rest.scope === "provider");
  if (isResting) return "resting";
  const { failureCount, successRate } = context.traffic.provider(name);
  const { failureThreshold } = context.settings.current().circuitBreaker;
  if (info.status === "unreachable" || failureCount >= failureThreshold) return "unhealthy";
  return successRate !== undefined && successRate < 0.5 ? "degraded" : "healthy";
}

function findReason(context: GatewayContext, { name, reason, info }: KnownProvider): string | undefined {
  return info?.reason ?? reason ?? context.directory.unreachableReason(name);
}

function toDate(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

function round(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 10) / 10;
}
