import { BEARER, type EndpointQuirks } from "./endpoint-quirks.ts";

/**
 * https://api-docs.deepseek.com and …/guides/anthropic_api, read 2026-11: the Messages endpoint ignores
 * anthropic-beta and anthropic-version, and of `output_config` takes the effort only.
 */
export const DEEPSEEK_QUIRKS: EndpointQuirks = {
  credentialSetting: "DEEPSEEK_API_KEY",
  keyHeader: BEARER,
  messagesKeyHeader: { name: "x-api-key", prefix: "" },
  addresses: { chat: "{base}/chat/completions", messages: "{root}/anthropic/v1/messages" },
  check: "{base}/models",
  listsModels: false,
  newModelDialect: "chat",
  newModelProfile: "as_newest",
  adopts: /^deepseek-/i,
  messages: {
    removeFields: ["context_management", "container", "mcp_servers"],
    // Its models think unless told not to, and then want each thought back.
    defaultFields: { thinking: { type: "disabled" } },
    demandsThinkingInLoops: true,
  },
};
