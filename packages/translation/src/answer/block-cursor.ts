import type { BlockDelta, ContentBlock, StreamEvent } from "@switchyard/wire";

export type BlockKind = "text" | "thinking" | "tool_use";

/**
 * Knows which content block is open. Blocks never overlap, their indices rise by one, and each one that
 * starts also stops: whatever the upstream interleaves, only this order leaves here.
 */
export class BlockCursor {
  #events: StreamEvent[] = [];
  #index = -1;
  #open: BlockKind | undefined;

  get open(): BlockKind | undefined {
    return this.#open;
  }

  /** How many blocks were started. */
  get count(): number {
    return this.#index + 1;
  }

  /** Any event that is not of a block. */
  emit(event: StreamEvent): void {
    this.#events.push(event);
  }

  start(kind: BlockKind, block: ContentBlock): void {
    this.stop();
    this.#index += 1;
    this.#open = kind;
    this.#events.push({ type: "content_block_start", index: this.#index, content_block: block });
  }

  delta(delta: BlockDelta): void {
    if (this.#open === undefined) throw new Error("a delta needs an open block");
    this.#events.push({ type: "content_block_delta", index: this.#index, delta });
  }

  /** Closes the open block; does nothing when none is. */
  stop(): void {
    if (this.#open === undefined) return;
    this.#open = undefined;
    this.#events.push({ type: "content_block_stop", index: this.#index });
  }

  /** Everything since the last call. */
  take(): StreamEvent[] {
    if (this.#events.length === 0) return [];
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
