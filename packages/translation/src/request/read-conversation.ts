import type { ContentBlock, MessageParam } from "@switchyard/wire";

import type { AssistantTurn, CallPart, ContentPart, ToolResult, Turn, UserTurn } from "./conversation.ts";
import { textPart } from "./conversation.ts";
import { invalidRequest, isObject } from "./invalid-request.ts";
import type { Place } from "./place.ts";
import { pathOf } from "./place.ts";
import { readAssistantBlock } from "./read-assistant.ts";
import { readSystemMessage } from "./read-system-message.ts";
import { readToolResult } from "./read-tool-result.ts";
import { readUserBlock } from "./read-user.ts";
import type { ReaderContext } from "./reader-context.ts";

const INTERRUPTED = "The tool call was interrupted; there is no result.";

/**
 * Reads the messages once, from the first to the last, into turns that every OpenAI-shaped target takes: results
 * stand right after their calls, each call has exactly one, results without a call have become text.
 */
export function readConversation(messages: readonly MessageParam[], context: ReaderContext): Turn[] {
  const builder = new ConversationBuilder(context);
  const lastUser = messages.findLastIndex((message) => message?.role === "user");
  for (const [index, message] of messages.entries()) {
    context.place.message = index;
    context.place.block = -1;
    context.place.inner = -1;
    if (!isObject(message)) throw invalidRequest(pathOf(context.place), "Input should be a valid object");
    switch (message.role) {
      case "user":
        builder.user(blocksOf(message, context.place));
        break;
      case "assistant":
        builder.assistant(blocksOf(message, context.place));
        break;
      case "system":
        builder.system(message, index < lastUser);
        break;
      default:
        throw invalidRequest(pathOf(context.place, "role"), "Input should be 'user', 'assistant' or 'system'");
    }
  }
  return builder.finish();
}

function blocksOf(message: MessageParam, place: Place): ContentBlock[] {
  if (typeof message.content === "string") return [{ type: "text", text: message.content }];
  if (!Array.isArray(message.content))
    throw invalidRequest(pathOf(place, "content"), "Input should be a valid string or list of content blocks");
  return message.content;
}

class ConversationBuilder {
  readonly #context: ReaderContext;
  readonly #turns: Turn[] = [];
  /** The assistant turn whose answers are being read. */
  #assistant: AssistantTurn | undefined;
  #calls: CallPart[] = [];
  #results = new Map<CallPart, ToolResult>();
  /** What was said since that turn; it goes after the results. */
  #after: Turn[] = [];

  constructor(context: ReaderContext) {
    this.#context = context;
  }

  assistant(blocks: readonly ContentBlock[]): void {
    // Assistant messages in a row are one turn, as the Messages API takes them.
    if (this.#assistant === undefined || this.#after.length > 0 || this.#results.size > 0) {
      this.#settle();
      this.#assistant = { role: "assistant", parts: [] };
    }
    const turn = this.#assistant;
    forEachBlock(blocks, this.#context.place, (block) => {
      for (const part of readAssistantBlock(block, this.#context)) {
        turn.parts.push(part);
        if (part.kind === "call") this.#calls.push(part);
      }
    });
  }

  user(blocks: readonly ContentBlock[]): void {
    forEachBlock(blocks, this.#context.place, (block) => {
      if (block.type !== "tool_result") {
        const parts = readUserBlock(block, this.#context);
        if (parts.length > 0) this.#userTurn().parts.push(...parts);
        return;
      }
      // A client id may stand twice in a turn; its results are taken in order.
      const call = this.#calls.find((open) => open.clientId === block.tool_use_id && !this.#results.has(open));
      const parts = readToolResult(block, this.#context);
      if (call !== undefined) this.#results.set(call, { call, parts });
      else this.#userTurn().parts.push(...this.#demoted(block.tool_use_id, parts));
    });
  }

  system(message: MessageParam, beforeLaterUser: boolean): void {
    const parts = readSystemMessage(message, beforeLaterUser, this.#context);
    if (parts.length > 0) this.#after.push({ role: "system", parts });
  }

  finish(): Turn[] {
    this.#settle();
    return this.#turns;
  }

  #userTurn(): UserTurn {
    const last = this.#after.at(-1);
    if (last?.role === "user") return last;
    const turn: UserTurn = { role: "user", parts: [], besideResults: false };
    this.#after.push(turn);
    return turn;
  }

  #demoted(id: string, parts: ContentPart[]): ContentPart[] {
    const { warnings, place } = this.#context;
    warnings.add("orphan-tool-result", `a tool_result without its tool_use became text`, pathOf(place));
    return [textPart(`[Result of an earlier tool call ${id}]`), ...parts];
  }

  /** Closes the assistant turn: its results, then what was said beside them. */
  #settle(): void {
    const turn = this.#assistant;
    if (turn?.parts.some((part) => part.kind !== "reasoning")) this.#turns.push(turn);
    if (this.#calls.length > 0)
      this.#turns.push({ role: "tool", results: this.#calls.map((call) => this.#resultOf(call)) });
    for (const after of this.#after) {
      if (after.role === "user" && this.#results.size > 0) after.besideResults = true;
      this.#turns.push(after);
    }
    this.#assistant = undefined;
    this.#calls = [];
    this.#results = new Map();
    this.#after = [];
  }

  #resultOf(call: CallPart): ToolResult {
    const result = this.#results.get(call);
    if (result !== undefined) return result;
    this.#context.warnings.add(
      "unanswered-tool-use",
      `tool_use '${call.clientId}' had no result and got an interrupted one`,
    );
    return { call, parts: [textPart(INTERRUPTED)] };
  }
}

/** Keeps the place up to date while the blocks are read. */
function forEachBlock(blocks: readonly ContentBlock[], place: Place, read: (block: ContentBlock) => void): void {
  for (const [index, block] of blocks.entries()) {
    place.block = index;
    place.inner = -1;
    if (!isObject(block) || typeof block.type !== "string")
      throw invalidRequest(pathOf(place, "type"), "Field required");
    read(block);
  }
  place.block = -1;
}
