import { readdir, rm, rmdir } from "node:fs/promises";
import { createReadStream } from "node:fs";
import { join } from "node:path";

import { hasCode } from "./has-code.ts";
import type { Position } from "./position-file.ts";
import { HEARTBEAT_FILE, parseSegmentName, POSITION_FILE, segmentName } from "./set-names.ts";

const NEWLINE = 0x0a;

/** In order. Throws the system's error; ENOENT: the folder is gone. */
export async function listSegments(set: string): Promise<number[]> {
  const names = await readdir(set);
  return names
    .map(parseSegmentName)
    .filter((segment) => segment !== undefined)
    .toSorted((one, other) => one - other);
}

/** Whole lines after the position. */
export async function countLines(set: string, { segment, offset }: Position): Promise<number> {
  let lines = 0;
  for (const each of await listSegments(set)) {
    if (each < segment) continue;
    const start = each === segment ? offset : 0;
    for await (const piece of createReadStream(join(set, segmentName(each)), { start, highWaterMark: 1024 * 1024 })) {
      lines += countNewlines(piece as Buffer);
    }
  }
  return lines;
}

/** Throws the system's error; a file that is gone already is none. */
export async function removeSegment(set: string, segment: number): Promise<void> {
  await rm(join(set, segmentName(segment)), { force: true });
}

/** False where something is left in the folder that was not expected. */
export async function removeSet(set: string): Promise<boolean> {
  try {
    for (const name of [POSITION_FILE, `${POSITION_FILE}.new`, HEARTBEAT_FILE]) {
      await rm(join(set, name), { force: true });
    }
    await rmdir(set);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return true;
    if (hasCode(error, "ENOTEMPTY", "EEXIST")) return false;
    throw error;
  }
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
