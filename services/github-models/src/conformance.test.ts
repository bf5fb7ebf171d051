import { describeProviderConformance } from "@switchyard/provider-kit/conformance";
import { startSimulator } from "@switchyard/simulators";

import { createGithubModelsProvider } from "./github-models-provider.ts";

describeProviderConformance("GitHub Models", {
  createProvider: createGithubModelsProvider,
  startSimulator: () => startSimulator("github-models"),
  settings: ({ baseUrl }) => ({ kind: "github-models", baseUrl }),
  model: "openai/gpt-4.1",
  countsTokens: false,
  thinks: false,
});
