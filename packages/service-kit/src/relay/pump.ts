import type { ServerResponse } from "node:http";

import { type FailureName, type FrameBatch, GatewayError, type TokenUsage } from "@switchyard/wire";

import { type CommittedStream, timeoutError, toError, toTruncated } from "./await-commit.ts";
import { endWithError, PING_EVENT } from "./error-event.ts";

export interface PumpOptions {
  /** ms of silence of the upstream after which the stream ends with a timeout_error event. */
  idleMs: number;
  /** In the clock of performance.now(): the stream ends then, finished or not. */
  deadline: number;
  /** ms without anything sent after which a ping goes out, while the upstream is inside its idle budget. */
  pingIntervalMs?: number;
  /** Aborting ends the upstream and the stream without a word. */
  signal?: AbortSignal;
  /** Registers what a shutdown calls; gives the function that takes it back (`lifecycle.onShutdown`). */
  onShutdown?: (hook: () => void) => () => void;
  /** Goes into error events. */
  requestId?: string;
  /** Called once, before message_stop is forwarded: the last moment to note what the answer took. */
  beforeStop?: (usage: TokenUsage) => void;
}

export interface StreamOutcome {
  /** message_stop was forwarded. */
  finished: boolean;
  usage: TokenUsage;
  stopReason?: string;
  /** What went wrong after the commit; absent when finished, or when the client left. */
  failure?: FailureName;
  /** The client had gone before the end. */
  clientGone: boolean;
  /** What the client was told, when it was told an error. */
  error?: GatewayError;
}

/**
 * Forwards a committed stream to a response whose head is written, whole frames only, as fast as the
 * client takes them. Success is message_stop; anything else becomes exactly one error event. The client's
 * leaving ends the upstream at once.
 */
export function pump(stream: CommittedStream, response: ServerResponse, options: PumpOptions): Promise<StreamOutcome> {
  return new Promise((resolve) => {
    new StreamPump(stream, response, options, resolve).start();
  });
}

/** What frames say about going on. */
type Verdict = "on" | "finished" | "upstream error" | "begun anew";

class StreamPump {
  readonly #stream: CommittedStream;
  readonly #response: ServerResponse;
  readonly #options: PumpOptions;
  readonly #resolve: (outcome: StreamOutcome) => void;
  readonly #unregister: (() => void) | undefined;
  readonly #idleTimer: NodeJS.Timeout;
  readonly #totalTimer: NodeJS.Timeout;
  readonly #pingTimer: NodeJS.Timeout | undefined;
  #blocked = false;
  #done = false;

  constructor(
    stream: CommittedStream,
    response: ServerResponse,
    options: PumpOptions,
    resolve: (outcome: StreamOutcome) => void,
  ) {
    this.#stream = stream;
    this.#response = response;
    this.#options = options;
    this.#resolve = resolve;
    const { idleMs, deadline, pingIntervalMs, onShutdown } = options;
    this.#idleTimer = setTimeout(() => this.#onIdle(), idleMs);
    this.#totalTimer = setTimeout(() => this.#onDeadline(), Math.max(0, deadline - performance.now()));
    this.#pingTimer = pingIntervalMs === undefined ? undefined : setInterval(() => this.#ping(), pingIntervalMs);
    this.#unregister = onShutdown?.(() => this.#onShutdown());
  }

