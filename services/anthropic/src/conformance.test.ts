import { describeProviderConformance } from "@switchyard/provider-kit/conformance";
import { startSimulator } from "@switchyard/simulators";

import { createAnthropicProvider } from "./anthropic-provider.ts";

describeProviderConformance("anthropic", {
  startSimulator: () => startSimulator("anthropic"),
  settings: ({ baseUrl }) => ({ kind: "anthropic", baseUrl }),
  createProvider: createAnthropicProvider,
  model: "claude-opus-4-8",
  countsTokens: true,
});
