import type { ProviderSettings, Secret } from "@switchyard/service-kit";

/** Settings of one provider for tests: complete, on, with timeouts that a busy machine keeps, and whatever the test says. */
export function createProviderSettings(
  overrides: Partial<ProviderSettings> & Pick<ProviderSettings, "kind">,
): ProviderSettings {
  return {
    name: overrides.kind,
    enabled: true,
    missing: [],
    priority: 1,
    port: 0,
    serviceUrl: "http://127.0.0.1:0",
    baseUrl: "http://127.0.0.1:9",
    credential: { type: "api_key", value: createSecret("test-key") },
    customHeaders: {},
    timeouts: { connectMs: 5000, firstOutputMs: 10_000, idleMs: 10_000, totalMs: 30_000 },
    maxRetries: 0,
    models: { big: [], middle: [], small: [] },
    aliases: {},
    customModels: [],
    weight: 1,
    limits: [],
    simulated: false,
    ...overrides,
  };
}

export function createSecret(value: string): Secret {
  return { reveal: () => value, toJSON: () => "***" };
}
