import type { MessagesRequest } from "@switchyard/wire";

/** The ids of all tool calls in the conversation: what thinking that was kept aside has to be looked up for. */
export function toolUseIdsOf(request: Pick<MessagesRequest, "messages">): string[] {
  const ids: string[] = [];
  for (const message of request.messages) {
    if (message.role !== "assistant" || typeof message.content === "string") continue;
    for (const block of message.content) if (block.type === "tool_use") ids.push(block.id);
  }
  return ids;
}
