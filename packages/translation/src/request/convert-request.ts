import type { MessagesRequest } from "@switchyard/wire";

import type { ConvertedRequest, TranslationContext, TranslationTarget } from "../contract.ts";
import { createToolNames } from "../tool-names.ts";
import { createCallIds } from "./call-ids.ts";
import { chatBody } from "./chat-body.ts";
import { invalidRequest } from "./invalid-request.ts";
import { hasForeignToolLoop, planReasoning, wantsThinking } from "./plan-reasoning.ts";
import { readConversation } from "./read-conversation.ts";
import type { RequestParts } from "./request-parts.ts";
import { outputLimit, stopSequences, warnOfUnknownFields } from "./request-options.ts";
import { responsesBody } from "./responses-body.ts";
import { readSystemPrompt } from "./system-prompt.ts";
import { createToolLedger } from "./tool-ledger.ts";
import { validateRequest } from "./validate-request.ts";
import { fitToolChoice, isForced, readToolChoice } from "./tool-fields.ts";
import { createWarnings } from "./warnings.ts";

/**
 * A Messages request in the dialect of an OpenAI-shaped target. The request is not changed; its strings are
 * shared. Throws GatewayError: invalid_request_error with the path of what is wrong, named a capability failure
 * where another target could serve the request.
 */
export function convertRequest(
  request: MessagesRequest,
  target: TranslationTarget,
  context: TranslationContext,
): ConvertedRequest {
  try {
    return convert(request, target, context);
  } catch (error) {
    // Only a body nested thousands of levels deep exhausts the stack.
    if (error instanceof RangeError) throw invalidRequest("body", "The request is nested too deeply");
    throw error;
  }
}

function convert(request: MessagesRequest, target: TranslationTarget, context: TranslationContext): ConvertedRequest {
  validateRequest(request, context.apiVersion);
  const parts = readParts(request, target, context);
  const body = target.dialect === "chat" ? chatBody(parts) : responsesBody(parts);
  if (target.extraBody !== undefined) Object.assign(body, target.extraBody);
  return {
    body,
    warnings: parts.warnings.list,
    answerContext: {
      ...context,
      target,
      toolNames: parts.toolNames,
      stopSequences: parts.stopSequences,
      wantsThinking: wantsThinking(request.thinking),
      omitsThinkingText: omitsThinkingText(request),
    },
  };
}

function readParts(request: MessagesRequest, target: TranslationTarget, context: TranslationContext): RequestParts {
  const warnings = createWarnings();
  const tools = request.tools ?? [];
  const toolNames = createToolNames(
    tools.flatMap((tool: { name?: unknown } | null) => (typeof tool?.name === "string" ? [tool.name] : [])),
    target.maxToolNameLength,
  );
  const ledger = createToolLedger(tools, toolNames, warnings);
  const system = readSystemPrompt(request.system);
  const place = { message: 0, block: -1, inner: -1, imagesNotSeen: 0 };
  const turns = readConversation(request.messages, {
    target,
    apiVersion: context.apiVersion,
    recallThinking: context.recallThinking,
    toolNames,
    callIds: createCallIds(target),
    ledger,
    warnings,
    place,
  });
  if (place.imagesNotSeen > 0) {
    const images = `${place.imagesNotSeen} image(s) became a sentence`;
    warnings.add("image-not-seen", `${images}: ${target.model} takes no images`);
  }
  if (!turns.some((turn) => turn.role !== "system")) throw invalidRequest("messages", "no message has any content");
  if (turns.at(-1)?.role === "assistant")
    warnings.add(
      "prefill-not-continued",
      "the last message is the assistant's; this target answers it, it does not go on with it",
    );
  warnOfUnknownFields(request, warnings);
  const offered = ledger.offered();
  const maxTokens = outputLimit(request, target, warnings);
  const foreignLoop = hasForeignToolLoop(turns, target);
  const choice = readToolChoice(request.tool_choice, offered, toolNames);
  const reasoning = planReasoning(
    { request, target, hasTools: offered.length > 0, maxTokens, foreignLoop, forcedTool: isForced(choice) },
    warnings,
  );
  return {
    request,
    target,
    context,
    warnings,
    toolNames,
    offered,
    system,
    turns,
    maxTokens,
    reasoning,
    toolChoice: fitToolChoice(choice, target, reasoning, warnings),
    stopSequences: stopSequences(request, target, warnings),
    wantsThinkingText: wantsThinking(request.thinking) && !omitsThinkingText(request),
  };
}

function omitsThinkingText(request: MessagesRequest): boolean {
  const { thinking } = request;
  return thinking !== undefined && thinking !== null && "display" in thinking && thinking.display === "omitted";
}
