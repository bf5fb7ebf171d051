import type { MessagesRequest } from "@switchyard/wire";

import type { TextPart } from "./conversation.ts";
import { textPart } from "./conversation.ts";
import { invalidRequest, isObject, requireString } from "./invalid-request.ts";

/** Claude Code's first system block: only api.anthropic.com takes it out, elsewhere it would enter the prompt. */
const ATTRIBUTION_PREFIX = "x-anthropic-billing-header:";

/** The text blocks of the system prompt, without the attribution block and empty ones. */
export function readSystemPrompt(system: MessagesRequest["system"] | null): TextPart[] {
  if (system === undefined || system === null) return [];
  if (typeof system === "string") return system === "" ? [] : [textPart(system)];
  if (!Array.isArray(system)) throw invalidRequest("system", "Input should be a valid string or list of text blocks");
  const parts: TextPart[] = [];
  for (const [index, block] of system.entries()) {
    if (!isObject(block) || block.type !== "text")
      throw invalidRequest(`system.${index}.type`, "Input should be 'text'");
    const text = requireString(block.text, `system.${index}.text`);
    if (text === "" || (index === 0 && text.startsWith(ATTRIBUTION_PREFIX))) continue;
    parts.push(textPart(text, block.cache_control));
  }
  return parts;
}
