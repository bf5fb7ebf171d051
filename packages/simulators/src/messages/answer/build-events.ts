import { repeatDeltas, splitIntoDeltas } from "../../engine/deltas.ts";
import type { Frame } from "../../engine/dialect.ts";
import type { Delivery } from "../../scenario.ts";
import type { AnswerBlock } from "./build-content.ts";

export interface EventsWish {
  /** The message of message_start; its content is empty. */
  start: Record<string, unknown>;
  content: readonly AnswerBlock[];
  /** Everything of message_delta but its type. */
  end: Record<string, unknown>;
  delivery: Delivery;
  /** True where the client asked to see a count while thinking is omitted. */
  countThinking: boolean;
}

export const PING: Frame = { event: "ping", data: '{"type": "ping"}' };

/** message_start and the two events at the end, and the ping that the real API sends after the first block's start. */
const FRAME_EVENTS = 4;

/** An answer as the events of its stream, blocks one after the other. */
export function buildEvents(wish: EventsWish): Frame[] {
  const deltas = fillUp(
    wish.content.map((block) => deltasOf(block, wish)),
    wish,
  );
  const frames = [toFrame({ type: "message_start", message: wish.start })];
  for (const [index, block] of wish.content.entries()) {
    frames.push(toFrame({ type: "content_block_start", index, content_block: startOf(block) }));
    if (index === 0) frames.push(PING);
    for (const delta of deltas[index] ?? []) frames.push(toFrame({ type: "content_block_delta", index, delta }));
    frames.push(toFrame({ type: "content_block_stop", index }));
  }
  frames.push(toFrame({ type: "message_delta", ...wish.end }), toFrame({ type: "message_stop" }));
  return frames;
}

function toFrame(event: { type: string; [field: string]: unknown }): Frame {
  return { event: event.type, data: JSON.stringify(event) };
}

type Delta = { type: string } & Record<string, unknown>;

function startOf(block: AnswerBlock): unknown {
  switch (block.type) {
    case "text":
      return { ...block, text: "" };
    case "thinking":
      return { ...block, thinking: "", signature: "" };
    case "tool_use":
      return { ...block, input: {} };
    default:
      return block;
  }
}

function deltasOf(block: AnswerBlock, { delivery, countThinking }: EventsWish): Delta[] {
  const split = (text: string): string[] => splitIntoDeltas(text, delivery.deltaCharacters);
  switch (block.type) {
    case "text":
      return split(block.text).map((text) => ({ type: "text_delta", text }));
    case "thinking":
      return [
        ...split(block.thinking).map((thinking) => ({ type: "thinking_delta", thinking })),
        ...(countThinking && block.thinking === ""
          ? [{ type: "thinking_delta", thinking: "", estimated_tokens: 50 }]
          : []),
        { type: "signature_delta", signature: block.signature },
      ];
    case "tool_use":
      return argumentDeltas(block.input, delivery, split);
    default:
      return [];
  }
}

/** The real API begins with an empty delta; a call without arguments has no other. */
function argumentDeltas(input: unknown, delivery: Delivery, split: (text: string) => string[]): Delta[] {
  const json = JSON.stringify(input);
  const pieces = json === "{}" ? [] : delivery.toolArguments === "whole" ? [json] : split(json);
  return ["", ...pieces].map((partial) => ({ type: "input_json_delta", partial_json: partial }));
}

/** Repeats the text of the last text block until the stream has the wanted number of events. */
function fillUp(deltas: Delta[][], { content, delivery }: EventsWish): Delta[][] {
  const index = content.findLastIndex((block) => block.type === "text");
  const count = deltas.reduce((sum, list) => sum + list.length, FRAME_EVENTS + 2 * content.length);
  const missing = (delivery.events ?? 0) - count;
  if (index < 0 || missing <= 0) return deltas;
  const texts = (deltas[index] ?? []).map((delta) => String(delta["text"]));
  const filled = repeatDeltas(texts, missing).map((text) => ({ type: "text_delta", text }));
  return deltas.with(index, filled);
}
