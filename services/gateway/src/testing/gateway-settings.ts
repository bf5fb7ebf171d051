import type { CostSettings, GatewaySettings, ProviderSettings, Settings } from "@switchyard/service-kit";

let revisions = 0;

/** Settings of one provider, for tests: everything that is not said is patient and open. */
export function providerSettings(
  name: string,
  serviceUrl: string,
  more: Partial<ProviderSettings> = {},
): ProviderSettings {
  return {
    name,
    kind: "openai-compatible",
    enabled: true,
    missing: [],
    priority: 10,
    port: 0,
    serviceUrl,
    baseUrl: "http://127.0.0.1:9",
    credential: { type: "none" },
    customHeaders: {},
    timeouts: { connectMs: 10_000, firstOutputMs: 5000, idleMs: 5000, totalMs: 20_000 },
    maxRetries: 0,
    models: { big: [], middle: [], small: [] },
    aliases: {},
    customModels: [],
    weight: 1,
    limits: [],
    simulated: false,
    ...more,
  };
}

/** Costs as without a word in the configuration: no budget, no webhook, nothing fetched. */
export function costSettings(more: Partial<CostSettings> = {}): CostSettings {
  return {
    host: "127.0.0.1",
    port: 0,
    workerUrl: "http://127.0.0.1:9",
    databaseFile: "/nowhere/ledger.sqlite",
    outboxDirectory: "/nowhere/outbox",
    retentionDays: 90,
    timeZone: "UTC",
    intentLeaseMs: 900_000,
    alerts: {
      cooldownMs: 3_600_000,
      budgetShares: [0.75, 0.9, 1],
      runawayFactor: 10,
      runawayNanoDollarsPerMinute: 1e9,
      driftShare: 0.05,
      webhooks: [],
    },
    prices: [],
    priceRefreshMs: 0,
    transcriptsDirectory: "/nowhere/projects",
    budgets: {},
    ...more,
  };
}

export function gatewaySettings(
  providers: readonly ProviderSettings[],
  gateway: Partial<GatewaySettings> = {},
  more: Partial<Settings> = {},
): Settings {
  revisions += 1;
  return {
    revision: `test-${revisions}`,
    gateway: {
      host: "127.0.0.1",
      port: 0,
      clientKeys: [],
      allowedHosts: [],
      allowedOrigins: [],
      maxBodyBytes: 33_554_432,
      earlyHeadersMs: 15_000,
      pingIntervalMs: 10_000,
      maxFallbackAttempts: 3,
      fallbackDelayMs: 10,
      maxConcurrentRequests: 100,
      substitution: "when_unavailable",
      strategy: "priority",
      weights: { headroom: 0.4, speed: 0.3, price: 0.2, reliability: 0.1 },
      preference: {},
      failoverPolicy: "balanced",
      rateLimitThreshold: 0.8,
      explorationShare: 0,
      queue: { maxWaitMs: 2000, maxLength: 200 },
      timeouts: { connectMs: 10_000, firstOutputMs: 5000, idleMs: 5000, totalMs: 20_000 },
      shutdownGraceMs: 50,
      modelAliases: {},
      modes: { longContextThreshold: 128_000 },
      ...gateway,
    },
    providers,
    costs: costSettings(),
    clients: [],
    log: { level: "error", format: "json" },
    stateDirectory: "/nowhere",
    redisKeyPrefix: "switchyard:",
    demo: false,
    healthCheckIntervalMs: 60_000,
    circuitBreaker: { failureThreshold: 5, recoveryTimeoutMs: 60_000 },
    warnings: [],
    ...more,
  };
}
