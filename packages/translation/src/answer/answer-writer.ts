import { NO_USAGE, type GatewayError, type StreamEvent, type TokenUsage, type Warning } from "@switchyard/wire";
import type { AnswerContext } from "../contract.ts";
import type { ThinkingPayload } from "../thinking-signature.ts";
import { newMessage, newMessageDelta, newText, type Ending } from "./answer-envelope.ts";
import { BlockCursor } from "./block-cursor.ts";
import type { MappedStopReason } from "./stop-reason.ts";
import { ThinkingWriter } from "./thinking-writer.ts";
import { ToolCallTracker, type ToolCall } from "./tool-call-tracker.ts";
import { unusable } from "./unusable.ts";
import { mergeUsage } from "./usage.ts";

/** Characters per token where an upstream never says how many tokens its answer had. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * Writes one answer as events of the Messages API, whatever dialect it is read from. message_start waits
 * for the first output, so that a failure before it can still be thrown and answered with a true status.
 */
export class AnswerWriter {
  readonly #context: AnswerContext;
  readonly #cursor = new BlockCursor();
  readonly #thinking: ThinkingWriter;
  readonly #tools: ToolCallTracker;
  readonly #toolUseIds: string[] = [];
  readonly #warnings: Warning[] = [];
  #deferred: { kind: "text" | "reasoning"; text: string }[] = [];
  #usage: TokenUsage | undefined;
  #characters = 0;
  #refusal: string | undefined;
  #ending: Ending | undefined;
  #isStarted = false;
  #isDone = false;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#thinking = new ThinkingWriter(context, this.#cursor);
    const onStart = (call: ToolCall): void => this.#beforeTool(call);
    this.#tools = new ToolCallTracker({ context, cursor: this.#cursor, onStart });
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** True once the upstream said why it stopped and all blocks are closed. */
  get isFinished(): boolean {
    return this.#ending !== undefined;
  }

  get hasUsage(): boolean {
    return this.#usage !== undefined;
  }

