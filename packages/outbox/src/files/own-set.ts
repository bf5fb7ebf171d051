import { closeSync, mkdirSync, openSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { hasCode } from "./has-code.ts";
import { createSegmentWriter, type SegmentWriter } from "./segment-writer.ts";
import { createSetName, HEARTBEAT_FILE, segmentName } from "./set-names.ts";

/** The folder that this process writes to, as long as no sibling has taken it for abandoned. */
export interface OwnSet {
  readonly name: string;
  /** The folder. */
  readonly set: string;
  readonly writer: SegmentWriter;
  /** Shows that the owner lives. False: the folder is a sibling's now. Throws the system's error. */
  beat(): boolean;
  /** Says that whoever finds it may have it at once. */
  leave(): void;
}

export interface OwnSetOptions {
  directory: string;
  instance: string;
  segmentBytes: number;
  syncMs: number;
  onProblem: (problem: string, cause: unknown) => void;
}

/** Throws the system's error. */
export function createOwnSet({ directory, instance, ...options }: OwnSetOptions): OwnSet {
  const name = createSetName(instance);
  const set = join(directory, name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  mkdirSync(set, { mode: 0o700 });
  const heartbeat = join(set, HEARTBEAT_FILE);
  closeSync(openSync(heartbeat, "wx", 0o600));
  const writer = createSegmentWriter({ set, ...options });
  return {
    name,
    set,
    writer,
    beat() {
      try {
        const now = new Date();
        utimesSync(heartbeat, now, now);
        statSync(join(set, segmentName(writer.segment)));
        return true;
      } catch (error) {
        if (hasCode(error, "ENOENT", "ENOTDIR")) return false;
        throw error;
      }
    },
    leave: () => utimesSync(heartbeat, 0, 0),
  };
}
