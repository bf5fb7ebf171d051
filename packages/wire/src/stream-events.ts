import type { ErrorEnvelope } from "./errors.ts";
import type { ContentBlock, Message, StopReason, UnknownBlock } from "./messages.ts";
import type { MessageUsage } from "./usage.ts";

export interface MessageStartEvent {
  type: "message_start";
  message: Message;
}

export interface ContentBlockStartEvent {
  type: "content_block_start";
  index: number;
  content_block: ContentBlock | UnknownBlock;
}

export type BlockDelta =
  | { type: "text_delta"; text: string }
  | { type: "input_json_delta"; partial_json: string }
  | { type: "thinking_delta"; thinking: string }
  | { type: "signature_delta"; signature: string }
  | { type: "citations_delta"; citation: unknown };

export interface ContentBlockDeltaEvent {
  type: "content_block_delta";
  index: number;
  delta: BlockDelta;
}

export interface ContentBlockStopEvent {
  type: "content_block_stop";
  index: number;
}

export interface MessageDeltaEvent {
  type: "message_delta";
  delta: { stop_reason: StopReason | null; stop_sequence: string | null; [field: string]: unknown };
  usage: Partial<MessageUsage> & { output_tokens: number };
}

export interface MessageStopEvent {
  type: "message_stop";
}

export interface PingEvent {
  type: "ping";
}

export type ErrorEvent = ErrorEnvelope;

export type StreamEvent =
  | MessageStartEvent
  | ContentBlockStartEvent
  | ContentBlockDeltaEvent
  | ContentBlockStopEvent
  | MessageDeltaEvent
  | MessageStopEvent
  | PingEvent
  | ErrorEvent;

/** One event as server-sent event text, framing included. */
export function formatStreamEvent(event: StreamEvent): string {
  // Most events are pieces of text: only the text needs the stringifier.
  if (event.type === "content_block_delta" && event.delta.type === "text_delta")
    return formatText(event.index, event.delta.text);
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function formatText(index: number, text: string): string {
  return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"text_delta","text":${JSON.stringify(text)}}}\n\n`;
}
