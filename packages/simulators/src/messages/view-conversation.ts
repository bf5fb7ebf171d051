import type { ConversationView, ToolResultView } from "../scenario.ts";
import { offeredTools } from "./offered-tools.ts";

interface LooseBlock {
  type?: string;
  text?: string;
  id?: string;
  name?: string;
  tool_use_id?: string;
  content?: unknown;
  is_error?: boolean;
}

interface LooseMessage {
  role: string;
  content?: unknown;
}

export interface LooseBody {
  model?: string;
  stream?: boolean;
  system?: unknown;
  tools?: unknown[];
  messages?: LooseMessage[];
}

/** What a Messages request says, read leniently: it was checked before, or is not to be checked. */
export function viewConversation(body: LooseBody, model: string): ConversationView {
  const messages = body.messages ?? [];
  const at = findLastUserText(messages);
  return {
    model,
    stream: body.stream === true,
    system: [textOf(body.system), ...messages.filter(isSystem).map((message) => textOf(message.content))]
      .filter((text) => text !== "")
      .join("\n"),
    lastUserText: at < 0 ? "" : withoutReminders(textOf(messages[at]?.content)),
    tools: offeredTools({ tools: body.tools, messages }),
    toolResults: readToolResults(messages, at),
  };
}

function isSystem(message: LooseMessage): boolean {
  return message.role === "system";
}

function blocksOf(content: unknown): LooseBlock[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? (content as LooseBlock[]) : [];
}

function textOf(content: unknown): string {
  return blocksOf(content)
    .flatMap((block) => (block.type === "text" && block.text !== undefined ? [block.text] : []))
    .join("\n");
}

function withoutReminders(text: string): string {
  return text.replaceAll(/<system-reminder>[\s\S]*?<\/system-reminder>/g, "").trim();
}

function findLastUserText(messages: readonly LooseMessage[]): number {
  return messages.findLastIndex(
    (message, index) =>
      message.role === "user" && !inToolTurn(messages, index) && withoutReminders(textOf(message.content)) !== "",
  );
}

/** A user turn that holds a tool result is the tools' turn, whatever text stands beside it. */
function inToolTurn(messages: readonly LooseMessage[], index: number): boolean {
  for (let at = index; at >= 0; at -= 1) {
    const message = messages[at];
    if (message === undefined || message.role === "assistant") return false;
    if (blocksOf(message.content).some((block) => block.type === "tool_result")) return true;
  }
  return false;
}

function readToolResults(messages: readonly LooseMessage[], after: number): ToolResultView[] {
  const names = new Map<string, string>();
  const results: ToolResultView[] = [];
  for (const message of messages.slice(after + 1)) {
    for (const block of blocksOf(message.content)) {
      if (block.type === "tool_use" && block.id !== undefined && block.name !== undefined)
        names.set(block.id, block.name);
      if (block.type !== "tool_result" || block.tool_use_id === undefined) continue;
      const name = names.get(block.tool_use_id);
      results.push({
        callId: block.tool_use_id,
        ...(name === undefined ? {} : { name }),
        text: textOf(block.content),
        hasImage: blocksOf(block.content).some((inner) => inner.type === "image"),
        isError: block.is_error === true,
      });
    }
  }
  return results;
}
