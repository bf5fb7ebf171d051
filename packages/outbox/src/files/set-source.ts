import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";

import type { Progress, Source } from "../shipping/source.ts";
import { hasCode } from "./has-code.ts";
import { type Position, readPosition, START, writePosition } from "./position-file.ts";
import { type PieceLimits, type PlacedEntry, readPiece, readTail } from "./read-piece.ts";
import { countLines, listSegments, removeSegment, removeSet } from "./set-folder.ts";
import { segmentName } from "./set-names.ts";

/** How often the position is written while it moves, in ms. */
const POSITION_MS = 250;

export interface SetSourceOptions {
  /** The folder. */
  set: string;
  limits: PieceLimits;
  /** Of a folder that is written to by this process. */
  live?: {
    /** The segment that grows; those before it do not change. */
    segment(): number;
    /** Lines written so far. */
    written(): number;
    /** When the oldest line that may wait was written. */
    oldestAt(): number | undefined;
  };
  /** Of an adopted folder: ms since the epoch until which its late owner may still write. */
  settledAt?: number;
  /** So many entries wait in an adopted folder. */
  onCounted?: (entries: number) => void;
  onProblem: (problem: string, cause?: unknown) => void;
}

/**
 * The entries of a folder of segments, in order. A segment that is done is deleted, an adopted folder too; of a
 * torn line nothing is sent but the problem is told.
 */
