import { isRecord } from "../failure/is-record.ts";
import type { AnswerWriter } from "./answer-writer.ts";
import type { ChatToolCallDelta } from "./chat-chunk.ts";
import type { ToolCall } from "./tool-call-tracker.ts";
import { readVendorExtra } from "./vendor-extra.ts";

interface KnownCall {
  call: ToolCall;
  index: number | undefined;
  /** The upstream's id; empty until it came. */
  id: string;
}

/**
 * Tells to which call a delta belongs. Most upstreams number calls by `index` and name the id once; some
 * number all of them 0, some send no index, some no id, and some a new id with every delta.
 */
export class ChatToolCalls {
  readonly #writer: AnswerWriter;
  readonly #calls: KnownCall[] = [];

  constructor(writer: AnswerWriter) {
    this.#writer = writer;
  }

  push(delta: ChatToolCallDelta): void {
    const id = typeof delta.id === "string" ? delta.id : "";
    const index = typeof delta.index === "number" ? delta.index : undefined;
    const name = typeof delta.function?.name === "string" ? delta.function.name : "";
    const piece = textOfArguments(delta.function?.arguments);
    const known = this.#find(id, index, name) ?? this.#add(id, index, name);
    if (known.call.name === "" && name !== "") known.call.name = name;
    if (index !== undefined) known.index = index;
    if (id !== "") known.id = id;
    this.#writer.extendCall(known.call, piece, readVendorExtra(delta.extra_content).signature);
  }

  #find(id: string, index: number | undefined, name: string): KnownCall | undefined {
    if (index === undefined) return this.#findWithoutIndex(id, name);
    const atIndex = this.#calls.findLast((known) => known.index === index);
    if (atIndex === undefined || this.#isAnother(atIndex, id, name)) return undefined;
    return atIndex;
  }

  /** The same index again is another call where its id and its name are given anew, or the first is done. */
  #isAnother(known: KnownCall, id: string, name: string): boolean {
    if (id !== "" && known.id !== "" && id !== known.id) return name !== "" || known.call.arguments.isWhole;
    return id === "" && name !== "" && known.call.name !== "" && name !== known.call.name;
  }

  #findWithoutIndex(id: string, name: string): KnownCall | undefined {
    if (id !== "") return this.#calls.findLast((known) => known.id === id);
    return name === "" ? this.#calls.at(-1) : undefined;
  }

  #add(id: string, index: number | undefined, name: string): KnownCall {
    const known = { call: this.#writer.addCall(id, name), index, id };
    this.#calls.push(known);
    return known;
  }
}

/** Arguments are JSON text; some servers send the object itself. */
function textOfArguments(value: unknown): string {
  if (typeof value === "string") return value;
  return isRecord(value) ? JSON.stringify(value) : "";
}
