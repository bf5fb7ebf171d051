import type { GatewayError, StreamEvent, Warning } from "@switchyard/wire";
import type { AnswerContext } from "../contract.ts";
import { isRecord } from "../failure/is-record.ts";
import { readFailureInside } from "../failure/read-open-ai-failure.ts";
import { toGatewayError } from "../failure/upstream-failure.ts";
import type { ThinkingPayload } from "../thinking-signature.ts";
import type { AnswerTranslator } from "./answer-translator.ts";
import { AnswerWriter } from "./answer-writer.ts";
import type { ChatChoice, ChatChunk, ChatDelta } from "./chat-chunk.ts";
import { ChatToolCalls } from "./chat-tool-calls.ts";
import { readContent } from "./content-parts.ts";
import { FunctionCallMarkers, type MarkedPart } from "./function-call-markers.ts";
import { textOfDetails } from "./reasoning-details.ts";
import { mapStopReason } from "./stop-reason.ts";
import { ThoughtTags } from "./thought-tags.ts";
import { unusable } from "./unusable.ts";
import { readChatUsage } from "./usage.ts";
import { readVendorExtra } from "./vendor-extra.ts";

/** Chunks of chat completions → events of the Messages API. Only the first choice counts. */
export class ChatTranslator implements AnswerTranslator {
  readonly #context: AnswerContext;
  readonly #writer: AnswerWriter;
  readonly #calls: ChatToolCalls;
  readonly #markers = new FunctionCallMarkers();
  readonly #tags = new ThoughtTags();

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#writer = new AnswerWriter(context);
    this.#calls = new ChatToolCalls(this.#writer);
  }

  push(chunk: unknown): StreamEvent[] {
    if (!this.#writer.isDone) this.#onChunk(Array.isArray(chunk) ? chunk[0] : chunk);
    return this.#writer.take();
  }

  end(): StreamEvent[] {
    this.#writer.end();
    return this.#writer.take();
  }

  fail(error: GatewayError): StreamEvent[] {
    this.#writer.fail(error);
    return this.#writer.take();
  }

  sidecar(): Record<string, ThinkingPayload> {
    return this.#writer.sidecar();
  }

  warnings(): Warning[] {
    return this.#writer.warnings();
  }

  #onChunk(chunk: unknown): void {
    if (!isRecord(chunk)) return this.#writer.fail(unusable("The upstream sent an event that is not an object"));
    const { choices, usage, error, x_groq: groq }: ChatChunk = chunk;
    const choice = Array.isArray(choices) ? choices.find(isFirstChoice) : undefined;
    if (isError(error) || isFlatError(chunk)) return this.#onError(chunk);
    const hasUsage = this.#onUsage(usage ?? groq?.usage ?? choice?.usage);
    if (choice !== undefined) this.#onChoice(choice);
    if (hasUsage && this.#writer.isFinished) this.#writer.complete();
  }

  #onError(error: unknown): void {
    // Whatever comes after the reason to stop does not undo the answer.
    if (this.#writer.isFinished) this.#writer.complete();
    else this.#writer.fail(toGatewayError(readFailureInside(error)));
  }

  #onUsage(usage: unknown): boolean {
    const counted = readChatUsage(usage);
    if (counted !== undefined) this.#writer.usage(counted);
    return counted !== undefined;
  }

  #onChoice(choice: ChatChoice): void {
    if (isError(choice.error)) return this.#onError({ error: choice.error });
    const delta: ChatDelta = isRecord(choice.delta) ? choice.delta : isRecord(choice.message) ? choice.message : {};
    const extra = readVendorExtra(delta.extra_content);
    this.#onReasoning(delta);
    if (delta.content !== undefined && delta.content !== null) this.#onContent(delta.content, extra.isThought);
    if (typeof delta.refusal === "string") this.#writer.refusal(delta.refusal);
    this.#onToolCalls(delta);
    if (extra.signature !== undefined) this.#writer.textSignature(extra.signature);
    if (typeof choice.finish_reason === "string" && choice.finish_reason !== "") this.#onFinish(choice);
  }

  #onReasoning(delta: ChatDelta): void {
    const details = Array.isArray(delta.reasoning_details) ? delta.reasoning_details : [];
    const text = firstText(delta.reasoning_content, delta.reasoning, delta.reasoning_text) ?? textOfDetails(details);
    if (text !== "") this.#writeReasoning(text);
    if (details.length > 0) this.#writer.reasoningDetails(details);
  }

  #writeReasoning(text: string): void {
    for (const part of this.#markers.push(text)) this.#writePart(part);
  }

  #writePart(part: MarkedPart): void {
    if ("text" in part) return this.#writer.reasoning(part.text);
    for (const call of part.calls) this.#writer.extendCall(this.#writer.addCall("", call.name), call.arguments);
  }

  #onContent(content: unknown, isThought: boolean): void {
    for (const part of readContent(content)) {
      if (part.kind === "reasoning") {
        this.#writeReasoning(part.text);
        continue;
      }
      const { reasoning, text } = this.#tags.split(part.text, isThought);
      if (reasoning !== "") this.#writeReasoning(reasoning);
      if (text !== "") this.#writeText(text);
    }
  }

  #writeText(text: string): void {
    this.#endReasoning();
    this.#writer.text(text);
  }

  #onToolCalls(delta: ChatDelta): void {
    const calls = Array.isArray(delta.tool_calls) ? delta.tool_calls : [];
    const legacy = isRecord(delta.function_call) ? [{ index: 0, function: delta.function_call }] : [];
    for (const call of [...calls, ...legacy]) {
      if (!isRecord(call)) continue;
      this.#endReasoning();
      this.#calls.push(call);
    }
  }

  #onFinish(choice: ChatChoice): void {
    this.#endReasoning();
    this.#writer.text(this.#tags.flush());
    this.#writer.finish(mapStopReason(String(choice.finish_reason)), this.#matchedStop(choice));
  }

  #endReasoning(): void {
    for (const part of this.#markers.flush()) this.#writePart(part);
  }

  /** The stop sequence that was hit, where the upstream tells. */
  #matchedStop(choice: ChatChoice): string | null {
    const { stopSequences } = this.#context;
    for (const told of [choice.stop_reason, choice.matched_stop]) {
      if (typeof told === "string" && stopSequences.includes(told)) return told;
    }
    const isStop = choice.native_finish_reason === "stop_sequence" || choice.finish_reason === "stop_sequence";
    return isStop && stopSequences.length === 1 ? (stopSequences[0] ?? null) : null;
  }
}

function isFirstChoice(choice: unknown): choice is ChatChoice {
  return isRecord(choice) && (choice["index"] === undefined || choice["index"] === null || choice["index"] === 0);
}

function isError(error: unknown): boolean {
  return error !== undefined && error !== null && error !== false;
}

/** An error without an envelope: {"object": "error", "message": …}, {"message": …, "code": …}, {"detail": …}. */
function isFlatError(chunk: Record<string, unknown>): boolean {
  if (chunk["choices"] !== undefined) return false;
  return chunk["object"] === "error" || typeof chunk["message"] === "string" || chunk["detail"] !== undefined;
}

function firstText(...candidates: unknown[]): string | undefined {
  for (const candidate of candidates) if (typeof candidate === "string" && candidate !== "") return candidate;
  return undefined;
}
