import {
  type BodyScan,
  GatewayError,
  NO_USAGE,
  type TokenUsage,
  failureOfError,
  isCompleteAnswer,
  readUsage,
  scanBody,
} from "@switchyard/wire";

import { type CommitResult, timeoutError, toError, toTruncated } from "./await-commit.ts";
import { type ByteFeed, createByteFeed } from "./byte-feed.ts";

/** An answer larger than this is none. */
export const MAX_ANSWER_BYTES = 67_108_864;

export interface AwaitAnswerOptions {
  source: AsyncIterable<Buffer>;
  /** In ms, from this call on: until the answer is whole, and between two pieces of it once it has begun. */
  timeouts: { totalMs: number; idleMs: number };
  signal?: AbortSignal;
}

export interface CompleteAnswer {
  /** Byte for byte what the upstream sent. */
  readonly body: Buffer;
  readonly usage: TokenUsage;
  readonly stopReason: string | undefined;
  readonly model: string | undefined;
}

export type AnswerResult = { kind: "committed"; answer: CompleteAnswer } | Exclude<CommitResult, { kind: "committed" }>;

/**
 * Reads an answer that is not streamed to its end: only whole, valid JSON with content is an answer, all
 * else is a failure that another candidate can make good. The client sees nothing of it before.
 */
export function awaitAnswer(options: AwaitAnswerOptions): Promise<AnswerResult> {
  return new Promise((resolve) => {
    new AnswerWait(options, resolve).start();
  });
}

class AnswerWait {
  readonly #options: AwaitAnswerOptions;
  readonly #resolve: (result: AnswerResult) => void;
  readonly #feed: ByteFeed;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #settled = false;
  #totalTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #onAbort = (): void => this.#settle({ kind: "aborted", usage: NO_USAGE });

  constructor(options: AwaitAnswerOptions, resolve: (result: AnswerResult) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#feed = createByteFeed(options.source);
  }

  start(): void {
    const { signal, timeouts } = this.#options;
    if (signal?.aborted === true) return this.#onAbort();
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#totalTimer = setTimeout(
      () => this.#fail(timeoutError(`The upstream gave no whole answer within ${timeouts.totalMs / 1000} s`)),
      timeouts.totalMs,
    );
    this.#feed.start({
      onChunk: (chunk) => this.#onChunk(chunk),
      onEnd: () => this.#settle(readAnswer(Buffer.concat(this.#chunks, this.#length))),
      onError: (error) => this.#fail(toTruncated(error, "in the middle of its answer")),
    });
  }

  #onChunk(chunk: Buffer): void {
    const { idleMs } = this.#options.timeouts;
    this.#idleTimer ??= setTimeout(
      () => this.#fail(timeoutError(`The upstream stopped for ${idleMs / 1000} s in the middle of its answer`)),
      idleMs,
    );
    this.#idleTimer.refresh();
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length > MAX_ANSWER_BYTES) this.#fail(invalidAnswer("is larger than 64 MB"));
  }

  #fail(error: GatewayError): void {
    this.#settle({ kind: "failed", error, usage: NO_USAGE });
  }

  #settle(result: AnswerResult): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#totalTimer);
    clearTimeout(this.#idleTimer);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    if (result.kind === "committed") this.#feed.drain();
    else this.#feed.destroy();
    this.#resolve(result);
  }
}

function invalidAnswer(what: string): GatewayError {
  return new GatewayError("api_error", `The upstream's answer ${what}`, { status: 502, failure: "truncated" });
}

function failed(error: GatewayError, usage: TokenUsage = NO_USAGE): AnswerResult {
  return { kind: "failed", error, usage };
}

/** Judges the whole body of a 200. */
export function readAnswer(body: Buffer): AnswerResult {
  if (body.length === 0) return failed(invalidAnswer("is empty"));
  let scan: BodyScan;
  try {
    scan = scanBody(body);
  } catch {
    return failed(invalidAnswer("is not valid JSON"));
  }
  const type = scan.readString(scan.field("type"));
  if (type === "error") return failed(readError(scan));
  if (type !== "message") return failed(invalidAnswer("is no message"));
  const usageSpan = scan.field("usage");
  const usage = readUsage(usageSpan && scan.parse(usageSpan));
  const stopReason = scan.readString(scan.field("stop_reason"));
  if (!isCompleteAnswer(isContentEmpty(scan), stopReason)) return failed(invalidAnswer("has no content"), usage);
  return {
    kind: "committed",
    answer: { body, usage, stopReason, model: scan.readString(scan.field("model")) },
  };
}

function isContentEmpty(scan: BodyScan): boolean {
  const content = scan.field("content");
  if (content === undefined || scan.kind(content) !== "array") return true;
  return scan.elements(content).every((block) => {
    const text = scan.readString(scan.member(block, "text"));
    return scan.readString(scan.member(block, "type")) === "text" && (text === undefined || text === "");
  });
}

function readError(scan: BodyScan): GatewayError {
  const error = scan.field("error");
  const type = scan.readString(scan.member(error, "type")) ?? "api_error";
  const message = scan.readString(scan.member(error, "message")) ?? "The upstream reported an error without a message";
  return toError({ type, message, failure: failureOfError(type, message) });
}
