import type { ProviderKind } from "@switchyard/catalog";

const HOSTS: readonly (readonly [RegExp, ProviderKind])[] = [
  [/(^|\.)anthropic\.com$/, "anthropic"],
  [/(^|-)aiplatform(\.\w+\.rep)?\.googleapis\.com$/, "vertex"],
  [/^generativelanguage\.googleapis\.com$/, "gemini"],
  [/(^|\.)models\.github\.ai$|^models\.inference\.ai\.azure\.com$/, "github-models"],
  [/(^|\.)openrouter\.ai$/, "openrouter"],
  [/(^|\.)openai\.com$/, "openai"],
  [/\.openai\.azure\.com$|\.services\.ai\.azure\.com$|\.cognitiveservices\.azure\.com$/, "azure"],
  [/(^|\.)deepseek\.com$/, "deepseek"],
  [/(^|\.)ollama\.com$/, "ollama"],
];

const OLLAMA_PORT = "11434";

/** The kind that an address belongs to; anything unknown is taken for an OpenAI-compatible server. */
export function inferKind(baseUrl: string, apiVersion?: string): ProviderKind {
  const { hostname, port, pathname } = new URL(baseUrl);
  const known = HOSTS.find(([pattern]) => pattern.test(hostname))?.[1];
  if (known !== undefined) return known;
  if (apiVersion !== undefined) return "azure";
  return port === OLLAMA_PORT && !pathname.startsWith("/v1") ? "ollama" : "openai-compatible";
}
