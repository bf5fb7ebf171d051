import type { StreamEvent } from "@switchyard/wire";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { AnswerContext, StreamTranslator } from "../contract.ts";
import { isRecord } from "../failure/is-record.ts";
import { readOpenAiFailure } from "../failure/read-open-ai-failure.ts";
import { toGatewayError } from "../failure/upstream-failure.ts";
import type { AnswerTranslator } from "./answer-translator.ts";
import { createStreamTranslator } from "./create-stream-translator.ts";
import { unusable } from "./unusable.ts";

/** Characters that one event, or a body that is no stream, may have. */
const LARGEST_EVENT = 32 * 1024 * 1024;

/** An upstream's bytes, split anywhere, → events of the Messages API. One per answer. */
export interface ByteTranslator extends Pick<Required<StreamTranslator>, "sidecar" | "warnings"> {
  /** Throws GatewayError for a failure before anything was output. */
  push(bytes: Uint8Array): StreamEvent[];
  /** The upstream ended its body. */
  end(): StreamEvent[];
  /** True once message_stop or an `error` event was returned: nothing follows, the body need not be read on. */
  readonly isDone: boolean;
}

export function createByteTranslator(context: AnswerContext): ByteTranslator {
  return new EventStreamTranslator(context);
}

class EventStreamTranslator implements ByteTranslator {
  readonly #translator: AnswerTranslator;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({
    maxBufferSize: LARGEST_EVENT,
    onEvent: (message) => this.#onMessage(message),
    onError: (error) => {
      if (error.type === "max-buffer-size-exceeded") this.#fail("The upstream sent an event that has no end");
    },
  });
  /** What the body is: unknown until its first character that is not blank. */
  #kind: "unknown" | "events" | "document" = "unknown";
  #document = "";
  #events: StreamEvent[] = [];
  #isDone = false;
  #isEnding = false;

  constructor(context: AnswerContext) {
    this.#translator = createStreamTranslator(context);
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  push(bytes: Uint8Array): StreamEvent[] {
    if (this.#isDone) return [];
    return this.#guard(() => this.#read(this.#decoder.decode(bytes, { stream: true })));
  }

  end(): StreamEvent[] {
    if (this.#isDone) return [];
    return this.#guard(() => this.#end());
  }

  /** What is thrown ends the answer, too. */
  #guard(work: () => void): StreamEvent[] {
    try {
      work();
    } catch (error) {
      this.#isDone = true;
      throw error;
    }
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #end(): void {
    this.#read(this.#decoder.decode());
    this.#isEnding = true;
    // The last event may lack its blank line.
    if (this.#kind === "document") this.#readDocument();
    else if (!this.#isDone) this.#parser.feed("\n\n");
    if (!this.#isDone) this.#put(this.#translator.end());
    this.#isDone = true;
  }

  sidecar(): ReturnType<ByteTranslator["sidecar"]> {
    return this.#translator.sidecar();
  }

  warnings(): ReturnType<ByteTranslator["warnings"]> {
    return this.#translator.warnings();
  }

  #read(text: string): void {
    if (text === "") return;
    if (this.#kind === "unknown") {
      const first = text.trimStart()[0];
      if (first === undefined) return;
      this.#kind = "{[<".includes(first) ? "document" : "events";
    }
    if (this.#kind === "events") this.#parser.feed(text);
    else if (this.#document.length < LARGEST_EVENT) this.#document += text;
  }

  #onMessage(message: EventSourceMessage): void {
    const data = message.data.trim();
    if (data === "" || this.#isDone) return;
    if (data === "[DONE]") {
      this.#isDone = true;
      this.#put(this.#translator.end());
      return;
    }
    const chunk = parseJson(data);
    if (chunk === undefined) return this.#onGarbage(message.event === "error" ? data : "");
    const isError =
      message.event === "error" && isRecord(chunk) && chunk["error"] === undefined && chunk["type"] === undefined;
    this.#put(this.#translator.push(isError ? { error: chunk } : chunk));
  }

  /** At the end it is half an event, and the answer was cut off; before that it is no JSON. */
  #onGarbage(words: string): void {
    if (this.#isEnding) return;
    if (words === "") this.#fail("The upstream sent an event that is not JSON");
    else this.#put(this.#translator.push({ error: { message: words } }));
  }

  /** A body that is no stream: an error, or an answer that was not streamed after all. */
  #readDocument(): void {
    const body = this.#document;
    const value = parseJson(body);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    const isAnswer = isRecord(first) && (Array.isArray(first["choices"]) || Array.isArray(first["output"]));
    if (!isAnswer) throw toGatewayError(readOpenAiFailure(200, {}, body));
    this.#put(this.#translator.push(first));
  }

  #fail(message: string): void {
    this.#put(this.#translator.fail(unusable(message)));
  }

  #put(events: StreamEvent[]): void {
    for (const event of events) this.#events.push(event);
    const last = events.at(-1)?.type;
    if (last === "message_stop" || last === "error") this.#isDone = true;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
