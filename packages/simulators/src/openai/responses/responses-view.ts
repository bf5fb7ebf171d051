import type { ConversationView, ToolResultView } from "../../scenario.ts";
import { findLastUserTurn, withoutReminders } from "../last-user-turn.ts";
import {
  CALL_TYPES,
  OUTPUT_TYPES,
  itemsOf,
  textOfParts,
  type InputItem,
  type ResponsesRequest,
} from "./responses-request.ts";

const SYSTEM_ROLES = new Set(["system", "developer"]);

/** What a Responses request says, in the words that scripts and brains understand. */
export function viewResponsesRequest(request: ResponsesRequest): ConversationView {
  const items = itemsOf(request);
  const last = findLastUserTurn(items, (item) => ({
    isUser: item.role === "user",
    isToolResult: OUTPUT_TYPES.has(item.type ?? ""),
    text: item.role === "user" ? withoutReminders(textOfParts(item.content)) : "",
  }));
  const system = items.filter((item) => SYSTEM_ROLES.has(item.role ?? "")).map((item) => textOfParts(item.content));
  return {
    model: request.model,
    stream: request.stream === true,
    system: [request.instructions ?? "", ...system].filter((text) => text !== "").join("\n"),
    lastUserText: last.text,
    tools: (request.tools ?? []).map((tool) => tool.name ?? tool.type),
    toolResults: readToolResults(items, last.index),
  };
}

function readToolResults(items: readonly InputItem[], since: number): ToolResultView[] {
  const names = new Map(
    items.filter((item) => CALL_TYPES.has(item.type ?? "")).map((item) => [item.call_id ?? "", item.name ?? ""]),
  );
  return items.flatMap((item, index) => {
    if (index <= since || !OUTPUT_TYPES.has(item.type ?? "")) return [];
    const callId = item.call_id ?? "";
    const name = names.get(callId);
    const text = textOfParts(item.output);
    return [
      {
        callId,
        ...(name === undefined ? {} : { name }),
        text,
        hasImage: hasImage(item.output) || imageFollows(items, index),
        isError: /^\s*(<tool_use_error>|\[?error\b)/i.test(text),
      },
    ];
  });
}

function imageFollows(items: readonly InputItem[], index: number): boolean {
  const next = items.slice(index + 1).find((item) => !OUTPUT_TYPES.has(item.type ?? ""));
  return next?.role === "user" && hasImage(next.content);
}

function hasImage(content: InputItem["content"]): boolean {
  return Array.isArray(content) && content.some((part) => part.type === "input_image");
}
