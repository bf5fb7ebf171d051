import {
  type BodyEdit,
  type BodyScan,
  type FieldSpan,
  type MessageSpan,
  type Span,
  removalEdits,
} from "@switchyard/wire";

/** A content block of a message, as far as an edit needs to know it. */
export interface BlockSpan extends Span {
  readonly type: string | undefined;
  readonly members: readonly FieldSpan[];
}

/**
 * Collects what several steps change in the messages, so that no two edits overlap: blocks that go,
 * blocks that are rewritten, messages that go because nothing is left of them.
 */
export class MessageChanges {
  readonly #scan: BodyScan;
  readonly #edits: BodyEdit[][] = [];
  readonly #removedBlocks = new Map<number, Set<number>>();
  readonly #blocks = new Map<number, readonly BlockSpan[]>();
  readonly #removedMessages = new Set<number>();
  readonly #messageRewrites = new Map<number, (inner: BodyEdit[]) => BodyEdit[]>();

  constructor(scan: BodyScan) {
    this.#scan = scan;
  }

  get scan(): BodyScan {
    return this.#scan;
  }

  get messages(): readonly MessageSpan[] {
    return this.#scan.messages;
  }

  role(index: number): string | undefined {
    return this.#scan.readString(this.messages[index]?.role);
  }

  /** The message's blocks; none for content that is a string. */
  blocks(index: number): readonly BlockSpan[] {
    const known = this.#blocks.get(index);
    if (known !== undefined) return known;
    const content = this.messages[index]?.content;
    const isList = content !== undefined && this.#scan.kind(content) === "array";
    const blocks = isList ? this.#scan.elements(content).map((span) => this.#toBlock(span)) : [];
    this.#blocks.set(index, blocks);
    return blocks;
  }

  /** Blocks of a list inside a block, such as a tool result's content. */
  blocksAt(span: Span): readonly BlockSpan[] {
    return this.#scan.elements(span).map((element) => this.#toBlock(element));
  }

  /** True when these bytes stand in the message; cheaper than looking at its blocks. */
  mentions(index: number, text: string): boolean {
    const message = this.messages[index];
    if (message === undefined) return false;
    const at = this.#scan.text.indexOf(text, message.start);
    return at >= 0 && at < message.end;
  }

  removeBlock(index: number, block: number): void {
    const removed = this.#removedBlocks.get(index) ?? new Set();
    removed.add(block);
    this.#removedBlocks.set(index, removed);
  }

  isRemoved(index: number, block: number): boolean {
    return this.#removedBlocks.get(index)?.has(block) === true;
  }

  /** An edit inside a block that stays. */
  edit(index: number, edit: BodyEdit): void {
    (this.#edits[index] ??= []).push(edit);
  }

  removeMessage(index: number): void {
    this.#removedMessages.add(index);
  }

  /** Wraps the message anew; gets the edits of its content. */
  rewriteMessage(index: number, rewrite: (inner: BodyEdit[]) => BodyEdit[]): void {
    this.#messageRewrites.set(index, rewrite);
  }

  /** Everything as edits of the body. A message whose last block went goes with it. */
  toEdits(): BodyEdit[] {
    const keep = this.messages.map((_message, index) => !this.#isGone(index));
    const edits = keep.includes(false) ? removalEdits(this.messages, keep) : [];
    for (const index of this.#touched()) {
      if (keep[index] === false) continue;
      const inner = [...(this.#edits[index] ?? []), ...this.#blockRemovals(index)];
      edits.push(...(this.#messageRewrites.get(index)?.(inner) ?? inner));
    }
    return edits;
  }

  #touched(): Set<number> {
    const edited = this.#edits.flatMap((list, index) => (list === undefined ? [] : [index]));
    return new Set([...edited, ...this.#removedBlocks.keys(), ...this.#messageRewrites.keys()]);
  }

  #isGone(index: number): boolean {
    if (this.#removedMessages.has(index)) return true;
    const removed = this.#removedBlocks.get(index);
    return removed !== undefined && removed.size === this.blocks(index).length;
  }

  #blockRemovals(index: number): BodyEdit[] {
    const removed = this.#removedBlocks.get(index);
    if (removed === undefined) return [];
    const blocks = this.blocks(index);
    return removalEdits(
      blocks,
      blocks.map((_block, at) => !removed.has(at)),
    );
  }

  #toBlock(span: Span): BlockSpan {
    if (this.#scan.kind(span) !== "object") return { ...span, type: undefined, members: [] };
    const members = this.#scan.members(span);
    return { ...span, members, type: this.#scan.readString(members.findLast(({ name }) => name === "type")) };
  }
}

/** The member of a block by name. */
export function memberOf(block: BlockSpan, name: string): FieldSpan | undefined {
  return block.members.findLast((member) => member.name === name);
}
