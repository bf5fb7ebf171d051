import type { ConversationView, ToolResultView } from "../../scenario.ts";
import { findLastUserTurn, withoutReminders } from "../last-user-turn.ts";
import {
  nameOfCall,
  nameOfTool,
  partsOf,
  textOfChatMessage,
  type ChatMessage,
  type ChatRequest,
} from "./chat-request.ts";

const SYSTEM_ROLES = new Set(["system", "developer"]);

/** What a chat completions request says, in the words that scripts and brains understand. */
export function viewChatRequest(request: ChatRequest): ConversationView {
  const { messages } = request;
  const last = findLastUserTurn(messages, (message) => ({
    isUser: message.role === "user",
    isToolResult: message.role === "tool",
    text: withoutReminders(textOfChatMessage(message)),
  }));
  return {
    model: request.model,
    stream: request.stream === true,
    system: messages
      .filter((message) => SYSTEM_ROLES.has(message.role))
      .map(textOfChatMessage)
      .join("\n"),
    lastUserText: last.text,
    tools: (request.tools ?? []).map(nameOfTool),
    toolResults: readToolResults(messages, last.index),
  };
}

function readToolResults(messages: readonly ChatMessage[], since: number): ToolResultView[] {
  const names = new Map<string, string>();
  for (const call of messages.flatMap((message) => message.tool_calls ?? [])) names.set(call.id, nameOfCall(call));
  return messages.flatMap((message, index) => {
    if (index <= since || message.role !== "tool") return [];
    const callId = message.tool_call_id ?? "";
    const name = names.get(callId);
    const text = textOfChatMessage(message);
    return [
      {
        callId,
        ...(name === undefined ? {} : { name }),
        text,
        hasImage: hasImage(message) || imageFollows(messages, index),
        isError: /^\s*(<tool_use_error>|\[?error\b)/i.test(text),
      },
    ];
  });
}

/** Targets that take no images in tool results get them in a user message right behind. */
function imageFollows(messages: readonly ChatMessage[], index: number): boolean {
  const next = messages.slice(index + 1).find((message) => message.role !== "tool");
  return next?.role === "user" && hasImage(next);
}

function hasImage(message: ChatMessage): boolean {
  return partsOf(message).some((part) => part.type === "image_url");
}
