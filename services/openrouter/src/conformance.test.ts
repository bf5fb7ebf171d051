import { describeProviderConformance, type ConformanceSetup } from "@switchyard/provider-kit/conformance";
import { startSimulator } from "@switchyard/simulators";

import { createOpenRouterProvider } from "./openrouter-provider.ts";

const common: Omit<ConformanceSetup, "model"> = {
  createProvider: createOpenRouterProvider,
  startSimulator: () => startSimulator("openrouter"),
  settings: ({ baseUrl }) => ({
    kind: "openrouter",
    baseUrl,
    // OpenRouter asks for three seconds of patience, twice in one case.
    timeouts: { connectMs: 1000, firstOutputMs: 2000, idleMs: 2000, totalMs: 15_000 },
  }),
  countsTokens: false,
};

describeProviderConformance("Claude on OpenRouter", { ...common, model: "anthropic/claude-opus-4.8" });
describeProviderConformance("another model on OpenRouter", { ...common, model: "deepseek/deepseek-v4-pro" });
