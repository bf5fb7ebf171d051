import { newContext } from "./answer-context.ts";
import { expectLegal, summarize } from "./event-laws.ts";
import { runChunks } from "./run-stream.ts";

export const context = newContext({ target: { dialect: "responses", reasoningHistory: "encrypted" } });
export const USAGE = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
  output_tokens: 30,
  output_tokens_details: { reasoning_tokens: 12 },
  total_tokens: 130,
};

export type Fields = Record<string, unknown>;

export function added(place: number, item: Fields): Fields {
  return { type: "response.output_item.added", output_index: place, item };
}

export function done(place: number, item: Fields): Fields {
  return { type: "response.output_item.done", output_index: place, item };
}

export function text(place: number, piece: string, part = 0): Fields {
  return { type: "response.output_text.delta", output_index: place, content_index: part, delta: piece };
}

export function args(place: number, piece: string): Fields {
  return { type: "response.function_call_arguments.delta", output_index: place, delta: piece };
}

export function freeText(place: number, piece: string): Fields {
  return { type: "response.custom_tool_call_input.delta", output_index: place, delta: piece };
}

export function summary(place: number, part: number, piece: string): Fields {
  return { type: "response.reasoning_summary_text.delta", output_index: place, summary_index: part, delta: piece };
}

export function completed(output: Fields[] = [], more: Fields = {}): Fields {
  return {
    type: "response.completed",
    response: { object: "response", status: "completed", output, usage: USAGE, ...more },
  };
}

export function message(...texts: string[]): Fields {
  return {
    type: "message",
    role: "assistant",
    content: texts.map((piece) => ({ type: "output_text", text: piece, annotations: [{ type: "url_citation" }] })),
  };
}

export function call(id: string, name: string, argumentsText = ""): Fields {
  return { type: "function_call", id: `fc_${id}`, call_id: id, name, arguments: argumentsText };
}

/** What the answer says that these events, after the usual beginning, become. */
export function said(events: readonly Fields[]): string[] {
  const all = runChunks(
    [{ type: "response.created", response: {} }, { type: "response.in_progress", response: {} }, ...events],
    context,
  );
  expectLegal(all);
  return summarize(all);
}
