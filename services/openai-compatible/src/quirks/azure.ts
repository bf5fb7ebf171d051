import type { EndpointQuirks } from "./endpoint-quirks.ts";

/**
 * The v1 API: models are named in the body by their deployment, no api-version.
 * https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle, read 2026-11.
 * Claude on Foundry speaks the Messages API: https://learn.microsoft.com/azure/ai-foundry/foundry-models/how-to/use-foundry-models-claude.
 */
export const AZURE_QUIRKS: EndpointQuirks = {
  credentialSetting: "AZURE_API_KEY",
  keyHeader: { name: "api-key", prefix: "" },
  addresses: {
    chat: "{base}/chat/completions",
    responses: "{base}/responses",
    messages: "{root}/anthropic/v1/messages",
  },
  check: "{base}/models",
  listsModels: false,
  // A deployment's name does not tell its model: what all of them take, and no sampling by surprise.
  newModelDialect: "chat",
  newModelProfile: "plain",
  adopts: /^(?!claude-)[\w.-]+$/i,
  target: { outputTokensField: "max_completion_tokens" },
  // Requests are counted in windows of ten seconds, and what remains of one is told without its limit:
  // https://clemenssiebler.com/posts/understanding-azure-openai-x-ratelimit-remaining-tokens-x-ratelimit-remaining-requests-headers/
  limitSignals: { dialects: ["anthropic", "per_resource", "plain", "worded"], bareRequestsWindowMs: 10_000 },
};

/**
 * The dated API: the deployment stands in the path.
 * https://learn.microsoft.com/azure/ai-foundry/openai/reference, read 2026-11.
 */
export const AZURE_DATED_QUIRKS: EndpointQuirks = {
  ...AZURE_QUIRKS,
  addresses: {
    chat: "{root}/openai/deployments/{model}/chat/completions?api-version={apiVersion}",
    responses: "{root}/openai/responses?api-version={apiVersion}",
    messages: "{root}/anthropic/v1/messages",
  },
  check: "{root}/openai/models?api-version={apiVersion}",
};
