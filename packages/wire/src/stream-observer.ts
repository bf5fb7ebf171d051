import { failureOfError } from "./failure-of-error.ts";
import type { FailureName } from "./failures.ts";
import { isEstimate, mergeUsage, reportsInput } from "./read-usage.ts";
import { NO_USAGE, type TokenUsage } from "./usage.ts";

export interface StreamObserverOptions {
  /** The input figures of message_start are an estimate: the first later report of input replaces them. */
  startIsEstimate?: boolean;
}

export interface ObservedError {
  type: string;
  message: string;
  failure: FailureName;
}

/** What a stream of the Messages API has said so far. */
export interface StreamObserver {
  /**
   * Takes one whole frame, the bytes from `start` to `end`; gives the event's name, "" for a comment or
   * anything without data.
   */
  observe(bytes: Buffer, start?: number, end?: number): string;
  /** message_start was seen, this many times. */
  readonly starts: number;
  /**
   * The first real output was seen: content in a delta, a block that is content by itself (tool_use,
   * server tools, redacted thinking, whatever is new), or an end that is legal without content, such as a refusal.
   */
  readonly committed: boolean;
  /** message_stop was seen. */
  readonly finished: boolean;
  /** Index of the block that is open. */
  readonly openBlock: number | undefined;
  readonly stopReason: string | undefined;
  /** The answer's own `model`. */
  readonly model: string | undefined;
  /** Merged over all reports, never less than an earlier one said. */
  readonly usage: TokenUsage;
  /** What is to be billed should the stream end here: before its last report the output is estimated from what was seen. */
  usageSoFar(): TokenUsage;
  /** The first `error` event. */
  readonly error: ObservedError | undefined;
}

/** Ends after which an answer without any content is a failure, not an answer. */
const NEEDS_CONTENT = new Set(["end_turn", "tool_use"]);

/** What an event of content weighs without the content. */
const DELTA_FRAME_BYTES = 115;
/** Of English, code and JSON together. */
const BYTES_PER_TOKEN = 4;

/** Block types whose start may be empty: their content comes in deltas. */
const EMPTY_AT_START = new Set(["text", "thinking"]);

/**
 * Reads the frames of a stream as cheaply as it can: message_start, message_delta and error are parsed,
 * of the others only as much as tells whether they are output.
 */
export function createStreamObserver(options: StreamObserverOptions = {}): StreamObserver {
  return new MessageStreamObserver(options.startIsEstimate ?? false);
}

class MessageStreamObserver implements StreamObserver {
  starts = 0;
  committed = false;
  finished = false;
  openBlock: number | undefined = undefined;
  stopReason: string | undefined = undefined;
  model: string | undefined = undefined;
  usage: TokenUsage = NO_USAGE;
  error: ObservedError | undefined = undefined;
  #inputIsEstimate: boolean;
  #deltas = 0;
  #deltaBytes = 0;

  constructor(startIsEstimate: boolean) {
    this.#inputIsEstimate = startIsEstimate;
  }

  observe(bytes: Buffer, start = 0, end = bytes.length): string {
    const name = readEventName(bytes, start, end) ?? typeInData(bytes, start, end);
    switch (name) {
      case "content_block_delta":
        this.#deltas += 1;
        this.#deltaBytes += end - start;
        if (!this.committed) this.committed = hasContent(parseData(bytes, start, end));
        break;
      case "content_block_start":
        this.#onBlockStart(bytes, start, end);
        break;
      case "content_block_stop":
        this.openBlock = undefined;
        break;
      case "message_start":
        this.#onMessageStart(parseData(bytes, start, end));
        break;
      case "message_delta":
        this.#onMessageDelta(parseData(bytes, start, end));
        break;
      case "message_stop":
        this.finished = true;
        break;
      case "error":
        this.error ??= readError(parseData(bytes, start, end));
        break;
      default:
    }
    return name;
  }

  usageSoFar(): TokenUsage {
    // The report with the stop reason is the last one.
    if (this.stopReason !== undefined) return this.usage;
    const contentBytes = this.#deltaBytes - this.#deltas * DELTA_FRAME_BYTES;
    const seen = Math.max(0, Math.round(contentBytes / BYTES_PER_TOKEN));
    return { ...this.usage, output: Math.max(this.usage.output, seen), estimated: true };
  }

