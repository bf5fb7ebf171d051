import { join } from "node:path";

import { messageOf } from "../message-of.ts";
import type { OutboxLimits } from "../outbox.ts";
import type { ProblemReporter } from "../problem-reporter.ts";
import { type Entry, formatEntry } from "./entry-line.ts";
import { createHeldEntries, type HeldEntries } from "./held-entries.ts";
import { createOwnSet, type OwnSet } from "./own-set.ts";

/** So many lines since the last heartbeat bring the next one forward. */
const RECENT_LINES = 5000;

export interface EntryStoreOptions {
  directory: string;
  instance: string;
  limits: OutboxLimits;
  problems: ProblemReporter;
  /** A new folder is written to. */
  onSet(own: StoredSet): void;
  /** The folder is a sibling's now, or gone. */
  onSetLost(own: StoredSet): void;
  /** Entries changed their place, from memory to disk or the other way: whoever ships should look. */
  onMoved(): void;
}

export interface StoredSet extends OwnSet {
  /** Lines written. */
  readonly written: number;
  /** When the oldest line that may wait was appended. */
  oldestAt: number | undefined;
}

/** Where appended entries go: to the folder of this run, or, while the disk refuses, to memory. */
export interface EntryStore {
  readonly held: HeldEntries;
  readonly own: OwnSet | undefined;
  readonly lost: number;
  /** How often entries changed their place. */
  readonly moves: number;
  /** False: in memory only. Never throws for what the disk does. */
  append(entry: Entry): boolean;
  close(): void;
}

export function createEntryStore(options: EntryStoreOptions): EntryStore {
  return new FileEntryStore(options);
}

class FileEntryStore implements EntryStore {
  readonly held: HeldEntries;
  lost = 0;
  moves = 0;
  readonly #options: EntryStoreOptions;
  #own: { -readonly [name in keyof StoredSet]: StoredSet[name] } | undefined;
  /** Lines since the heartbeat that last found the folder in place: a sibling that took it may have missed them. */
  #recent: string[] = [];
  #beatAt = 0;
  #diskRefuses = false;
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(options: EntryStoreOptions) {
    this.#options = options;
    const { limits } = options;
    this.held = createHeldEntries({ maximum: limits.heldEntries, batchEntries: limits.batchEntries });
    this.#openSet();
    this.#timers = [
      setInterval(() => this.#beat(), limits.heartbeatMs).unref(),
      setInterval(() => this.#retry(), limits.diskRetryMs).unref(),
    ];
  }

  get own(): OwnSet | undefined {
    return this.#own;
  }

  append(entry: Entry): boolean {
    const line = formatEntry(entry);
    const before = Date.now();
    // A process that was paused looks first whether the folder is still its own.
    if (Math.abs(before - this.#beatAt) > this.#options.limits.staleMs / 2) this.#beat();
    if (this.#own === undefined || this.#diskRefuses) {
      this.#hold(line);
      return false;
    }
    this.#own.oldestAt ??= entry.at;
    if (!this.#tryToWrite(line)) {
      this.#hold(line);
      return false;
    }
    // Paused between the look and the write, or many lines since the last look.
    if (Date.now() - before > this.#options.limits.heartbeatMs || this.#recent.length >= RECENT_LINES) this.#beat();
    return true;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#beat();
    this.#retry();
    if (this.held.size > 0) {
      this.#options.problems.report("memory", `${this.held.size} entries of usage that the disk did not take are lost`);
    }
    try {
      this.#own?.writer.close();
      this.#own?.leave();
    } catch (error) {
      this.#options.problems.report("disk", "the outbox cannot be synced to disk", error);
    }
  }

  #tryToWrite(line: string): boolean {
    try {
      this.#write(line);
      return true;
    } catch (error) {
      this.#refuse(error);
      return false;
    }
  }

  #write(line: string): void {
    if (this.#own === undefined) throw new Error("there is no folder to write to");
    this.#own.writer.write(line);
    this.#own.written += 1;
    this.#recent.push(line);
  }

  #hold(line: string): void {
    const dropped = this.held.push(line);
    if (dropped === 0) return;
    this.lost += dropped;
    this.#options.problems.report(
      "memory",
      `the disk refuses and the memory for usage is full: ${this.lost} entries are lost`,
    );
  }

  #refuse(error: unknown): void {
    this.#diskRefuses = true;
    this.#options.problems.report(
      "disk",
      `the disk does not take usage, which stays in memory: ${messageOf(error)}`,
      error,
    );
  }

  #openSet(): boolean {
    const { directory, instance, limits, problems } = this.#options;
    try {
      const own = createOwnSet({
        directory,
        instance,
        segmentBytes: limits.segmentBytes,
        syncMs: limits.syncMs,
        onProblem: (problem, cause) => problems.report("sync", problem, cause),
      });
      this.#own = Object.assign(own, { written: 0, oldestAt: undefined });
      this.#beatAt = Date.now();
      this.#options.onSet(this.#own);
      return true;
    } catch (error) {
      this.#refuse(error);
      return false;
    }
  }

  #beat(): void {
    const own = this.#own;
    if (own === undefined) return;
    try {
      this.#beatAt = Date.now();
      if (own.beat()) this.#recent = [];
      else this.#startAnew(own);
    } catch (error) {
      this.#options.problems.report("heartbeat", "the outbox cannot show that its owner lives", error);
      // Kept for later, but not without end.
      if (this.#recent.length >= RECENT_LINES) this.#recent = this.#recent.slice(RECENT_LINES / 2);
    }
  }

  #startAnew(own: StoredSet): void {
    const recent = this.#recent;
    this.#recent = [];
    this.#own = undefined;
    this.#options.onSetLost(own);
    this.#options.problems.report(
      "taken",
      `the files of the outbox in ${join(this.#options.directory, own.name)} were taken over or removed; new ones are begun`,
    );
    this.#options.problems.clear("taken");
    try {
      own.writer.close();
    } catch {
      // Its new owner has what was written.
    }
    for (const line of recent) this.#hold(line);
    this.#retry();
    this.#tellMoved();
  }

  /** Brings to disk what is held. */
  #retry(): void {
    if (this.#own === undefined && !this.#openSet()) return;
    if (!this.#diskRefuses && this.held.size === 0) return;
    try {
      if (this.#own !== undefined) this.#own.oldestAt ??= this.held.progress().oldestAt;
      this.held.release((line) => this.#write(line));
      this.#diskRefuses = false;
      this.#options.problems.clear("disk");
      this.#options.problems.clear("memory");
    } catch (error) {
      this.#refuse(error);
    }
    this.#tellMoved();
  }

  #tellMoved(): void {
    this.moves += 1;
    this.#options.onMoved();
  }
}
