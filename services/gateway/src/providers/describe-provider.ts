import type { KnownProvider } from "@switchyard/routing";
import type { LimitStatus, TargetStatus } from "@switchyard/state";
import type { ModelTier } from "@switchyard/wire";

import type { GatewayContext } from "../gateway-context.ts";
import { type ProviderWorld, worldOfProvider } from "../world/world-of-provider.ts";

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
  /** Breakers that are not closed, and what each model has refused; only models of which there is something to say. */
  breakers?: Record<string, { state: TargetStatus["breaker"]; failures_in_row: number; open_until: string | null }>;
  left_out?: Record<string, { kind: string; name: string; until: string }[]>;
  /** By quota bucket: what is used of each limit that is known. */
  limits?: Record<string, LimitHealth[]>;
}

interface LimitHealth {
  resource: string;
  window_seconds: number;
  limit: number;
  used: number;
  resets_at: string;
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
  const world = worldOfProvider(context.state.snapshot(), provider.name);
  const reason = findReason(context, provider);
  const missing = provider.info?.missing ?? provider.missing;
  return {
    status: findState(context, provider, world),
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
    ...describeWorld(world),
  };
}

function describeWorld({ rests, targets, buckets }: ProviderWorld) {
  const open = [...targets].filter(([, { breaker }]) => breaker !== "closed");
  const taught = [...targets].filter(([, { rejections }]) => rejections.length > 0);
  const limited = [...buckets].filter(([, { limits }]) => limits.length > 0);
  return {
    ...(rests.length === 0
      ? {}
      : { resting: rests.map(({ scope, rest }) => ({ scope, failure: rest.failure, until: toDate(rest.until) })) }),
    ...(open.length === 0 ? {} : { breakers: Object.fromEntries(open.map(([id, target]) => [id, toBreaker(target)])) }),
    ...(taught.length === 0
      ? {}
      : { left_out: Object.fromEntries(taught.map(([id, target]) => [id, toLeftOut(target)])) }),
    ...(limited.length === 0
      ? {}
      : { limits: Object.fromEntries(limited.map(([name, { limits }]) => [name, limits.map(toLimitHealth)])) }),
  };
}

function toBreaker({ breaker, failuresInRow, openUntil }: TargetStatus) {
  return { state: breaker, failures_in_row: failuresInRow, open_until: toDate(openUntil) };
}

function toLeftOut({ rejections }: TargetStatus) {
  return rejections.map(({ kind, name, expiresAt }) => ({ kind, name, until: new Date(expiresAt).toISOString() }));
}

function toLimitHealth({ resource, windowMs, limit, used, resetAt }: LimitStatus): LimitHealth {
  return {
    resource,
    window_seconds: windowMs / 1000,
    limit: Math.round(limit),
    used: Math.round(used),
    resets_at: new Date(resetAt).toISOString(),
  };
}

function findState(context: GatewayContext, provider: KnownProvider, { rests }: ProviderWorld): ProviderState {
  const { info, enabled, missing, name } = provider;
  if (!enabled) return missing.length > 0 ? "unconfigured" : "disabled";
  if (info === undefined) return context.directory.unreachableReason(name) === undefined ? "checking" : "unreachable";
  if (info.status === "unconfigured" || info.status === "retired") return info.status;
  if (context.directory.unreachableReason(name) !== undefined) return "unreachable";
  if (rests.some(({ scope }) => scope === "provider")) return "resting";
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
