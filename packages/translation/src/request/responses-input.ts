import type { TranslationTarget } from "../contract.ts";
import type { AssistantTurn, ContentPart, ReasoningPart, TextPart, ToolTurn, Turn } from "./conversation.ts";
import { isRecord } from "./invalid-request.ts";

export type InputItem = Record<string, unknown> & { type: string };

const BLOCK_SEPARATOR = "\n\n";

/** The turns as input items of the Responses API. */
export function responsesInput(turns: readonly Turn[], target: TranslationTarget): InputItem[] {
  const items: InputItem[] = [];
  const reasoningIds = new Set<unknown>();
  for (const turn of turns) {
    switch (turn.role) {
      case "system":
        items.push({ type: "message", role: target.systemRole, content: textOf(turn.parts) });
        break;
      case "user":
        items.push({ type: "message", role: "user", content: contentOf(turn.parts) });
        break;
      case "assistant":
        pushAssistant(items, turn, reasoningIds);
        break;
      case "tool":
        pushResults(items, turn);
        break;
    }
  }
  return items;
}

export function textOf(parts: readonly TextPart[]): string {
  return parts.map((part) => part.text).join(BLOCK_SEPARATOR);
}

function contentOf(parts: readonly ContentPart[]): string | unknown[] {
  const text = parts.filter((part) => part.kind === "text");
  return text.length === parts.length ? textOf(text) : parts.map(partField);
}

function partField(part: ContentPart): Record<string, unknown> {
  switch (part.kind) {
    case "text":
      return { type: "input_text", text: part.text };
    case "image":
      return { type: "input_image", image_url: part.url, detail: "auto" };
    default:
      // A file is named or addressed, never both.
      return "data" in part.source
        ? { type: "input_file", filename: part.filename, file_data: part.source.data }
        : { type: "input_file", file_url: part.source.url };
  }
}

/**
 * The turn in its own order: reasoning stands before the call or the text that came of it. Reasoning at the end
 * of a turn (the answer was cut off) is left out: "provided without its required following item".
 */
function pushAssistant(items: InputItem[], turn: AssistantTurn, reasoningIds: Set<unknown>): void {
  let reasoning: InputItem[] = [];
  let text: TextPart[] = [];
  const flushText = (): void => {
    if (text.length > 0) items.push({ type: "message", role: "assistant", content: textOf(text) });
    text = [];
  };
  for (const part of turn.parts) {
    if (part.kind === "reasoning") {
      flushText();
      reasoning.push(...reasoningItems(part, reasoningIds));
      continue;
    }
    items.push(...reasoning);
    reasoning = [];
    if (part.kind === "text") {
      text.push(part);
      continue;
    }
    flushText();
    items.push({ type: "function_call", call_id: part.id, name: part.name, arguments: part.arguments });
  }
  flushText();
}

/** Without their encrypted content items are unknown to an API that stores nothing; the same one twice is refused. */
function reasoningItems(part: ReasoningPart, seen: Set<unknown>): InputItem[] {
  if (part.payload.kind !== "encrypted") return [];
  const items: InputItem[] = [];
  for (const item of part.payload.items) {
    if (!isRecord(item) || typeof item["encrypted_content"] !== "string" || seen.has(item["id"])) continue;
    seen.add(item["id"]);
    const { id, summary, encrypted_content } = item;
    items.push({ type: "reasoning", id, summary: Array.isArray(summary) ? summary : [], encrypted_content });
  }
  return items;
}

function pushResults(items: InputItem[], turn: ToolTurn): void {
  for (const { call, parts } of turn.results)
    items.push({ type: "function_call_output", call_id: call.id, output: contentOf(parts) });
}