export class SetSource implements Source {
  readonly set: string;
  readonly #options: SetSourceOptions;
  #position: Position = START;
  #opened = false;
  #file: { segment: number; handle: FileHandle } | undefined;
  #batch: readonly PlacedEntry[] = [];
  #batchEnd = 0;
  #batchLines = 0;
  #counted = 0;
  #done = 0;
  #lastAt: number | undefined;
  #positionTimer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: SetSourceOptions) {
    this.set = options.set;
    this.#options = options;
  }

  /** Reads where an earlier owner stopped, and counts what waits. */
  async #open(): Promise<void> {
    if (this.#opened) return;
    if (this.#options.live === undefined) {
      this.#position = await readPosition(this.set);
      this.#counted = await countLines(this.set, this.#position);
      this.#options.onCounted?.(this.#counted);
    }
    this.#opened = true;
  }

  async next(): Promise<readonly PlacedEntry[] | "end" | undefined> {
    try {
      await this.#open();
      return await this.#read();
    } catch (error) {
      // The folder has been taken over by a sibling, or is no more.
      if (hasCode(error, "ENOENT", "ENOTDIR") && (await isGone(this.set))) return "end";
      throw error;
    }
  }

  async acknowledge(count: number): Promise<void> {
    const last = this.#batch[count - 1];
    if (last === undefined) return;
    const whole = count >= this.#batch.length;
    const offset = whole ? this.#batchEnd : last.end;
    const lines = whole ? this.#batchLines : last.lines;
    this.#position = { segment: this.#position.segment, offset };
    this.#done += lines;
    this.#lastAt = last.at;
    this.#batch = this.#batch.slice(count).map((entry) => ({ ...entry, lines: entry.lines - lines }));
    this.#batchLines -= lines;
    this.#savePositionSoon();
  }

  progress(): Progress {
    const written = this.#options.live?.written() ?? this.#counted;
    const waiting = Math.max(0, written - this.#done);
    const oldestAt = this.#batch[0]?.at ?? this.#lastAt ?? this.#options.live?.oldestAt();
    return {
      waiting,
      done: this.#done,
      counted: this.#opened,
      ...(waiting === 0 || oldestAt === undefined ? {} : { oldestAt }),
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#positionTimer);
    await this.#closeFile();
    if (this.#opened) await this.#savePosition();
  }

  /** Deletes the folder of a live set in which nothing waits. */
  async remove(): Promise<void> {
    await this.close();
    await this.#removeAll();
  }

  async #read(): Promise<readonly PlacedEntry[] | "end" | undefined> {
    for (;;) {
      // In this order: what is known to be complete before it is read, has been read whole.
      const state = await this.#segmentState();
      if (state === "empty") return undefined;
      if (state === "done") return (await this.#removeAll()) ? "end" : undefined;
      const piece = await readPiece(await this.#openFile(), this.#position.offset, this.#options.limits);
      if (piece.unreadable > 0) {
        this.#options.onProblem(`${piece.unreadable} unreadable lines of the outbox are left out (${this.#where()})`);
      }
      if (piece.entries.length > 0) {
        this.#take(piece.entries, piece.end, piece.lines);
        return piece.entries;
      }
      if (piece.end > this.#position.offset) {
        this.#done += piece.lines;
        this.#position = { ...this.#position, offset: piece.end };
        continue;
      }
      if (state === "grows") return undefined;
      const tail = await this.#readTail();
      if (tail !== undefined) return tail;
      if (await this.#leaveSegment(state)) return "end";
    }
  }

  #take(entries: readonly PlacedEntry[], end: number, lines: number): void {
    this.#batch = entries;
    this.#batchEnd = end;
    this.#batchLines = lines;
  }

  /**
   * "grows": may get more; "sealed": another follows; "last": of an adopted folder, and nobody writes to it;
   * "empty": nothing there yet; "done": nothing there, and nothing will come.
   */
  async #segmentState(): Promise<"grows" | "sealed" | "last" | "empty" | "done"> {
    const { live, settledAt = 0 } = this.#options;
    if (live !== undefined) {
      if (this.#position.segment === 0) this.#position = { segment: 1, offset: 0 };
      return live.segment() > this.#position.segment ? "sealed" : "grows";
    }
    const settled = Date.now() >= settledAt;
    const segments = await listSegments(this.set);
    const current = segments.find((segment) => segment >= this.#position.segment);
    if (current === undefined) return settled ? "done" : "empty";
    if (current !== this.#position.segment) this.#position = { segment: current, offset: 0 };
    if (segments.some((segment) => segment > current)) return "sealed";
    return settled ? "last" : "grows";
  }

  async #readTail(): Promise<readonly PlacedEntry[] | undefined> {
    const { entry, size } = await readTail(await this.#openFile(), this.#position.offset);
    if (size <= this.#position.offset) return undefined;
    if (entry !== undefined) {
      this.#take([entry], entry.end, 1);
      return this.#batch;
    }
    this.#options.onProblem(`the outbox ends in a torn line, which is left out (${this.#where()})`);
    this.#position = { ...this.#position, offset: size };
    return undefined;
  }

  /** True when there is nothing left at all. */
  async #leaveSegment(state: "sealed" | "last"): Promise<boolean> {
    const { segment } = this.#position;
    await this.#closeFile();
    await removeSegment(this.set, segment);
    this.#position = { segment: segment + 1, offset: 0 };
    if (state === "last" && (await this.#removeAll())) {
      this.#closed = true;
      return true;
    }
    this.#savePositionSoon();
    return false;
  }

  async #removeAll(): Promise<boolean> {
    clearTimeout(this.#positionTimer);
    this.#positionTimer = undefined;
    await this.#saving;
    for (const segment of await listSegments(this.set)) {
      // A late owner may have begun another one.
      if (this.#options.live === undefined && segment >= this.#position.segment) return false;
      await removeSegment(this.set, segment);
    }
    return removeSet(this.set);
  }

  async #openFile(): Promise<FileHandle> {
    const { segment } = this.#position;
    if (this.#file?.segment === segment) return this.#file.handle;
    await this.#closeFile();
    const handle = await open(join(this.set, segmentName(segment)), "r");
    this.#file = { segment, handle };
    return handle;
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
  }

  #savePositionSoon(): void {
    if (this.#closed) return;
    this.#positionTimer ??= setTimeout(() => void this.#savePosition(), POSITION_MS).unref();
  }

  #savePosition(): Promise<void> {
    this.#positionTimer = undefined;
    this.#saving = this.#saving.then(() => this.#writePosition());
    return this.#saving;
  }

  async #writePosition(): Promise<void> {
    try {
      await writePosition(this.set, this.#position);
    } catch (error) {
      // Without it more is sent again after a restart than need be. Gone: it is a sibling's now.
      if (!hasCode(error, "ENOENT", "ENOTDIR")) {
        this.#options.onProblem("the outbox cannot keep how far the ledger has acknowledged it", error);
      }
    }
  }

  #where(): string {
    return `segment ${this.#position.segment}, byte ${this.#position.offset}`;
  }
}

async function isGone(set: string): Promise<boolean> {
  try {
    await listSegments(set);
    return false;
  } catch (error) {
    return hasCode(error, "ENOENT", "ENOTDIR");
  }
}