  #onBlockStart(bytes: Buffer, start: number, end: number): void {
    // The index stands in front of the block, which may be long.
    const index = /"index"\s*:\s*(\d+)/.exec(bytes.toString("latin1", start, Math.min(end, start + 160)));
    this.openBlock = index === null ? 0 : Number(index[1]);
    if (!this.committed) this.committed = isContent(field(parseData(bytes, start, end), "content_block"));
  }

  #onMessageStart(data: unknown): void {
    this.starts += 1;
    const message = field(data, "message");
    const model = field(message, "model");
    if (typeof model === "string") this.model = model;
    const usage = field(message, "usage");
    if (isEstimate(usage)) this.#inputIsEstimate = true;
    this.usage = mergeUsage(this.usage, usage);
  }

  #onMessageDelta(data: unknown): void {
    const usage = field(data, "usage");
    if (this.#inputIsEstimate && reportsInput(usage)) {
      this.usage = { ...NO_USAGE, output: this.usage.output };
      this.#inputIsEstimate = false;
    }
    this.usage = mergeUsage(this.usage, usage);
    const stopReason = field(field(data, "delta"), "stop_reason");
    if (typeof stopReason !== "string") return;
    this.stopReason = stopReason;
    if (!NEEDS_CONTENT.has(stopReason)) this.committed = true;
  }
}

/** The value of a leading `event:` line. */
function readEventName(bytes: Buffer, start: number, end: number): string | undefined {
  let at = start;
  while (bytes[at] === 0x0a || bytes[at] === 0x0d) at += 1;
  // "event:", compared in place: this runs for every frame.
  const isEvent = bytes[at] === 0x65 && bytes[at + 1] === 0x76 && bytes[at + 4] === 0x74 && bytes[at + 5] === 0x3a;
  if (!isEvent) return undefined;
  const from = bytes[at + 6] === 0x20 ? at + 7 : at + 6;
  let to = from;
  while (to < end && bytes[to] !== 0x0a && bytes[to] !== 0x0d) to += 1;
  return bytes.toString("latin1", from, to);
}

/** The event's name where no `event:` line leads: one further down, else `type` in the data. */
function typeInData(bytes: Buffer, start: number, end: number): string {
  const named = /(?:^|[\r\n])event: ?([^\r\n]*)/.exec(bytes.toString("latin1", start, end));
  if (named?.[1] !== undefined) return named[1];
  const type = field(parseData(bytes, start, end), "type");
  return typeof type === "string" ? type : "";
}

/** The frame's data lines, parsed; undefined when there are none or they are not JSON. */
function parseData(bytes: Buffer, start: number, end: number): unknown {
  const frame = bytes.toString("utf8", start, end);
  try {
    const data = onlyDataLine(frame) ?? joinDataLines(frame);
    return data === undefined ? undefined : (JSON.parse(data) as unknown);
  } catch {
    return undefined;
  }
}

/** What nearly every frame is: one line of data, lines ended by line feeds. undefined for any other. */
function onlyDataLine(frame: string): string | undefined {
  const from = frame.startsWith("data:") ? 0 : frame.indexOf("\ndata:") + 1;
  if (from === 0 && !frame.startsWith("data:")) return undefined;
  if (frame.includes("\r") || frame.includes("\ndata:", from)) return undefined;
  const to = frame.indexOf("\n", from);
  return frame.slice(from + "data:".length, to === -1 ? frame.length : to);
}

function joinDataLines(frame: string): string | undefined {
  const lines = frame.split(/\r\n|\r|\n/).filter((line) => line.startsWith("data:"));
  return lines.length === 0 ? undefined : lines.map((line) => line.slice("data:".length)).join("\n");
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A delta is output when anything in it besides its type is not empty. */
function hasContent(data: unknown): boolean {
  const delta = field(data, "delta");
  if (typeof delta !== "object" || delta === null) return false;
  return Object.entries(delta).some(
    ([name, value]) => name !== "type" && value !== null && value !== "" && value !== undefined,
  );
}

function isContent(block: unknown): boolean {
  const type = field(block, "type");
  if (typeof type !== "string") return false;
  if (!EMPTY_AT_START.has(type)) return true;
  return [field(block, "text"), field(block, "thinking")].some((text) => typeof text === "string" && text !== "");
}

function readError(data: unknown): ObservedError {
  const error = field(data, "error");
  const type = field(error, "type");
  const message = field(error, "message");
  const known = {
    type: typeof type === "string" ? type : "api_error",
    message: typeof message === "string" ? message : "The upstream reported an error without saying which",
  };
  return { ...known, failure: failureOfError(known.type, known.message) };
}

/** True when an answer that is not streamed has content, or ended in a way that is legal without. */
export function isCompleteAnswer(contentIsEmpty: boolean, stopReason: string | undefined): boolean {
  return !contentIsEmpty || (stopReason !== undefined && !NEEDS_CONTENT.has(stopReason));
}
