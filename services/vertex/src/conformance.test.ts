import { describeProviderConformance, type ConformanceSetup } from "@switchyard/provider-kit/conformance";
import { createSecret } from "@switchyard/provider-kit/testing";
import type { ProviderSettings } from "@switchyard/service-kit";
import { startSimulator } from "@switchyard/simulators";

import { createVertexProvider } from "./vertex-provider.ts";

function credentialOf(token: string): Pick<ProviderSettings, "credential"> {
  return {
    credential: { type: "google", project: "team-1", location: "global", accessToken: createSecret(token) },
  };
}

const common: Omit<ConformanceSetup, "model" | "countsTokens"> = {
  createProvider: createVertexProvider,
  startSimulator: () => startSimulator("vertex"),
  settings: ({ baseUrl }) => ({ kind: "vertex", baseUrl, ...credentialOf("ya29.secret") }),
  wrongCredential: credentialOf("invalid"),
  secret: "ya29.secret",
};

describeProviderConformance("Claude on Vertex AI", { ...common, model: "claude-opus-4-8", countsTokens: true });
describeProviderConformance("Gemini on Vertex AI", {
  ...common,
  model: "google/gemini-3.1-pro-preview",
  countsTokens: false,
});