  text(text: string): void {
    if (text === "" || this.isFinished) return;
    if (this.#defers("text", text)) return;
    this.#characters += text.length;
    if (this.#cursor.open !== "text") {
      this.#begin();
      this.#thinking.beforeBlock();
      this.#cursor.start("text", newText(this.#context));
    }
    this.#cursor.delta({ type: "text_delta", text });
  }

  /** The model's own words for declining; they are shown, and end the turn as a refusal. */
  refusal(text: string): void {
    if (text === "") return;
    this.#refusal = (this.#refusal ?? "") + text;
    this.text(text);
  }

  reasoning(text: string): void {
    if (text === "" || this.isFinished) return;
    if (this.#defers("reasoning", text)) return;
    this.#characters += text.length;
    if (this.#context.wantsThinking) this.#begin();
    this.#thinking.text(text);
  }

  reasoningDetails(pieces: readonly unknown[]): void {
    this.#thinking.addDetails(pieces);
  }

  /** A reasoning item of the Responses API, to be given back as it came. */
  reasoningItem(item: unknown): void {
    this.#thinking.addItem(item);
  }

  textSignature(signature: string): void {
    this.#thinking.addSignature("", signature);
  }

  /** Ends the open block where the upstream ends one part of its output. */
  endPart(): void {
    if (this.#cursor.open === "text") this.#cursor.stop();
    else if (this.#cursor.open === "thinking") this.#thinking.beforeBlock();
  }

  addCall(upstreamId: string, name: string): ToolCall {
    return this.#tools.add(upstreamId, name);
  }

  /** More of a call. Signatures that come once its block is open are kept for the end. */
  extendCall(call: ToolCall, piece: string, signature?: string): void {
    if (signature !== undefined && call.state === "waiting") call.signature = signature;
    else if (signature !== undefined) this.#thinking.addSignature(call.id, signature);
    this.#characters += piece.length;
    this.#tools.append(call, piece);
    this.#tools.advance();
    if (this.#deferred.length > 0 && !this.#tools.hasUnfinished) this.#drain();
  }

  /** The upstream said that the call is whole. */
  sealCall(call: ToolCall): void {
    call.isSealed = true;
    this.extendCall(call, "");
  }

  usage(usage: TokenUsage): void {
    this.#usage = mergeUsage(this.#usage, usage);
  }

  warn(warning: Warning): void {
    this.#warnings.push(warning);
  }

  /** The upstream said why it stopped: closes all blocks. `complete` ends the message. */
  finish(reason: MappedStopReason, stopSequence: string | null): void {
    if (this.isFinished || this.#isDone) return;
    if (reason.isFailure) return this.fail(unusable(`The upstream gave up with "${reason.raw}"`));
    const isCutOff = reason.unified === "max_tokens" || reason.unified === "model_context_window_exceeded";
    const calls = this.#tools.closeAll(isCutOff);
    if (calls === "broken" && !isCutOff) {
      return this.fail(unusable("The upstream's tool call has arguments that are not valid JSON"));
    }
    if (calls === "repaired") {
      this.warn({
        code: "tool-arguments-repaired",
        message: "Arguments of a tool call were not valid JSON and were put right.",
      });
    }
    this.#drain();
    this.#thinking.finish(this.#tools.emitted > 0);
    this.#cursor.stop();
    this.#ending = this.#toEnding(reason, stopSequence, calls === "broken");
    if (this.#cursor.count === 0 && ["end_turn", "stop_sequence", "tool_use"].includes(this.#ending.stopReason)) {
      this.#ending = undefined;
      this.fail(unusable("The upstream answered without any content"));
    }
  }

  /** message_delta and message_stop. Only after `finish`. */
  complete(): void {
    if (this.#ending === undefined || this.#isDone) return;
    this.#begin();
    this.#cursor.emit(newMessageDelta(this.#context, this.#ending, this.#knownUsage()));
    this.#cursor.emit({ type: "message_stop" });
    this.#isDone = true;
  }

  /** Ends the answer as failed: by an `error` event, or, before anything was output, by throwing. */
  fail(error: GatewayError): void {
    if (this.#isDone) return;
    this.#isDone = true;
    if (!this.#isStarted) throw error;
    this.#cursor.emit(error.toEnvelope());
  }

  /** The upstream's stream is over. */
  end(): void {
    if (this.isFinished) this.complete();
    else this.fail(unusable("The upstream's answer was cut off before its end"));
  }

  take(): StreamEvent[] {
    return this.#cursor.take();
  }

  sidecar(): Record<string, ThinkingPayload> {
    return this.#thinking.sidecar(this.#toolUseIds);
  }

  warnings(): Warning[] {
    return [...this.#warnings];
  }

  #begin(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const estimate = { ...NO_USAGE, uncachedInput: this.#context.estimatedInputTokens };
    this.#cursor.emit({ type: "message_start", message: newMessage(this.#context, this.#usage ?? estimate) });
  }

  #beforeTool(call: ToolCall): void {
    this.#begin();
    this.#toolUseIds.push(call.id);
    if (call.signature !== undefined) this.#thinking.addSignature(call.id, call.signature);
    this.#thinking.beforeBlock();
  }

  /** What comes between the pieces of an unfinished call waits for its end: one block is open at a time. */
  #defers(kind: "text" | "reasoning", text: string): boolean {
    if (this.#tools.hasUnfinished) {
      this.#deferred.push({ kind, text });
      return true;
    }
    this.#tools.closeAll(false);
    return false;
  }

  #drain(): void {
    const waiting = this.#deferred;
    this.#deferred = [];
    for (const { kind, text } of waiting) {
      if (kind === "text") this.text(text);
      else this.reasoning(text);
    }
  }

  #toEnding(reason: MappedStopReason, stopSequence: string | null, isTruncated: boolean): Ending {
    let stopReason = reason.unified;
    if (this.#refusal !== undefined) stopReason = "refusal";
    else if (stopSequence !== null && stopReason === "end_turn") stopReason = "stop_sequence";
    // A call that is whole is to be run, whatever word the upstream ends with.
    if (this.#tools.emitted > 0 && !isTruncated) stopReason = "tool_use";
    else if (stopReason === "tool_use") stopReason = "end_turn";
    return {
      stopReason,
      stopSequence: stopReason === "stop_sequence" ? stopSequence : null,
      explanation: this.#refusal ?? null,
    };
  }

  #knownUsage(): TokenUsage {
    if (this.#usage !== undefined) return this.#usage;
    return {
      ...NO_USAGE,
      uncachedInput: this.#context.estimatedInputTokens,
      output: Math.ceil(this.#characters / CHARACTERS_PER_TOKEN),
    };
  }
}
