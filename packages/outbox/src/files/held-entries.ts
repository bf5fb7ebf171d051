import type { Progress, Source } from "../shipping/source.ts";
import { type Entry, parseEntry } from "./entry-line.ts";

/** Lines that the disk did not take, in memory: shipped from here, and written as soon as the disk takes them. */
export interface HeldEntries extends Source {
  readonly size: number;
  /** Gives how many had to go for it: 0 or 1. */
  push(line: string): number;
  /** Writes them in order until `write` throws; what is written is held no more. */
  release(write: (line: string) => void): void;
}

export function createHeldEntries({ maximum, batchEntries }: { maximum: number; batchEntries: number }): HeldEntries {
  let lines: string[] = [];
  /** The first of them that still counts; the array is cut now and then. */
  let head = 0;
  let underWay = 0;
  let done = 0;
  let oldestAt: number | undefined;

  const drop = (count: number): void => {
    head += count;
    if (head > 1000 && head * 2 > lines.length) {
      lines = lines.slice(head);
      head = 0;
    }
  };
  const size = (): number => lines.length - head;

  return {
    get size() {
      return size();
    },
    push(line) {
      if (size() === 0) oldestAt = parseEntry(line)?.at;
      lines.push(line);
      if (size() <= maximum) return 0;
      drop(1);
      underWay = Math.max(0, underWay - 1);
      done += 1;
      return 1;
    },
    release(write) {
      let next = head;
      try {
        for (; next < lines.length; next += 1) write(lines[next] ?? "");
      } finally {
        done += next - head;
        lines = lines.slice(next);
        head = 0;
        // What is on its way is on disk too now, and may arrive twice.
        underWay = 0;
      }
    },
    async next() {
      const entries: Entry[] = [];
      for (const line of lines.slice(head, head + batchEntries)) {
        const entry = parseEntry(line);
        if (entry !== undefined) entries.push(entry);
      }
      underWay = entries.length;
      oldestAt = entries[0]?.at;
      return entries.length === 0 ? undefined : entries;
    },
    async acknowledge(count) {
      // Some may have been dropped meanwhile, to make room.
      const left = Math.min(count, underWay);
      drop(left);
      underWay -= left;
      done += left;
    },
    progress(): Progress {
      const waiting = size();
      return { waiting, done, counted: true, ...(waiting === 0 || oldestAt === undefined ? {} : { oldestAt }) };
    },
    close: () => Promise.resolve(),
  };
}
