import { GatewayError } from "./errors.ts";

/** Whole events that came together: frame i lies between ends[i - 1] (or 0) and ends[i] of `bytes`. */
export interface FrameBatch {
  readonly bytes: Buffer;
  readonly ends: readonly number[];
}

export interface SseFramer {
  /** Takes bytes as they come, split anywhere; gives the events that are whole now, each up to and with its blank line. */
  push(chunk: Buffer): FrameBatch;
  /** Bytes held that are no whole event yet. */
  readonly pendingBytes: number;
  /** Those bytes. */
  rest(): Buffer;
}

const NOTHING: FrameBatch = Object.freeze({ bytes: Buffer.alloc(0), ends: Object.freeze([]) });

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** An event larger than this is no event: the stream is broken. */
export const MAX_EVENT_BYTES = 33_554_432;

/**
 * Cuts a stream of server-sent events at its blank lines, with LF, CRLF and CR as line ends
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream).
 * @throws GatewayError api_error from push when an event exceeds MAX_EVENT_BYTES.
 */
export function createSseFramer(): SseFramer {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let atLineStart = true;
  let afterReturn = false;

  /** Ends of frames in the chunk; keeps where in a line the stream stands. */
  function findEnds(chunk: Buffer): number[] {
    return afterReturn || chunk.includes(CARRIAGE_RETURN) ? findAnyEnds(chunk) : findPlainEnds(chunk);
  }

  /** Where line feeds alone end lines, as nearly everywhere: a native search for two of them. */
  function findPlainEnds(chunk: Buffer): number[] {
    const ends: number[] = [];
    if (chunk.length === 0) return ends;
    // Line feeds in front may end lines that came before.
    let at = 0;
    for (; at < chunk.length && chunk[at] === LINE_FEED; at += 1) {
      if (atLineStart) ends.push(at + 1);
      atLineStart = true;
    }
    for (let found = chunk.indexOf("\n\n", at); found !== -1; found = chunk.indexOf("\n\n", at)) {
      for (at = found + 1; chunk[at] === LINE_FEED; at += 1) ends.push(at + 1);
    }
    atLineStart = chunk[chunk.length - 1] === LINE_FEED;
    return ends;
  }

  function findAnyEnds(chunk: Buffer): number[] {
    const ends: number[] = [];
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk[at];
      if (code === LINE_FEED && afterReturn) {
        // Second half of a CRLF: belongs to what ended with its first half.
        if (ends.at(-1) === at) ends[ends.length - 1] = at + 1;
        afterReturn = false;
        continue;
      }
      afterReturn = code === CARRIAGE_RETURN;
      const endsLine = afterReturn || code === LINE_FEED;
      if (endsLine && atLineStart) ends.push(at + 1);
      atLineStart = endsLine;
    }
    return ends;
  }

  function keep(chunk: Buffer): void {
    if (chunk.length === 0) return;
    pending.push(chunk);
    pendingBytes += chunk.length;
    if (pendingBytes > MAX_EVENT_BYTES) {
      throw new GatewayError("api_error", "The upstream sent an event larger than 32 MB", { failure: "truncated" });
    }
  }

  function push(input: Buffer): FrameBatch {
    // A line feed that only completes a CRLF whose first half has ended a frame is left out.
    const chunk =
      afterReturn && atLineStart && pendingBytes === 0 && input[0] === LINE_FEED ? dropLineFeed(input) : input;
    const ends = findEnds(chunk);
    const last = ends.at(-1);
    if (last === undefined) {
      keep(chunk);
      return NOTHING;
    }
    const before = pendingBytes;
    const whole = last === chunk.length ? chunk : chunk.subarray(0, last);
    const bytes = before === 0 ? whole : Buffer.concat([...pending, whole], before + last);
    if (before > 0) for (let index = 0; index < ends.length; index += 1) ends[index] = (ends[index] ?? 0) + before;
    pending = [];
    pendingBytes = 0;
    keep(chunk.subarray(last));
    return { bytes, ends };
  }

  function dropLineFeed(input: Buffer): Buffer {
    afterReturn = false;
    return input.subarray(1);
  }

  return {
    push,
    get pendingBytes() {
      return pendingBytes;
    },
    rest: () => Buffer.concat(pending),
  };
}

/** The frames of a batch one by one. */
export function framesOf({ bytes, ends }: FrameBatch): Buffer[] {
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}
