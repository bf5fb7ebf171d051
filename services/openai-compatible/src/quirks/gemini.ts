import { BEARER, type EndpointQuirks } from "./endpoint-quirks.ts";

/** https://ai.google.dev/gemini-api/docs/openai, read 2026-11. */
export const GEMINI_QUIRKS: EndpointQuirks = {
  credentialSetting: "GEMINI_API_KEY",
  keyHeader: BEARER,
  addresses: { chat: "{base}/chat/completions" },
  check: "{base}/models",
  listsModels: false,
  newModelDialect: "chat",
  newModelProfile: "as_newest",
  adopts: /^(?:models\/)?(?:gemini|gemma)-/i,
};
