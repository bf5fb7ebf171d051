import { type Readable, Transform, type TransformCallback, pipeline } from "node:stream";

import { type ThinkingIssuer, encodeThinkingSignature } from "@switchyard/translation";
import { type BodyEdit, type FrameBatch, createSseFramer, framesOf, scanBody, spliceBody } from "@switchyard/wire";

/** Largest answer that is held to be marked. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Marks the thinking of an answer with its issuer, so that it is given back to no one else. Everything
 * that is no thinking passes byte for byte.
 */
export function markThinking(body: Readable, issuer: ThinkingIssuer, stream: boolean): Readable {
  const marker = stream ? new StreamMarker(issuer) : new AnswerMarker(issuer);
  // An error of the source is the marker's too; destroying the marker destroys the source.
  pipeline(body, marker, () => {});
  return marker;
}

function mark(issuer: ThinkingIssuer, signature: string): string {
  return encodeThinkingSignature({ issuer, payload: { kind: "messages", signature } });
}

class StreamMarker extends Transform {
  readonly #issuer: ThinkingIssuer;
  readonly #framer = createSseFramer();
  /** Index and signature so far of the thinking block that is open. */
  #open: { index: number; signature: string } | undefined;

  constructor(issuer: ThinkingIssuer) {
    super();
    this.#issuer = issuer;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#forward(this.#framer.push(chunk));
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    this.push(this.#framer.rest());
    done();
  }

  #forward(batch: FrameBatch): void {
    if (batch.ends.length === 0) return;
    if (this.#open === undefined && !mayHoldThinking(batch.bytes)) {
      this.push(batch.bytes);
      return;
    }
    for (const frame of framesOf(batch)) this.#onFrame(frame);
  }

  #onFrame(frame: Buffer): void {
    const text = frame.toString("utf8");
    const isWatched = this.#open !== undefined || /thinking/.test(text);
    const data = isWatched ? parseData(text) : undefined;
    if (data === undefined) {
      this.push(frame);
      return;
    }
    this.push(this.#onEvent(data) ?? frame);
  }

  /** The bytes to send instead; undefined: the frame as it is. */
  #onEvent(data: StreamEventData): string | undefined {
    const { type, index = 0 } = data;
    if (type === "content_block_start") return this.#onStart(data);
    if (this.#open === undefined || index !== this.#open.index) return undefined;
    if (type === "content_block_delta" && data.delta?.type === "signature_delta") {
      this.#open.signature += textOf(data.delta.signature);
      return "";
    }
    if (type !== "content_block_stop") return undefined;
    const delta = { type: "signature_delta", signature: mark(this.#issuer, this.#open.signature) };
    this.#open = undefined;
    return format({ type: "content_block_delta", index, delta }) + format(data);
  }

  #onStart(data: StreamEventData): string | undefined {
    const block = data.content_block;
    if (block?.["type"] === "redacted_thinking") {
      const marked = mark(this.#issuer, textOf(block["data"]));
      return format({ ...data, content_block: { ...block, data: marked } });
    }
    if (block?.["type"] !== "thinking") return undefined;
    this.#open = { index: data.index ?? 0, signature: textOf(block["signature"]) };
    return format({ ...data, content_block: { ...block, signature: "" } });
  }
}

interface StreamEventData {
  type: string;
  index?: number;
  content_block?: Record<string, unknown>;
  delta?: { type?: string; signature?: unknown };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function mayHoldThinking(bytes: Buffer): boolean {
  return bytes.includes("thinking");
}

function parseData(frame: string): StreamEventData | undefined {
  const lines = frame.split(/\r\n|\r|\n/).filter((line) => line.startsWith("data:"));
  if (lines.length === 0) return undefined;
  try {
    return JSON.parse(lines.map((line) => line.slice(5)).join("\n")) as StreamEventData;
  } catch {
    return undefined;
  }
}

function format(data: StreamEventData): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Collects an answer that is not streamed and marks it at its end. */
class AnswerMarker extends Transform {
  readonly #issuer: ThinkingIssuer;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor(issuer: ThinkingIssuer) {
    super();
    this.#issuer = issuer;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    done(this.#length > MAX_ANSWER_BYTES ? new Error("The answer is larger than 64 MB.") : null);
  }

  override _flush(done: TransformCallback): void {
    const body = Buffer.concat(this.#chunks, this.#length);
    this.push(body.includes("thinking") ? markAnswer(body, this.#issuer) : body);
    done();
  }
}

function markAnswer(body: Buffer, issuer: ThinkingIssuer): Buffer {
  try {
    const scan = scanBody(body);
    const content = scan.field("content");
    if (content === undefined || scan.kind(content) !== "array") return body;
    const edits = scan.elements(content).flatMap((block): BodyEdit[] => {
      const type = scan.readString(scan.member(block, "type"));
      if (type !== "thinking" && type !== "redacted_thinking") return [];
      const field = scan.member(block, type === "thinking" ? "signature" : "data");
      const marked = JSON.stringify(mark(issuer, scan.readString(field) ?? ""));
      if (field !== undefined) return [{ start: field.start, end: field.end, replacement: marked }];
      return [{ start: block.end - 1, end: block.end - 1, replacement: `,"signature":${marked}` }];
    });
    return spliceBody(body, edits);
  } catch {
    // No JSON: whoever reads the answer says so.
    return body;
  }
}
