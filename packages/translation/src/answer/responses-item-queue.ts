import { isRecord } from "../failure/is-record.ts";
import type { ResponsesItem } from "./responses-item.ts";

/** Something that happened to an item. */
export interface ItemAction {
  /** What the item is, in case it was never announced. */
  type: string;
  run: (item: ResponsesItem) => void;
}

interface Slot {
  item: unknown;
  live: ResponsesItem | undefined;
  waiting: ((item: ResponsesItem) => void)[];
  isFinished: boolean;
}

/**
 * Puts the output items of an answer one after the other, in the order in which they were announced: while
 * one is being written, what happens to the others waits.
 */
export class ResponsesItemQueue {
  readonly #create: (item: unknown) => ResponsesItem;
  readonly #slots = new Map<string, Slot>();
  #order: Slot[] = [];

  constructor(create: (item: unknown) => ResponsesItem) {
    this.#create = create;
  }

  add(key: string, item: unknown): void {
    this.#slot(key, item);
    this.#advance();
  }

  apply(key: string, action: ItemAction): void {
    const slot = this.#slot(key, { type: action.type });
    if (slot.live === undefined) slot.waiting.push(action.run);
    else action.run(slot.live);
  }

  finish(key: string, item: Record<string, unknown>): void {
    const slot = this.#slot(key, item);
    if (slot.live === undefined) slot.waiting.push((live) => live.done(item));
    else slot.live.done(item);
    slot.isFinished = true;
    this.#advance();
  }

  /**
   * The answer is over: `output` holds the items as they came out in the end. The nth of a type is the nth
   * that was announced (places and ids need not agree); one that never was is written now.
   */
  settle(output: readonly Record<string, unknown>[]): void {
    const seen = new Map<string, [string, Slot][]>();
    for (const entry of this.#slots) {
      const type = typeOf(entry[1].item);
      seen.set(type, [...(seen.get(type) ?? []), entry]);
    }
    for (const [index, item] of output.entries()) {
      const [key, slot] = seen.get(typeOf(item))?.shift() ?? [`unannounced ${index}`, undefined];
      if (slot === undefined || !slot.isFinished) this.finish(key, item);
    }
    for (const slot of this.#order) slot.isFinished = true;
    this.#advance();
  }

  #slot(key: string, item: unknown): Slot {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = { item, live: undefined, waiting: [], isFinished: false };
      this.#slots.set(key, slot);
      this.#order.push(slot);
      this.#advance();
    }
    return slot;
  }

  /** Brings the first item that is not finished to life, and those before it to their end. */
  #advance(): void {
    while (this.#order.length > 0) {
      const [slot] = this.#order;
      if (slot === undefined) return;
      if (slot.live === undefined) {
        slot.live = this.#create(slot.item);
        for (const run of slot.waiting) run(slot.live);
        slot.waiting = [];
      }
      if (!slot.isFinished) return;
      this.#order = this.#order.slice(1);
    }
  }
}

function typeOf(item: unknown): string {
  return isRecord(item) && typeof item["type"] === "string" ? item["type"] : "";
}
