import type { MessageUsage, StreamEvent } from "@switchyard/wire";

/** A stream as a client builds it up, and what of the grammar it broke. */
export interface ReadStream {
  events: StreamEvent[];
  content: Record<string, unknown>[];
  stopReason: string | null;
  usage: MessageUsage;
  error: { type: string; message: string } | undefined;
  finished: boolean;
}

/** Reads an answer to its end. Throws when an event breaks the grammar of the Messages API's streams. */
export async function readStream(answer: Response): Promise<ReadStream> {
  return buildStream(parseEvents(await answer.text()));
}

export function parseEvents(text: string): StreamEvent[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((frame) => frame.split(/\r?\n/).filter((line) => line.startsWith("data:")))
    .filter((lines) => lines.length > 0)
    .map((lines) => JSON.parse(lines.map((line) => line.slice(5)).join("\n")) as StreamEvent);
}

type PartialBlock = Record<string, unknown> & { type: string; partialJson?: string };

function buildStream(events: StreamEvent[]): ReadStream {
  const blocks: PartialBlock[] = [];
  let open: number | undefined;
  let usage: Record<string, unknown> = {};
  let stopReason: string | null = null;
  let error: ReadStream["error"];
  let finished = false;
  for (const [position, event] of events.entries()) {
    if (finished || error !== undefined) throw new Error(`${event.type} after the end`);
    switch (event.type) {
      case "message_start":
        if (blocks.length > 0 || Object.keys(usage).length > 0) throw new Error("a second message_start");
        usage = { ...event.message.usage };
        break;
      case "content_block_start":
        if (open !== undefined) throw new Error(`block ${event.index} starts inside block ${open}`);
        if (event.index !== blocks.length) throw new Error(`block ${event.index} instead of ${blocks.length}`);
        open = event.index;
        blocks.push({ ...event.content_block });
        break;
      case "content_block_delta":
        if (event.index !== open) throw new Error(`a delta for block ${event.index}, which is not open`);
        applyDelta(blocks[event.index], { ...event.delta });
        break;
      case "content_block_stop":
        if (event.index !== open) throw new Error(`block ${event.index} stops, which is not open`);
        open = undefined;
        break;
      case "message_delta":
        if (open !== undefined) throw new Error("message_delta inside a block");
        stopReason = event.delta.stop_reason;
        usage = { ...usage, ...event.usage };
        break;
      case "message_stop":
        if (stopReason === null) throw new Error("message_stop without a stop reason");
        finished = true;
        break;
      case "error":
        ({ error } = event);
        break;
      case "ping":
        break;
    }
    const isEarly = position === 0 && event.type !== "message_start" && event.type !== "ping";
    if (isEarly && event.type !== "error") throw new Error(`${event.type} comes first`);
  }
  return {
    events,
    content: blocks.map((block) => finishBlock(block, finished)),
    stopReason,
    usage: usage as unknown as MessageUsage,
    error,
    finished,
  };
}

function applyDelta(block: PartialBlock | undefined, delta: Record<string, unknown>): void {
  if (block === undefined) return;
  const append = (name: string, value: unknown) => {
    const before = block[name];
    block[name] = (typeof before === "string" ? before : "") + String(value);
  };
  if (delta["type"] === "text_delta") append("text", delta["text"]);
  if (delta["type"] === "thinking_delta") append("thinking", delta["thinking"]);
  if (delta["type"] === "signature_delta") append("signature", delta["signature"]);
  if (delta["type"] === "input_json_delta") append("partialJson", delta["partial_json"]);
}

/** Arguments have to be whole where the stream is; of a broken one their text stays as far as it came. */
function finishBlock({ partialJson, ...block }: PartialBlock, finished: boolean): Record<string, unknown> {
  if (partialJson === undefined) return block;
  if (partialJson === "") return { ...block, input: {} };
  return { ...block, input: finished ? JSON.parse(partialJson) : partialJson };
}
