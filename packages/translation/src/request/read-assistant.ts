import type { ContentBlock, ToolUseBlock, UnknownBlock } from "@switchyard/wire";

import { decodeThinkingSignature, isSameIssuer } from "../thinking-signature.ts";
import { appendContent, appendText, unknownBlock } from "./content-parts.ts";
import type { AssistantPart, CallPart, ContentPart, TextPart } from "./conversation.ts";
import { textPart } from "./conversation.ts";
import { beyondTarget, invalidRequest, isRecord, requireString } from "./invalid-request.ts";
import { pathOf } from "./place.ts";
import type { ReaderContext } from "./reader-context.ts";
import { serverBlockText } from "./server-block-text.ts";
import { STRICT_API_VERSION } from "./validate-request.ts";

/** A block of an assistant message. Throws invalid_request_error for a type that it does not know. */
export function readAssistantBlock(block: ContentBlock, context: ReaderContext): AssistantPart[] {
  const { place } = context;
  switch (block.type) {
    case "text": {
      const parts: ContentPart[] = [];
      appendText(parts, block, place);
      return parts.filter((part) => part.kind === "text");
    }
    case "thinking":
      return ownReasoning(block.signature, block.thinking, context);
    case "redacted_thinking":
      return ownReasoning(block.data, "", context);
    case "tool_use":
      return callParts(block, context);
    case "document":
      if (context.apiVersion >= STRICT_API_VERSION)
        throw invalidRequest(pathOf(place), "document blocks are not permitted in assistant messages");
      return textOnly(block, context);
    case "image":
      throw invalidRequest(pathOf(place), "image blocks are not permitted in assistant messages");
    case "tool_result":
      throw invalidRequest(pathOf(place), "tool_result blocks can only be in user messages");
    default:
      return serverBlock(block as UnknownBlock, context);
  }
}

/** Only what this very target issued can be given back to it; everything else would be refused. */
function ownReasoning(signature: unknown, thinking: unknown, context: ReaderContext): AssistantPart[] {
  const { target, warnings, place } = context;
  const marked = typeof signature === "string" ? decodeThinkingSignature(signature) : undefined;
  if (marked === undefined || !isSameIssuer(marked.issuer, target.issuer)) {
    warnings.add(
      "foreign-thinking-left-out",
      "thinking that another model issued is not sent to this one",
      pathOf(place),
    );
    return [];
  }
  if (marked.payload.kind !== target.reasoningHistory) return [];
  return [{ kind: "reasoning", payload: marked.payload, text: typeof thinking === "string" ? thinking : "" }];
}

/** The call, led by what was kept aside for it where the client has thinking off. */
function callParts(block: ToolUseBlock, context: ReaderContext): AssistantPart[] {
  const call = callPart(block, context);
  const recalled = context.recallThinking?.(call.clientId);
  if (recalled === undefined || !isSameIssuer(recalled.issuer, context.target.issuer)) return [call];
  if (recalled.payload.kind !== context.target.reasoningHistory) return [call];
  return [{ kind: "reasoning", payload: recalled.payload, text: "" }, call];
}

function callPart(block: ToolUseBlock, context: ReaderContext): CallPart {
  const clientId = requireString(block.id, pathOf(context.place, "id"));
  const name = requireString(block.name, pathOf(context.place, "name"));
  const input = block.input ?? {};
  if (!isRecord(input)) throw invalidRequest(pathOf(context.place, "input"), "Input should be a valid dictionary");
  return {
    kind: "call",
    id: context.callIds.assign(clientId),
    clientId,
    name: context.toolNames.toUpstream(name),
    arguments: JSON.stringify(input),
  };
}

/** An assistant message of these targets holds text and calls only. */
function textOnly(block: ContentBlock, context: ReaderContext): AssistantPart[] {
  const parts: ContentPart[] = [];
  appendContent(parts, block, context.target, context.place);
  const text = parts.filter((part): part is TextPart => part.kind === "text");
  if (text.length < parts.length)
    throw beyondTarget(pathOf(context.place), `${context.target.model} takes no files in assistant messages`);
  return text;
}

function serverBlock(block: UnknownBlock, context: ReaderContext): AssistantPart[] {
  const { place, warnings } = context;
  const parts: ContentPart[] = [];
  if (appendContent(parts, block as ContentBlock, context.target, place))
    return parts.filter((part) => part.kind === "text");
  const text = block.type === "tool_search_tool_result" ? searchedTools(block, context) : serverBlockText(block);
  if (text === undefined) throw unknownBlock(block, place);
  warnings.add("server-tool-history-as-text", `${block.type} blocks were turned into text`, pathOf(place));
  return text === "" ? [] : [textPart(text)];
}

/** The API's own tool search refers to tools as a client's does. */
function searchedTools(block: UnknownBlock, context: ReaderContext): string {
  const content = block["content"];
  const references = isRecord(content) ? content["tool_references"] : undefined;
  if (!Array.isArray(references)) return serverBlockText(block) ?? "";
  const names = references.map((reference: unknown) => (isRecord(reference) ? String(reference["tool_name"]) : ""));
  for (const name of names) context.ledger.reference(name);
  return context.ledger.functionsText(names);
}
