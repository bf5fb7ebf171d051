import type { ProviderSettings } from "@switchyard/service-kit";

/** Where a kind of provider lists its models, behind its base URL; Google Cloud lists those of others nowhere. */
const MODELS_PATH: Readonly<Record<string, string>> = {
  anthropic: "/v1/models",
  "github-models": "/catalog/models",
  openrouter: "/models",
  openai: "/models",
  azure: "/models",
  gemini: "/models",
  deepseek: "/models",
  ollama: "/v1/models",
  "openai-compatible": "/models",
};

/** undefined: there is no list. */
export function modelsUrl({ kind, baseUrl }: Pick<ProviderSettings, "kind" | "baseUrl">): string | undefined {
  const path = MODELS_PATH[kind];
  return path === undefined ? undefined : `${baseUrl}${path}`;
}
