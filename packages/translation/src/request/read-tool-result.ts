import type { ContentBlock, ToolReferenceBlock, ToolResultBlock } from "@switchyard/wire";

import { appendContent, unknownBlock } from "./content-parts.ts";
import type { ContentPart } from "./conversation.ts";
import { textPart } from "./conversation.ts";
import { invalidRequest, isObject, requireString } from "./invalid-request.ts";
import { pathOf } from "./place.ts";
import type { ReaderContext } from "./reader-context.ts";

const NO_OUTPUT = "(no output)";
const ERROR_PREFIX = "Error: ";

/** The content of a tool result, never empty. References to deferred tools offer them and become their definitions. */
export function readToolResult(block: ToolResultBlock, context: ReaderContext): ContentPart[] {
  requireString(block.tool_use_id, pathOf(context.place, "tool_use_id"));
  const parts = readContent(block, context);
  if (parts.length === 0) parts.push(textPart(NO_OUTPUT));
  if (block.is_error === true) markAsError(parts);
  const last = parts.at(-1);
  if (block.cache_control && last !== undefined) last.cache = block.cache_control;
  return parts;
}

function readContent(block: ToolResultBlock, context: ReaderContext): ContentPart[] {
  const content: unknown = block.content;
  if (content === undefined || content === null || content === "") return [];
  if (typeof content === "string") return [textPart(content)];
  const { place } = context;
  if (!Array.isArray(content))
    throw invalidRequest(pathOf(place, "content"), "Input should be a valid string or list of content blocks");
  const parts: ContentPart[] = [];
  let references: string[] = [];
  for (const [index, inner] of (content as ContentBlock[]).entries()) {
    place.inner = index;
    if (!isObject(inner)) throw invalidRequest(pathOf(place), "Input should be a valid object");
    if (inner.type === "tool_reference") {
      references.push(readReference(inner, context));
      continue;
    }
    references = appendReferences(parts, references, context);
    if (!appendContent(parts, inner, context.target, place)) throw unknownBlock(inner, place);
  }
  appendReferences(parts, references, context);
  place.inner = -1;
  return parts;
}

function readReference(block: ToolReferenceBlock, context: ReaderContext): string {
  const name = requireString(block.tool_name, pathOf(context.place, "tool_name"));
  context.ledger.reference(name);
  return name;
}

function appendReferences(parts: ContentPart[], names: string[], context: ReaderContext): string[] {
  if (names.length === 0) return names;
  const text = context.ledger.functionsText(names);
  parts.push(textPart(text === "" ? `These tools are not available: ${names.join(", ")}` : text));
  return [];
}

/** Chat completions and Responses have no flag for it; the words are what the model sees. */
function markAsError(parts: ContentPart[]): void {
  const first = parts[0];
  if (first?.kind !== "text") parts.unshift(textPart(`${ERROR_PREFIX}the tool failed.`));
  else if (!/^\W{0,2}error/i.test(first.text)) parts[0] = { ...first, text: ERROR_PREFIX + first.text };
}
