import { interleave, repeatDeltas, splitIntoDeltas } from "../../engine/deltas.ts";
import type { Delivery } from "../../scenario.ts";
import type { CallItem, MessageItem, OutputItem, ReasoningItem } from "./response-items.ts";

export interface ResponseEvent {
  type: string;
  [field: string]: unknown;
}

export interface EventOptions {
  delivery: Delivery;
  /** Filler beside every delta, as OpenAI sends it unless told not to. */
  obfuscation?: string;
  /** So many more deltas than the texts need. */
  extraDeltas: number;
}

/**
 * The events of the output items in the order of recorded streams (github.com/vercel/ai, packages/openai test
 * fixtures, 2026-08), without numbers. Calls that stand together may travel interleaved.
 */
export function buildItemEvents(items: readonly OutputItem[], options: EventOptions): ResponseEvent[] {
  const stretched = items.find((item) => item.type === "message") ?? items.find((item) => item.type === "reasoning");
  const events = items.map((item, index) =>
    wordItem(item, index, item === stretched ? options : { ...options, extraDeltas: 0 }),
  );
  if (options.delivery.interleave !== true) return events.flat();
  return groupCalls(items).flatMap((group) => interleave(group.map((index) => events[index] ?? [])));
}

/** Indexes of items, those of neighbouring calls together. */
function groupCalls(items: readonly OutputItem[]): number[][] {
  const groups: number[][] = [];
  for (const [index, item] of items.entries()) {
    const previous = items[index - 1];
    const last = groups.at(-1);
    if (item.type === "function_call" && previous?.type === "function_call" && last !== undefined) last.push(index);
    else groups.push([index]);
  }
  return groups;
}

function wordItem(item: OutputItem, index: number, options: EventOptions): ResponseEvent[] {
  const inner =
    item.type === "message"
      ? wordMessage(item, index, options)
      : item.type === "reasoning"
        ? wordReasoning(item, index, options)
        : wordCall(item, index, options);
  return [
    { type: "response.output_item.added", output_index: index, item: beginItem(item) },
    ...inner,
    { type: "response.output_item.done", output_index: index, item },
  ];
}

/** An item before anything of it was said. */
function beginItem(item: OutputItem): Record<string, unknown> {
  if (item.type === "message") return { ...item, status: "in_progress", content: [] };
  if (item.type === "reasoning") return { ...item, summary: [] };
  return { ...item, status: "in_progress", arguments: "" };
}

function wordMessage(item: MessageItem, outputIndex: number, options: EventOptions): ResponseEvent[] {
  return item.content.flatMap((part, contentIndex) => {
    const place = { item_id: item.id, output_index: outputIndex, content_index: contentIndex };
    return [
      { type: "response.content_part.added", ...place, part: { ...part, text: "" } },
      ...deltasOf(part.text, options).map((delta) => ({
        type: "response.output_text.delta",
        ...place,
        delta,
        logprobs: [],
        ...filler(options),
      })),
      { type: "response.output_text.done", ...place, text: part.text, logprobs: [] },
      { type: "response.content_part.done", ...place, part },
    ];
  });
}

function wordReasoning(item: ReasoningItem, outputIndex: number, options: EventOptions): ResponseEvent[] {
  return item.summary.flatMap((part, summaryIndex) => {
    const place = { item_id: item.id, output_index: outputIndex, summary_index: summaryIndex };
    return [
      { type: "response.reasoning_summary_part.added", ...place, part: { type: "summary_text", text: "" } },
      ...deltasOf(part.text, options).map((delta) => ({
        type: "response.reasoning_summary_text.delta",
        ...place,
        delta,
        ...filler(options),
      })),
      { type: "response.reasoning_summary_text.done", ...place, text: part.text },
      { type: "response.reasoning_summary_part.done", ...place, part },
    ];
  });
}

function wordCall(item: CallItem, outputIndex: number, options: EventOptions): ResponseEvent[] {
  const place = { item_id: item.id, output_index: outputIndex };
  return [
    ...argumentDeltas(item.arguments, options.delivery).map((delta) => ({
      type: "response.function_call_arguments.delta",
      ...place,
      delta,
      ...filler(options),
    })),
    { type: "response.function_call_arguments.done", ...place, name: item.name, arguments: item.arguments },
  ];
}

function argumentDeltas(text: string, delivery: Delivery): string[] {
  const pieces = splitIntoDeltas(text, delivery.deltaCharacters);
  switch (delivery.toolArguments) {
    case "empty":
      return [];
    case "whole":
      return [text];
    case "cumulative":
      return pieces.map((_, at) => pieces.slice(0, at + 1).join(""));
    default:
      return pieces;
  }
}

function deltasOf(text: string, options: EventOptions): string[] {
  const pieces = splitIntoDeltas(text, options.delivery.deltaCharacters);
  return options.extraDeltas > 0 ? repeatDeltas(pieces, options.extraDeltas) : pieces;
}

function filler(options: EventOptions): { obfuscation?: string } {
  return options.obfuscation === undefined ? {} : { obfuscation: options.obfuscation };
}
