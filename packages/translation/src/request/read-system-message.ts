import type { MessageParam, ToolDefinition, UnknownBlock } from "@switchyard/wire";

import { appendText, unknownBlock } from "./content-parts.ts";
import type { ContentPart, TextPart } from "./conversation.ts";
import { textPart } from "./conversation.ts";
import { beyondTarget, invalidRequest, isObject, isRecord, requireString } from "./invalid-request.ts";
import { pathOf } from "./place.ts";
import type { ReaderContext } from "./reader-context.ts";

/**
 * A message of role system in mid-conversation: its text, and what it says about tools
 * (platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages).
 */
export function readSystemMessage(message: MessageParam, beforeLaterUser: boolean, context: ReaderContext): TextPart[] {
  const { place } = context;
  const content: unknown = message.content;
  const cleared = (message as { clear_at?: unknown }).clear_at === "next_user_message" && beforeLaterUser;
  if (content === undefined || content === null || content === "") return [];
  if (typeof content === "string") return cleared ? [] : [textPart(content)];
  if (!Array.isArray(content))
    throw invalidRequest(pathOf(place, "content"), "Input should be a valid string or list of content blocks");
  const parts: ContentPart[] = [];
  for (const [index, block] of (content as UnknownBlock[]).entries()) {
    place.block = index;
    if (!isObject(block)) throw invalidRequest(pathOf(place), "Input should be a valid object");
    if (block.type === "text") appendText(parts, block as { type: "text"; text: string }, place);
    else if (block.type === "tool_addition") parts.push(...added(block, context));
    else if (block.type === "tool_removal") parts.push(...removed(block, context));
    else throw unknownBlock(block, place);
  }
  place.block = -1;
  // Tools that it added or removed stay so; only its text is no longer shown.
  return cleared ? [] : parts.filter((part) => part.kind === "text");
}

function added(block: UnknownBlock, context: ReaderContext): TextPart[] {
  const tool = toolOf(block, context);
  if (tool["type"] === "tool_definition") {
    const definition = tool["definition"] as ToolDefinition;
    context.ledger.add(definition, pathOf(context.place, "tool.definition"));
    return [textPart(`From here on the tool ${context.toolNames.toUpstream(definition.name)} is available.`)];
  }
  const name = nameOf(tool, context);
  if (!context.ledger.reference(name)) return [];
  return [textPart(`From here on the tool ${context.toolNames.toUpstream(name)} is available.`)];
}

function removed(block: UnknownBlock, context: ReaderContext): TextPart[] {
  const name = nameOf(toolOf(block, context), context);
  context.ledger.remove(name);
  return [textPart(`From here on the tool ${context.toolNames.toUpstream(name)} is no longer available.`)];
}

function toolOf(block: UnknownBlock, context: ReaderContext): Record<string, unknown> {
  const tool = block["tool"];
  if (!isRecord(tool)) throw invalidRequest(pathOf(context.place, "tool"), "Field required");
  return tool;
}

function nameOf(tool: Record<string, unknown>, context: ReaderContext): string {
  if (tool["type"] !== "tool_reference")
    throw beyondTarget(
      pathOf(context.place, "tool"),
      `${String(tool["type"])} needs an MCP connector, which this target has not`,
    );
  return requireString(tool["name"], pathOf(context.place, "tool.name"));
}
