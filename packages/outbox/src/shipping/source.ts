import type { Entry } from "../files/entry-line.ts";

/** Where entries wait in order: a folder of files, or memory. One batch of each is on its way at a time. */
export interface Source {
  /** The first entries that wait; undefined: none now. "end": none ever again. Throws the system's error. */
  next(): Promise<readonly Entry[] | "end" | undefined>;
  /** The first `count` of what `next` gave need not be given again. */
  acknowledge(count: number): Promise<void>;
  progress(): Progress;
  /** Keeps how far it came. What waits stays. */
  close(): Promise<void>;
}

export interface Progress {
  waiting: number;
  /** Entries given and acknowledged, since the start. */
  done: number;
  /** ms since the epoch. */
  oldestAt?: number;
  /** False: not counted yet; more may wait. */
  counted: boolean;
}
