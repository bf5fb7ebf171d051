import { BEARER, type EndpointQuirks } from "./endpoint-quirks.ts";

/**
 * https://docs.ollama.com/api/openai-compatibility and …/api/anthropic-compatibility, read 2026-11. No key
 * on one's own machine, a Bearer at ollama.com. Without word of a larger one the context is what Ollama
 * gives a model by default on a machine that is fit for coding (docs.ollama.com/context-length).
 */
export const OLLAMA_QUIRKS: EndpointQuirks = {
  credentialSetting: "OLLAMA_API_KEY",
  keyHeader: BEARER,
  addresses: { chat: "{base}/v1/chat/completions", messages: "{base}/v1/messages" },
  check: "{base}/v1/models",
  listsModels: true,
  // Its own machine: nothing is lost by speaking to it as the client does.
  newModelDialect: "messages",
  newModelProfile: "plain",
  adopts: /^(?!claude-)[\w./-]+(?::[\w.-]+)?$/i,
  assumedContextWindow: 32_768,
  messages: { removeFields: ["context_management", "container", "mcp_servers"], demandsThinkingInLoops: false },
};
