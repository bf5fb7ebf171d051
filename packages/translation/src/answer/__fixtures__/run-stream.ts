import type { StreamEvent } from "@switchyard/wire";
import type { AnswerContext } from "../../contract.ts";
import { createByteTranslator } from "../byte-translator.ts";
import { createStreamTranslator } from "../create-stream-translator.ts";

/** Chunks through a translator, to the end. */
export function runChunks(chunks: readonly unknown[], context: AnswerContext): StreamEvent[] {
  const translator = createStreamTranslator(context);
  return [...chunks.flatMap((chunk) => translator.push(chunk)), ...translator.end()];
}

/** Pieces of bytes through a byte translator, to the end. */
export function runBytes(pieces: readonly Uint8Array[], context: AnswerContext): StreamEvent[] {
  const translator = createByteTranslator(context);
  return [...pieces.flatMap((piece) => translator.push(piece)), ...translator.end()];
}

/** One delta of chat completions. */
export function delta(fields: Record<string, unknown>, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: "chatcmpl-1", object: "chat.completion.chunk", choices: [{ index: 0, delta: fields, finish_reason: null, ...more }] };
}

export function finish(reason: string, usage?: Record<string, unknown>): Record<string, unknown> {
  return { ...delta({}, { finish_reason: reason }), usage: usage ?? null };
}

export function toolDelta(index: number | undefined, fields: { id?: string; name?: string; arguments?: string }): Record<string, unknown> {
  const { id, ...called } = fields;
  return delta({ tool_calls: [{ ...(index === undefined ? {} : { index }), ...(id === undefined ? {} : { id }), type: "function", function: called }] });
}

/** Server-sent events of these data lines. */
export function toEventStream(data: readonly string[], options: { lineEnding?: string; done?: boolean; named?: boolean } = {}): Uint8Array {
  const end = options.lineEnding ?? "\n";
  const lines = options.done === false ? data : [...data, "[DONE]"];
  return Buffer.from(lines.map((line) => `${options.named === true ? `event: x${end}` : ""}data: ${line}${end}${end}`).join(""));
}
