import { BEARER, type EndpointQuirks } from "./endpoint-quirks.ts";

/**
 * Whatever else speaks chat completions: vLLM, llama.cpp, SGLang, LM Studio, Groq, xAI, Mistral, … Models
 * that configuration calls `direct` are reached by the Messages API, which many of these serve as well.
 */
export const GENERIC_QUIRKS: EndpointQuirks = {
  credentialSetting: "the provider's api_key",
  keyHeader: BEARER,
  messagesKeyHeader: { name: "x-api-key", prefix: "" },
  addresses: { chat: "{base}/chat/completions", responses: "{base}/responses", messages: "{root}/v1/messages" },
  check: "{base}/models",
  listsModels: true,
  newModelDialect: "chat",
  newModelProfile: "plain",
  adopts: /^(?!claude-)\S+$/i,
  messages: { removeFields: ["context_management", "container", "mcp_servers"], demandsThinkingInLoops: false },
};
