import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, fsync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

import { segmentName } from "./set-names.ts";

export interface SegmentWriterOptions {
  /** An existing folder without segments. */
  set: string;
  segmentBytes: number;
  syncMs: number;
  onProblem: (problem: string, cause: unknown) => void;
}

/** Appends lines to the segments of one folder, each with one write. */
export interface SegmentWriter {
  /** The segment that is written to; those before it never change again. */
  readonly segment: number;
  /** Throws the system's error when the line could not be written whole; then nothing of it counts. */
  write(line: string): void;
  /** Syncs and closes. */
  close(): void;
}

/** Throws the system's error when the first segment cannot be made. */
export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  let segment = 1;
  let size = 0;
  let file = openSegment(options.set, segment);
  let torn = false;
  let closed = false;
  let syncTimer: NodeJS.Timeout | undefined;

  const next = (): void => {
    const following = openSegment(options.set, segment + 1);
    syncAndClose(file, options.onProblem);
    file = following;
    segment += 1;
    size = 0;
    torn = false;
  };

  const sync = (): void => {
    syncTimer = undefined;
    fdatasync(file, (error) => {
      // Closed meanwhile: then it was synced.
      if (error !== null && error.code !== "EBADF") options.onProblem("the outbox cannot be synced to disk", error);
    });
  };

  return {
    get segment() {
      return segment;
    },
    write(line) {
      if (closed) throw new Error("the outbox is closed");
      if (torn || size >= options.segmentBytes) next();
      const bytes = Buffer.from(line, "utf8");
      let written = 0;
      try {
        written = writeSync(file, bytes);
        if (written < bytes.length) throw new Error("the disk took only a part of an entry");
      } catch (error) {
        // What is half there must not be the beginning of the next line.
        torn = !truncate(file, size);
        throw error;
      }
      size += bytes.length;
      syncTimer ??= setTimeout(sync, options.syncMs).unref();
    },
    close() {
      if (closed) return;
      closed = true;
      clearTimeout(syncTimer);
      try {
        fdatasyncSync(file);
      } finally {
        closeSync(file);
      }
    },
  };
}

function openSegment(set: string, segment: number): number {
  const file = openSync(join(set, segmentName(segment)), "ax", 0o600);
  syncFolder(set);
  return file;
}

/** So that the name of a new file survives a power loss; where folders cannot be synced, it goes without. */
function syncFolder(folder: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(folder, "r");
    const opened = handle;
    fsync(opened, () => closeSync(opened));
  } catch {
    if (handle !== undefined) closeSync(handle);
  }
}

function syncAndClose(file: number, onProblem: SegmentWriterOptions["onProblem"]): void {
  fdatasync(file, (error) => {
    if (error !== null) onProblem("the outbox cannot be synced to disk", error);
    closeSync(file);
  });
}

/** False where a part of a line may be left. */
function truncate(file: number, size: number): boolean {
  try {
    ftruncateSync(file, size);
    return true;
  } catch {
    return false;
  }
}
