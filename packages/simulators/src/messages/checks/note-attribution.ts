import type { Check } from "../request-facts.ts";

/**
 * Claude Code's attribution block is stripped by its place: anywhere but first it enters the prompt. No reason to refuse.
 * Source: code.claude.com/docs/en/llm-gateway-protocol, read 2026-11.
 */
export const noteAttribution: Check = ({ body, notes }) => {
  const texts = (body.system ?? []).map((block) => ("text" in block ? block.text : ""));
  const index = texts.findIndex((text) => text.startsWith("x-anthropic-billing-header:"));
  if (index > 0) notes.push("attribution block is not the first system block");
  const text = texts[index];
  if (text !== undefined && !/^x-anthropic-billing-header: cc_version=[^;]+; cc_entrypoint=[^;]+;/.test(text)) {
    notes.push("attribution block was altered");
  }
  return undefined;
};
