import { Transform, type TransformCallback } from "node:stream";

import {
  type AnswerContext,
  type ByteTranslator,
  type ThinkingPayload,
  createByteTranslator,
  translateAnswer,
} from "@switchyard/translation";
import type { Derived } from "@switchyard/service-kit";
import { GatewayError, type StreamEvent, type Warning, formatStreamEvent } from "@switchyard/wire";

/** What a translated answer leaves behind besides the answer. */
export interface AnswerRemains {
  sidecar: Readonly<Record<string, ThinkingPayload>>;
  warnings: readonly Warning[];
}

/** Largest answer that is held to be translated as a whole. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** An upstream's stream → events of the Messages API, incrementally. */
export class StreamTranslation extends Transform implements Derived {
  /** Told by whoever writes to it. */
  arrivedAt = 0;
  readonly #translator: ByteTranslator;
  readonly #onRemains: (remains: AnswerRemains) => void;
  #told = false;

  constructor(context: AnswerContext, onRemains: (remains: AnswerRemains) => void) {
    super();
    this.#translator = createByteTranslator(context);
    this.#onRemains = onRemains;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#run(() => this.#translator.push(chunk), done);
  }

  override _flush(done: TransformCallback): void {
    this.#run(() => this.#translator.end(), done);
  }

  #run(step: () => StreamEvent[], done: TransformCallback): void {
    try {
      const events = step();
      // What the next request may need is kept before the client can have read this answer's end.
      if (this.#translator.isDone) this.#tellRemains();
      if (events.length > 0) this.push(formatAll(events));
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  #tellRemains(): void {
    if (this.#told) return;
    this.#told = true;
    this.#onRemains({ sidecar: this.#translator.sidecar(), warnings: this.#translator.warnings() });
  }
}

function formatAll(events: readonly StreamEvent[]): Buffer {
  let text = "";
  for (const event of events) text += formatStreamEvent(event);
  return Buffer.from(text);
}

/** An upstream's whole JSON answer → one message. */
export class AnswerTranslation extends Transform {
  readonly #context: AnswerContext;
  readonly #onRemains: (remains: AnswerRemains) => void;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor(context: AnswerContext, onRemains: (remains: AnswerRemains) => void) {
    super();
    this.#context = context;
    this.#onRemains = onRemains;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    done(this.#length > MAX_ANSWER_BYTES ? invalidAnswer("is larger than 64 MB") : null);
  }

  override _flush(done: TransformCallback): void {
    try {
      const answer = parseAnswer(Buffer.concat(this.#chunks, this.#length).toString("utf8"));
      const { message, sidecar, warnings } = translateAnswer(answer, this.#context);
      this.#onRemains({ sidecar, warnings });
      this.push(JSON.stringify(message));
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}

function parseAnswer(text: string): unknown {
  if (text.trim() === "") throw invalidAnswer("is empty");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidAnswer("is not valid JSON", error);
  }
}

function invalidAnswer(what: string, cause?: unknown): GatewayError {
  return new GatewayError("api_error", `The upstream's answer ${what}`, { status: 502, failure: "truncated", cause });
}
