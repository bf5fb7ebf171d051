import type { Snapshot } from "@switchyard/state";

import type { GatewayContext } from "../gateway-context.ts";
import { strategyInForce } from "../world/switches.ts";
import { worldOfProvider } from "../world/world-of-provider.ts";

/** What `/stats` and `/v1/stats` tell: counted in this process since its start. */
export function showStats({ traffic, directory, state, settings, admission, waitingRoom }: GatewayContext) {
  const snapshot = state.snapshot();
  const { totals, usage } = traffic;
  const cacheWrites = usage.cacheWrite5m + usage.cacheWrite1h;
  const input = usage.uncachedInput + usage.cacheRead + cacheWrites;
  return {
    request_stats: {
      total_requests: totals.requests,
      successful_requests: totals.successes,
      failed_requests: totals.failures,
      fallback_requests: totals.fallbacks,
      rate_limited_requests: totals.rateLimited,
      cancelled_requests: totals.clientGone,
    },
    active_requests: traffic.active,
    /** Those that wait for one of this gateway's places, and those that wait for room at a provider. */
    waiting_requests: { admission: admission.waiting, limits: waitingRoom.waiting },
    router_stats: {
      strategy: strategyInForce(settings.current(), snapshot),
      substitution: settings.current().gateway.substitution,
      store: snapshot.store,
      replicas: snapshot.replicas,
      ...listTroubles(directory, snapshot),
    },
    provider_endpoints: Object.fromEntries(
      settings.current().providers.map(({ name, serviceUrl }) => [name, serviceUrl]),
    ),
    provider_stats: Object.fromEntries(
      directory.providers().map(({ name }) => {
        const { successes, failures, successRate, averageLatencyMs } = traffic.provider(name);
        return [
          name,
          {
            total_requests: successes + failures,
            successful_requests: successes,
            failed_requests: failures,
            success_rate: successRate ?? null,
            avg_latency_ms: averageLatencyMs ?? null,
          },
        ];
      }),
    ),
    session_start_time: new Date(traffic.startedAt).toISOString(),
    session_duration_seconds: Math.round((Date.now() - traffic.startedAt) / 1000),
    total_requests: totals.requests,
    total_input_tokens: input,
    total_output_tokens: usage.output,
    total_tokens: input + usage.output,
    total_cache_creation_tokens: cacheWrites,
    total_cache_read_tokens: usage.cacheRead,
    total_cache_hit_tokens: usage.cacheRead,
    total_cache_miss_tokens: usage.uncachedInput + cacheWrites,
    total_reasoning_tokens: usage.reasoning,
    /** Dollars, of this gateway since its start, failed attempts included. */
    total_cost: traffic.costs.total / NANO,
    cost_by_provider: toDollars(traffic.costs.byProvider),
    cost_by_model: toDollars(traffic.costs.byModel),
    model_usage_count: Object.fromEntries(traffic.models),
  };
}

const NANO = 1_000_000_000;

function toDollars(costs: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...costs].map(([name, nanoDollars]) => [name, nanoDollars / NANO]));
}

/** Who rests, who comes back step by step after a rest, whose breaker is not closed. */
function listTroubles(directory: GatewayContext["directory"], snapshot: Snapshot) {
  const worlds = directory.providers().map(({ name }) => ({ provider: name, ...worldOfProvider(snapshot, name) }));
  return {
    resting: worlds.flatMap(({ provider, rests }) =>
      rests.map(({ scope, rest }) => ({ provider, scope, failure: rest.failure })),
    ),
    returning: worlds.flatMap(({ provider, buckets }) =>
      [...buckets].flatMap(([bucket, { share }]) => (share < 1 ? [{ provider, bucket, share }] : [])),
    ),
    breakers: worlds.flatMap(({ provider, targets }) =>
      [...targets].flatMap(([model, { breaker }]) =>
        breaker === "closed" ? [] : [{ provider, model, state: breaker }],
      ),
    ),
  };
}
