import type { AnswerContext } from "../contract.ts";
import { encodeThinkingSignature, type ThinkingPayload } from "../thinking-signature.ts";
import type { BlockCursor } from "./block-cursor.ts";
import { appendReasoningDetails } from "./reasoning-details.ts";

/**
 * Writes reasoning as thinking blocks, each closed by a signature that names the issuer and carries what
 * the upstream needs back. A client that has thinking off gets no block; what must come back with its tool
 * calls is then told by `sidecar`.
 */
export class ThinkingWriter {
  readonly #context: AnswerContext;
  readonly #cursor: BlockCursor;
  readonly #keepsText: boolean;
  #text = "";
  #details: Record<string, unknown>[] = [];
  #signatures: Record<string, string> = {};
  #items: unknown[] = [];

  constructor(context: AnswerContext, cursor: BlockCursor) {
    this.#context = context;
    this.#cursor = cursor;
    const isHidden = !context.wantsThinking || context.omitsThinkingText;
    const { reasoningHistory } = context.target;
    this.#keepsText =
      reasoningHistory === "reasoning_details" || (isHidden && reasoningHistory === "reasoning_content");
  }

  text(text: string): void {
    if (this.#keepsText) this.#text += text;
    if (!this.#context.wantsThinking) return;
    if (this.#cursor.open !== "thinking") this.#start();
    if (!this.#context.omitsThinkingText) this.#cursor.delta({ type: "thinking_delta", thinking: text });
  }

  addDetails(pieces: readonly unknown[]): void {
    if (this.#context.target.reasoningHistory === "reasoning_details") appendReasoningDetails(this.#details, pieces);
  }

  /** `toolUseId`: the call that the signature came with; "" for the answer's text. */
  addSignature(toolUseId: string, signature: string): void {
    if (this.#context.target.reasoningHistory === "thought_signature") this.#signatures[toolUseId] = signature;
  }

  addItem(item: unknown): void {
    if (this.#context.target.reasoningHistory === "encrypted") this.#items.push(item);
  }

  /** Ends the open thinking block, or writes one without text for a payload that has none to ride in. */
  beforeBlock(): void {
    if (!this.#context.wantsThinking) return;
    if (this.#cursor.open !== "thinking") {
      if (!this.#hasPayload()) return;
      this.#start();
    }
    this.#sign();
  }

  /**
   * Ends the answer's thinking. A payload that came late is of use only where tool results will follow; the
   * signature of a text at the end is optional to its issuer, and not worth a block behind the answer.
   */
  finish(hasToolUse: boolean): void {
    delete this.#signatures[""];
    if (this.#cursor.open === "thinking" || hasToolUse) this.beforeBlock();
  }

  /** What the upstream needs back with which tool call, while the client has thinking off. */
  sidecar(toolUseIds: readonly string[]): Record<string, ThinkingPayload> {
    if (this.#context.wantsThinking) return {};
    const carried: Record<string, ThinkingPayload> = {};
    const [first] = toolUseIds;
    if (this.#context.target.reasoningHistory === "thought_signature") {
      for (const [id, signature] of Object.entries(this.#signatures)) {
        if (id !== "") carried[id] = { kind: "thought_signature", signatures: { [id]: signature } };
      }
    } else if (first !== undefined && (this.#hasPayload() || this.#text !== "")) {
      carried[first] = this.#payload();
    }
    return carried;
  }

  #start(): void {
    this.#cursor.start("thinking", { type: "thinking", thinking: "", signature: "" });
  }

  #sign(): void {
    const signature = encodeThinkingSignature({ issuer: this.#context.target.issuer, payload: this.#payload() });
    this.#cursor.delta({ type: "signature_delta", signature });
    this.#cursor.stop();
    this.#text = "";
    this.#details = [];
    this.#signatures = {};
    this.#items = [];
  }

  #hasPayload(): boolean {
    return this.#details.length > 0 || this.#items.length > 0 || Object.keys(this.#signatures).length > 0;
  }

  #payload(): ThinkingPayload {
    if (this.#details.length > 0) return { kind: "reasoning_details", details: this.#details };
    if (this.#items.length > 0) return { kind: "encrypted", items: this.#items };
    if (Object.keys(this.#signatures).length > 0) return { kind: "thought_signature", signatures: this.#signatures };
    if (this.#text === "") return { kind: "reasoning_content" };
    // Some of a router's upstreams tell the text alone; it goes back as the detail that it is.
    const isDetail = this.#context.target.reasoningHistory === "reasoning_details";
    return isDetail
      ? { kind: "reasoning_details", details: [{ type: "reasoning.text", text: this.#text }] }
      : { kind: "reasoning_content", text: this.#text };
  }
}
