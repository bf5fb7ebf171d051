import type { ContentBlock, UnknownBlock } from "@switchyard/wire";

import { appendContent, unknownBlock } from "./content-parts.ts";
import type { ContentPart } from "./conversation.ts";
import { textPart } from "./conversation.ts";
import { invalidRequest } from "./invalid-request.ts";
import { pathOf } from "./place.ts";
import type { ReaderContext } from "./reader-context.ts";
import { serverBlockText } from "./server-block-text.ts";
import { STRICT_API_VERSION } from "./validate-request.ts";

/** A block of a user message, tool results apart. Throws invalid_request_error for a type that it does not know. */
export function readUserBlock(block: ContentBlock, context: ReaderContext): ContentPart[] {
  const { target, place, warnings, apiVersion } = context;
  if (block.type === "text" && apiVersion >= STRICT_API_VERSION && (block.citations?.length ?? 0) > 0)
    throw invalidRequest(pathOf(place, "citations"), "Extra inputs are not permitted on text blocks of user messages");
  const parts: ContentPart[] = [];
  if (appendContent(parts, block, target, place)) return parts;
  const text = serverBlockText(block as UnknownBlock);
  if (text === undefined) throw unknownBlock(block, place);
  warnings.add("server-tool-history-as-text", `${block.type} blocks were turned into text`, pathOf(place));
  return text === "" ? [] : [textPart(text)];
}
