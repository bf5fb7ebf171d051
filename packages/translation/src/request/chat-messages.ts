import type { TranslationTarget } from "../contract.ts";
import type { CacheMarkers } from "./cache-markers.ts";
import { chatReasoning } from "./chat-reasoning.ts";
import type { AssistantTurn, CallPart, ContentPart, TextPart, ToolTurn, Turn } from "./conversation.ts";
import { textPart } from "./conversation.ts";

export type ChatMessage = Record<string, unknown> & { role: string };

export interface ChatOptions {
  target: TranslationTarget;
  markers: CacheMarkers;
  /** False: the target's own reasoning is not given back, because it is off for this request. */
  reasoningOn: boolean;
}

const BLOCK_SEPARATOR = "\n\n";

/** The turns as messages of chat completions. */
export function chatMessages(system: readonly TextPart[], turns: readonly Turn[], options: ChatOptions): ChatMessage[] {
  const messages: ChatMessage[] = [];
  const { systemRole } = options.target;
  if (system.length > 0) messages.push({ role: systemRole, content: contentOf(system, options.markers) });
  // Tool messages hold text only: their images and files follow in a user message.
  let hoisted: ContentPart[] = [];
  for (const turn of turns) {
    if (hoisted.length > 0 && turn.role !== "user") {
      messages.push({ role: "user", content: contentOf(hoisted, options.markers) });
      hoisted = [];
    }
    switch (turn.role) {
      case "system":
        messages.push({ role: systemRole, content: contentOf(turn.parts, options.markers) });
        break;
      case "user":
        messages.push({ role: "user", content: contentOf([...hoisted, ...turn.parts], options.markers) });
        hoisted = [];
        break;
      case "assistant":
        messages.push(assistantMessage(turn, options));
        break;
      case "tool":
        hoisted = pushToolMessages(messages, turn, options);
        break;
    }
  }
  if (hoisted.length > 0) messages.push({ role: "user", content: contentOf(hoisted, options.markers) });
  return messages;
}

/** A string where that says everything: not every target takes lists of parts. */
function contentOf(parts: readonly ContentPart[], markers: CacheMarkers): string | unknown[] {
  const plain = parts.every((part) => part.kind === "text" && markers.of(part) === undefined);
  if (plain) return joinText(parts);
  return parts.map((part) => {
    const cache = markers.of(part);
    return cache === undefined ? partField(part) : { ...partField(part), cache_control: cache };
  });
}

function joinText(parts: readonly { kind: string; text?: string }[]): string {
  const [first, second] = parts;
  if (second === undefined) return first?.text ?? "";
  return parts.map((part) => part.text ?? "").join(BLOCK_SEPARATOR);
}

function partField(part: ContentPart): Record<string, unknown> {
  switch (part.kind) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return { type: "image_url", image_url: { url: part.url } };
    default: {
      const data = "data" in part.source ? part.source.data : part.source.url;
      return { type: "file", file: { filename: part.filename, file_data: data } };
    }
  }
}

function assistantMessage(turn: AssistantTurn, options: ChatOptions): ChatMessage {
  const text = turn.parts.filter((part) => part.kind === "text");
  const calls = turn.parts.filter((part) => part.kind === "call");
  const message: ChatMessage = {
    role: "assistant",
    content: text.length === 0 ? null : contentOf(text, options.markers),
  };
  const reasoning = chatReasoning(turn, options.target, options.reasoningOn);
  Object.assign(message, reasoning.message);
  if (calls.length > 0) message["tool_calls"] = calls.map((call) => toolCall(call, reasoning.signatures.get(call)));
  return message;
}

function toolCall(call: CallPart, signature: string | undefined): Record<string, unknown> {
  const fields = { id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } };
  // ai.google.dev/gemini-api/docs/thought-signatures, the part about OpenAI compatibility
  return signature === undefined ? fields : { ...fields, extra_content: { google: { thought_signature: signature } } };
}

/** Pushes the results, and returns what they hold besides text, each led by a line that tells whose it is. */
function pushToolMessages(messages: ChatMessage[], turn: ToolTurn, options: ChatOptions): ContentPart[] {
  const hoisted: ContentPart[] = [];
  for (const { call, parts } of turn.results) {
    const text = parts.filter((part) => part.kind === "text");
    const others = parts.filter((part) => part.kind !== "text");
    const content =
      text.length === 0 ? "(the content follows in the next user message)" : contentOf(text, options.markers);
    messages.push({ role: "tool", tool_call_id: call.id, content });
    if (others.length > 0) hoisted.push(textPart(`Content of the result of ${call.name} (${call.id}):`), ...others);
  }
  return hoisted;
}
