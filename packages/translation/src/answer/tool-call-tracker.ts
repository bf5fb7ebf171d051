import type { AnswerContext } from "../contract.ts";
import { encodeToolUseId } from "../tool-use-id.ts";
import type { BlockCursor } from "./block-cursor.ts";
import { newToolUse } from "./answer-envelope.ts";
import { isWrapperName, unwrapParallelCalls } from "./parallel-wrapper.ts";
import { ToolArguments, type ArgumentsState } from "./tool-arguments.ts";

/** One tool call of the answer, from its first piece on. */
export interface ToolCall {
  /** The id of its tool_use block. */
  id: string;
  /** The upstream's name of the tool; empty until it came. */
  name: string;
  /** Thought signature that the upstream wants back with this call. */
  signature?: string;
  readonly arguments: ToolArguments;
  /** Pieces that are certain but have no open block yet. */
  ready: string;
  state: "waiting" | "open" | "closed";
  /** True when the upstream said that nothing more comes. */
  isSealed: boolean;
}

export interface ToolCallTrackerOptions {
  context: AnswerContext;
  cursor: BlockCursor;
  /** Called before the block of a call starts. */
  onStart: (call: ToolCall) => void;
}

/**
 * Puts tool calls, whose pieces may come interleaved, into blocks that do not: the first call that is not
 * finished streams, the others wait; a call without a name waits too.
 */
export class ToolCallTracker {
  readonly #context: AnswerContext;
  readonly #cursor: BlockCursor;
  readonly #onStart: (call: ToolCall) => void;
  readonly #calls: ToolCall[] = [];
  readonly #ids = new Set<string>();
  #current = 0;
  #emitted = 0;
  #state: ArgumentsState = "whole";

  constructor(options: ToolCallTrackerOptions) {
    this.#context = options.context;
    this.#cursor = options.cursor;
    this.#onStart = options.onStart;
  }

  /** How many tool_use blocks were started. */
  get emitted(): number {
    return this.#emitted;
  }

  /** True while a call may still get more, and for good once one is broken. */
  get hasUnfinished(): boolean {
    return this.#state === "broken" || this.#calls.slice(this.#current).some((call) => !isOver(call));
  }

  /** A new call. `upstreamId` may be empty: then it gets an id of its own. */
  add(upstreamId: string, name: string): ToolCall {
    const id = this.#claimId(upstreamId);
    const call: ToolCall = { id, name, arguments: new ToolArguments(), ready: "", state: "waiting", isSealed: false };
    this.#calls.push(call);
    return call;
  }

  /** The next piece of a call's arguments. What comes after its block was closed is of no use. */
  append(call: ToolCall, piece: string): void {
    if (call.state === "closed") return;
    const certain = call.arguments.push(piece);
    if (certain === "") return;
    if (call.state === "open") this.#send(certain);
    else call.ready += certain;
  }

  /** Opens and closes blocks as far as the calls allow. */
  advance(): void {
    while (this.#state !== "broken") {
      const call = this.#calls[this.#current];
      if (call === undefined || call.name === "") return;
      if (!isWrapperName(call.name)) this.#open(call);
      const isLast = this.#current === this.#calls.length - 1;
      if (isLast || !isOver(call)) return;
      this.#close(call, false);
    }
  }

  /** Closes all calls. "broken" when the arguments of one are of no use; `cutOff`: the upstream was stopped. */
  closeAll(cutOff: boolean): ArgumentsState {
    for (let call = this.#calls[this.#current]; call !== undefined; call = this.#calls[this.#current]) {
      if (this.#state === "broken" && !cutOff) break;
      this.#close(call, cutOff);
    }
    return this.#state;
  }

  #open(call: ToolCall): void {
    if (call.state === "waiting") {
      this.#onStart(call);
      this.#cursor.start("tool_use", newToolUse(this.#context, call.id, this.#context.toolNames.toClient(call.name)));
      this.#emitted += 1;
      call.state = "open";
    }
    if (call.ready !== "") this.#send(call.ready);
    call.ready = "";
  }

  #close(call: ToolCall, cutOff: boolean): void {
    const { rest, state } = call.arguments.finish(cutOff);
    call.ready += rest;
    this.#current += 1;
    if (call.name === "") {
      // Some upstreams add an empty entry at the end; anything else without a name cannot be run.
      this.#note(call.ready === "{}" ? "whole" : "broken");
      call.state = "closed";
      return;
    }
    this.#note(state);
    // A broken call stays open, so that what follows it is no finished block.
    if (state === "broken" && !cutOff) return;
    const wrapped = isWrapperName(call.name) ? unwrapParallelCalls(call.ready) : undefined;
    if (wrapped === undefined) this.#finish(call);
    else for (const inner of wrapped) this.#finish({ ...this.#inner(call, inner.name), ready: inner.arguments });
    call.state = "closed";
  }

  #note(state: ArgumentsState): void {
    if (state !== "whole" && this.#state !== "broken") this.#state = state;
  }

  #finish(call: ToolCall): void {
    this.#open(call);
    this.#cursor.stop();
  }

  #inner(call: ToolCall, name: string): ToolCall {
    return { ...call, id: this.#claimId(call.id), name, ready: "", state: "waiting" };
  }

  #send(piece: string): void {
    this.#cursor.delta({ type: "input_json_delta", partial_json: piece });
  }

  /** The upstream's id in a legal spelling; where it gave none, or gave it before, one that is unique in the answer. */
  #claimId(upstreamId: string): string {
    let id = upstreamId === "" ? "" : encodeToolUseId(upstreamId);
    for (let attempt = this.#ids.size; id === "" || this.#ids.has(id); attempt += 1) {
      const stem =
        upstreamId === "" ? this.#context.messageId.replace(/^msg_/u, "toolu_") : encodeToolUseId(upstreamId);
      id = encodeToolUseId(`${stem}_${attempt}`);
    }
    this.#ids.add(id);
    return id;
  }
}

function isOver(call: ToolCall): boolean {
  return call.isSealed || call.arguments.isWhole;
}
