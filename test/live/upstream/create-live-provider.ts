import type { Provider, ProviderDependencies } from "@switchyard/provider-kit";
import { createAnthropicProvider } from "@switchyard/service-anthropic";
import { createGithubModelsProvider } from "@switchyard/service-github-models";
import type { ProviderSettings } from "@switchyard/service-kit";
import { createOpenAiCompatibleProvider } from "@switchyard/service-openai-compatible";
import { createOpenRouterProvider } from "@switchyard/service-openrouter";
import { createVertexProvider } from "@switchyard/service-vertex";

type CreateProvider = (settings: ProviderSettings, dependencies: ProviderDependencies) => Provider;

const CREATE: Readonly<Record<string, CreateProvider>> = {
  anthropic: createAnthropicProvider,
  vertex: createVertexProvider,
  "github-models": createGithubModelsProvider,
  openrouter: createOpenRouterProvider,
};

/** The provider as its own service makes it. */
export const createLiveProvider: CreateProvider = (settings, dependencies) =>
  (CREATE[settings.kind] ?? createOpenAiCompatibleProvider)(settings, dependencies);
