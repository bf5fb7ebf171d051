import {
  type FrameBatch,
  GatewayError,
  type SseFramer,
  STATUS_OF_ERROR_TYPE,
  type ApiErrorType,
  type ObservedError,
  type StreamObserver,
  type TokenUsage,
  createSseFramer,
  createStreamObserver,
} from "@switchyard/wire";

import { type ByteFeed, createByteFeed } from "./byte-feed.ts";

/** What is held before the commit; more than this commits. */
export const MAX_HELD_BYTES = 65_536;

export interface AwaitCommitOptions {
  /** Server-sent events of the Messages API, split anywhere. */
  source: AsyncIterable<Buffer>;
  /** In ms, from this call on. */
  timeouts: { firstOutputMs: number; idleMs: number };
  /** Default MAX_HELD_BYTES. */
  maxHeldBytes?: number;
  /** Aborting ends the source at once. */
  signal?: AbortSignal;
  /** The input figures of message_start are an estimate, to be replaced by the first true report. */
  startIsEstimate?: boolean;
}

/** A stream whose first real output has come; `pump` forwards it. Whoever does not, calls `discard`. */
export interface CommittedStream {
  /** Everything up to and with the first real output: whole frames. */
  readonly held: Buffer;
  /** Frames that came together with it. */
  readonly leftover: FrameBatch;
  readonly observer: StreamObserver;
  readonly framer: SseFramer;
  readonly feed: ByteFeed;
  /** In the clock of performance.now(): when the first real output had come from outside. */
  readonly arrivedAt: number;
  discard(): void;
}

export type CommitResult =
  | { kind: "committed"; stream: CommittedStream }
  /** Nothing was output: another candidate can be tried. */
  | { kind: "failed"; error: GatewayError; usage: TokenUsage }
  | { kind: "aborted"; usage: TokenUsage };

/**
 * Reads a stream up to its first real output and holds what comes before. An error event, an end, a
 * success without content and silence beyond the limits are failures of the attempt, told by name.
 */
export function awaitCommit(options: AwaitCommitOptions): Promise<CommitResult> {
  return new Promise((resolve) => {
    new CommitWait(options, resolve).start();
  });
}

class CommitWait {
  readonly #options: AwaitCommitOptions;
  readonly #resolve: (result: CommitResult) => void;
  readonly #feed: ByteFeed;
  readonly #framer = createSseFramer();
  readonly #observer: StreamObserver;
  readonly #held: Buffer[] = [];
  #heldBytes = 0;
  #settled = false;
  #firstOutputTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #onAbort = (): void => this.#settle({ kind: "aborted", usage: this.#observer.usageSoFar() });

  constructor(options: AwaitCommitOptions, resolve: (result: CommitResult) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#feed = createByteFeed(options.source);
    this.#observer = createStreamObserver({ startIsEstimate: options.startIsEstimate ?? false });
  }

  start(): void {
    const { signal, timeouts } = this.#options;
    if (signal?.aborted === true) return this.#onAbort();
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    const { firstOutputMs, idleMs } = timeouts;
    this.#firstOutputTimer = setTimeout(
      () => this.#fail(timeoutError(`The upstream gave no output within ${seconds(firstOutputMs)}`)),
      firstOutputMs,
    );
    this.#idleTimer = setTimeout(
      () => this.#fail(timeoutError(`The upstream was silent for ${seconds(idleMs)}`)),
      idleMs,
    );
    this.#feed.start({
      onChunk: (chunk) => this.#onChunk(chunk),
      onEnd: () => this.#fail(endedEarly(this.#observer)),
      onError: (error) => this.#fail(toTruncated(error, "before its first output")),
    });
  }

  #onChunk(chunk: Buffer): void {
    this.#idleTimer?.refresh();
    try {
      this.#onFrames(this.#framer.push(chunk));
    } catch (error) {
      this.#fail(toTruncated(error, "before its first output"));
    }
  }

  #onFrames(batch: FrameBatch): void {
    const observer = this.#observer;
    let start = 0;
    for (const [index, end] of batch.ends.entries()) {
      const name = observer.observe(batch.bytes, start, end);
      if (observer.error !== undefined) return this.#fail(toError(observer.error));
      if (observer.finished && !observer.committed) return this.#fail(contentless());
      // Nothing was forwarded yet, so an answer that begins anew simply does.
      if (name !== "message_start" || observer.starts === 1) this.#hold(batch.bytes.subarray(start, end));
      const isTooMuch = this.#heldBytes > (this.#options.maxHeldBytes ?? MAX_HELD_BYTES);
      if (observer.committed || isTooMuch) return this.#commit(restOf(batch, index, end));
      start = end;
    }
  }

  #hold(frame: Buffer): void {
    this.#held.push(frame);
    this.#heldBytes += frame.length;
  }

  #commit(leftover: FrameBatch): void {
    const feed = this.#feed;
    const held = this.#held.length === 1 && this.#held[0] !== undefined ? this.#held[0] : Buffer.concat(this.#held);
    const discard = (): void => feed.destroy();
    const { arrivedAt } = feed;
    const stream = { held, leftover, observer: this.#observer, framer: this.#framer, feed, arrivedAt, discard };
    this.#settle({ kind: "committed", stream });
  }

  #fail(error: GatewayError): void {
    this.#settle({ kind: "failed", error, usage: this.#observer.usageSoFar() });
  }

  #settle(result: CommitResult): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#firstOutputTimer);
    clearTimeout(this.#idleTimer);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    if (result.kind === "committed") this.#feed.handOver();
    else this.#feed.destroy();
    this.#resolve(result);
  }
}

function restOf(batch: FrameBatch, index: number, end: number): FrameBatch {
  return { bytes: batch.bytes.subarray(end), ends: batch.ends.slice(index + 1).map((later) => later - end) };
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

export function timeoutError(message: string): GatewayError {
  return new GatewayError("timeout_error", message, { failure: "timeout" });
}

function contentless(): GatewayError {
  return new GatewayError("api_error", "The upstream ended its answer without any content", { failure: "truncated" });
}

function endedEarly(observer: StreamObserver): GatewayError {
  const what = observer.starts === 0 ? "sent nothing" : "sent no output";
  return new GatewayError("api_error", `The upstream ended its stream and ${what}`, {
    status: 502,
    failure: "truncated",
  });
}

/** The error of an upstream whose connection broke; one that already has a name keeps it. */
export function toTruncated(error: unknown, when: string): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError("api_error", `The upstream broke off ${when}`, {
    status: 502,
    failure: "truncated",
    cause: error,
  });
}

/** An `error` event as the error answer that it would have been. */
export function toError({ type, message, failure }: ObservedError): GatewayError {
  const known = Object.hasOwn(STATUS_OF_ERROR_TYPE, type) ? (type as ApiErrorType) : "api_error";
  return new GatewayError(known, message, { failure });
}