  start(): void {
    const { signal } = this.#options;
    if (this.#response.destroyed || signal?.aborted === true) return this.#onClientGone();
    this.#response.on("close", this.#onClientGone).on("drain", this.#onDrain);
    signal?.addEventListener("abort", this.#onClientGone, { once: true });
    const { held, leftover, feed } = this.#stream;
    if (leftover.ends.length === 0) this.#write(held);
    else this.#forward(leftover, held);
    if (this.#done) return;
    feed.start({
      onChunk: (chunk) => this.#onChunk(chunk),
      onEnd: () => this.#fail(toTruncated(undefined, "in the middle of its answer")),
      onError: (error) => this.#fail(toTruncated(error, "in the middle of its answer")),
    });
    if (this.#blocked) feed.pause();
  }

  #onChunk(chunk: Buffer): void {
    this.#idleTimer.refresh();
    try {
      const batch = this.#stream.framer.push(chunk);
      if (batch.ends.length > 0) this.#forward(batch);
    } catch (error) {
      this.#fail(toTruncated(error, "in the middle of its answer"));
    }
  }

  /** One write for all frames that came together. */
  #forward(batch: FrameBatch, before?: Buffer): void {
    const { verdict, end } = this.#judge(batch);
    const frames = end === batch.bytes.length ? batch.bytes : batch.bytes.subarray(0, end);
    const bytes = before === undefined ? frames : Buffer.concat([before, frames]);
    if (verdict === "finished") this.#options.beforeStop?.(this.#stream.observer.usage);
    if (bytes.length > 0) this.#write(bytes);
    if (verdict === "finished") this.#finish();
    else if (verdict === "upstream error") this.#endAfterUpstreamError();
    else if (verdict === "begun anew") {
      this.#fail(
        new GatewayError("api_error", "The upstream began its answer anew in the middle of it", {
          failure: "truncated",
        }),
      );
    }
  }

  /** Where forwarding stops: nothing after message_stop or an error event is passed on. */
  #judge({ bytes, ends }: FrameBatch): { verdict: Verdict; end: number } {
    const { observer } = this.#stream;
    let start = 0;
    for (const end of ends) {
      const name = observer.observe(bytes, start, end);
      if (observer.finished) return { verdict: "finished", end };
      if (observer.error !== undefined) return { verdict: "upstream error", end };
      if (name === "message_start" && observer.starts > 1) return { verdict: "begun anew", end: start };
      start = end;
    }
    return { verdict: "on", end: start };
  }

  #write(bytes: Buffer | string): void {
    this.#pingTimer?.refresh();
    if (this.#response.write(bytes)) return;
    this.#blocked = true;
    this.#stream.feed.pause();
  }

  readonly #onDrain = (): void => {
    this.#blocked = false;
    if (this.#done) return;
    this.#idleTimer.refresh();
    this.#stream.feed.resume();
  };

  #ping(): void {
    if (!this.#blocked && !this.#done) this.#response.write(PING_EVENT);
  }

  #onIdle(): void {
    // A client that does not read keeps the upstream waiting: that is not the upstream's silence.
    if (this.#blocked) this.#idleTimer.refresh();
    else this.#fail(timeoutError(`The upstream was silent for ${this.#options.idleMs / 1000} s`));
  }

  #onDeadline(): void {
    this.#fail(timeoutError("The answer took longer than the time limit of a request"));
    if (this.#blocked) this.#response.destroy();
  }

  #onShutdown(): void {
    this.#fail(
      new GatewayError("overloaded_error", "The service is shutting down; please retry", { failure: "overloaded" }),
    );
  }

  #fail(error: GatewayError): void {
    if (this.#done) return;
    endWithError(this.#response, error, this.#options.requestId);
    this.#stream.feed.destroy();
    this.#settle({ finished: false, clientGone: false, error, failure: error.failure ?? "truncated" });
  }

  #endAfterUpstreamError(): void {
    const { error } = this.#stream.observer;
    this.#response.end();
    this.#stream.feed.destroy();
    if (error === undefined) return;
    this.#settle({ finished: false, clientGone: false, failure: error.failure, error: toError(error) });
  }

  #finish(): void {
    this.#response.end();
    this.#stream.feed.drain();
    this.#settle({ finished: true, clientGone: false });
  }

  readonly #onClientGone = (): void => {
    if (this.#done) return;
    this.#stream.feed.destroy();
    this.#response.destroy();
    this.#settle({ finished: false, clientGone: true });
  };

  #settle(outcome: Omit<StreamOutcome, "usage" | "stopReason">): void {
    this.#done = true;
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#totalTimer);
    clearInterval(this.#pingTimer);
    this.#unregister?.();
    this.#response.off("close", this.#onClientGone).off("drain", this.#onDrain);
    this.#options.signal?.removeEventListener("abort", this.#onClientGone);
    const { observer } = this.#stream;
    const { stopReason } = observer;
    this.#resolve({ ...outcome, usage: observer.usageSoFar(), ...(stopReason === undefined ? {} : { stopReason }) });
  }
}
