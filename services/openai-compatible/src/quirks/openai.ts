import { BEARER, type EndpointQuirks } from "./endpoint-quirks.ts";

/** https://developers.openai.com/api/reference, read 2026-11. */
export const OPENAI_QUIRKS: EndpointQuirks = {
  credentialSetting: "OPENAI_API_KEY",
  keyHeader: BEARER,
  addresses: { chat: "{base}/chat/completions", responses: "{base}/responses" },
  check: "{base}/models",
  listsModels: false,
  newModelDialect: "responses",
  newModelProfile: "as_newest",
  adopts: /^(?:gpt-|o\d|chatgpt-|codex-|ft:)/i,
  // Every current model takes it, reasoning models nothing else.
  target: { outputTokensField: "max_completion_tokens" },
};
