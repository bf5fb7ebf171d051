import type { Warning } from "@switchyard/wire";
import { isRecord } from "../failure/is-record.ts";
import type { AnswerWriter } from "./answer-writer.ts";
import type { ToolCall } from "./tool-call-tracker.ts";

/** Items that the upstream deals with itself; what came of them is in the answer's text. */
const SERVER_ITEMS: ReadonlySet<string> = new Set([
  "web_search_call",
  "file_search_call",
  "code_interpreter_call",
  "image_generation_call",
  "mcp_list_tools",
  "mcp_call",
  "tool_search_output",
  "shell_call_output",
  "local_shell_call_output",
  "apply_patch_call_output",
  "program",
  "program_output",
  "compaction",
  "function_call_output",
]);

/**
 * One output item of the Responses API, written as far as its events have come. What an event left out is
 * taken from the finished item, so that upstreams which send only those lose nothing.
 */
export class ResponsesItem {
  readonly #writer: AnswerWriter;
  #type: string;
  #call: ToolCall | undefined;
  #written = "";
  #part = -1;
  #isDone = false;

  constructor(writer: AnswerWriter, item: unknown) {
    this.#writer = writer;
    this.#type = "";
    this.#begin(item);
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** A piece of text, of one of the item's parts. */
  text(piece: string, part: number, isRefusal: boolean): void {
    if (this.#part !== part && this.#part >= 0) this.#writer.endPart();
    this.#part = part;
    this.#written += piece;
    if (isRefusal) this.#writer.refusal(piece);
    else this.#writer.text(piece);
  }

  /** A piece of reasoning; parts are set apart by a blank line. */
  reasoning(piece: string, part: number): void {
    const separator = this.#part !== part && this.#written !== "" ? "\n\n" : "";
    this.#part = part;
    this.#written += piece;
    this.#writer.reasoning(separator + piece);
  }

  /** A piece of a call's arguments, or of a custom tool's free text. */
  input(piece: string): void {
    this.#written += piece;
    if (this.#call === undefined) return;
    const isFree = this.#type === "custom_tool_call";
    this.#writer.extendCall(this.#call, isFree ? JSON.stringify(piece).slice(1, -1) : piece);
  }

  /** The whole input, as told at its end. */
  wholeInput(text: string): void {
    if (this.#written === "" && text !== "") this.input(text);
  }

  /** The finished item. */
  done(item: Record<string, unknown>): void {
    if (this.#isDone) return;
    this.#begin(item);
    this.#isDone = true;
    switch (this.#type) {
      case "message":
        this.#writeMessage(item);
        return this.#writer.endPart();
      case "reasoning":
        return this.#endReasoning(item);
      case "function_call":
        return this.#endCall(item);
      case "custom_tool_call":
        return this.#endFreeInput(item);
      default:
        return this.#endOther(item);
    }
  }

  #begin(item: unknown): void {
    if (this.#type !== "" || !isRecord(item)) return;
    this.#type = textOf(item["type"]);
    if (this.#type !== "function_call" && this.#type !== "custom_tool_call") return;
    this.#call = this.#writer.addCall(textOf(item["call_id"]) || textOf(item["id"]), textOf(item["name"]));
    if (this.#type === "custom_tool_call") this.#writer.extendCall(this.#call, '{"input":"');
    else this.#writer.extendCall(this.#call, "");
  }

  /** What of the message was not streamed: all of it, or its end. */
  #writeMessage(item: Record<string, unknown>): void {
    const parts = Array.isArray(item["content"]) ? item["content"].filter(isRecord) : [];
    let before = this.#written;
    for (const [index, part] of parts.entries()) {
      const isRefusal = part["type"] === "refusal";
      const whole = textOf(isRefusal ? part["refusal"] : part["text"]);
      const isEnd = whole.startsWith(before);
      if (isEnd && whole.length > before.length) this.text(whole.slice(before.length), index, isRefusal);
      if (!isEnd && !before.startsWith(whole)) return;
      before = before.slice(whole.length);
    }
  }

  #endReasoning(item: Record<string, unknown>): void {
    if (this.#written === "") {
      const summary = Array.isArray(item["summary"]) ? item["summary"] : [];
      const content = Array.isArray(item["content"]) ? item["content"] : [];
      const shown = summary.length > 0 ? summary : content;
      for (const [index, part] of shown.entries()) if (isRecord(part)) this.reasoning(textOf(part["text"]), index);
    }
    // Without its encrypted content an item means nothing to an upstream that stores nothing.
    if (textOf(item["encrypted_content"]) !== "") this.#writer.reasoningItem(item);
    this.#writer.endPart();
  }

  #endCall(item: Record<string, unknown>): void {
    this.wholeInput(textOf(item["arguments"]));
    if (this.#call === undefined) return;
    if (this.#call.name === "") this.#call.name = textOf(item["name"]);
    // One that the limit cut off is not whole, and how the answer ended will tell.
    if (item["status"] !== "incomplete") this.#writer.sealCall(this.#call);
  }

  #endFreeInput(item: Record<string, unknown>): void {
    this.wholeInput(textOf(item["input"]));
    if (this.#call !== undefined) this.#writer.extendCall(this.#call, '"}');
  }

  /** A call of a tool that the client did not offer is shown as what it is: text. */
  #endOther(item: Record<string, unknown>): void {
    if (SERVER_ITEMS.has(this.#type) || item["execution"] === "server") return;
    const { type: _type, id: _id, status: _status, ...rest } = item;
    this.#writer.warn(unknownItem(this.#type));
    this.#writer.text(`[${this.#type}] ${JSON.stringify(rest)}`);
    this.#writer.endPart();
  }
}

function unknownItem(type: string): Warning {
  return {
    code: "output-item-as-text",
    message: `The upstream's answer holds an item of type "${type}", which has no counterpart in the Messages API and is shown as text.`,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
