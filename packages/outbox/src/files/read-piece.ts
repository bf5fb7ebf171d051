import type { FileHandle } from "node:fs/promises";

import { type Entry, parseEntry } from "./entry-line.ts";

const NEWLINE = 0x0a;
/** No entry is longer; what is, is rubbish. */
const MAXIMUM_LINE_BYTES = 16 * 1024 * 1024;

export interface PlacedEntry extends Entry {
  /** Where the next line begins. */
  end: number;
  /** Lines from the beginning of the piece, those that were skipped included. */
  lines: number;
}

export interface Piece {
  entries: readonly PlacedEntry[];
  /** Where the next piece begins; equal to where this one began when there is no whole line. */
  end: number;
  lines: number;
  /** Lines that are no entries. */
  unreadable: number;
}

export interface PieceLimits {
  batchEntries: number;
  batchBytes: number;
}

/** Reads whole lines from an offset on, as many as the limits allow, at least one. */
export async function readPiece(file: FileHandle, offset: number, limits: PieceLimits): Promise<Piece> {
  const { size } = await file.stat();
  let length = Math.min(limits.batchBytes, size - offset);
  while (length > 0) {
    const bytes = await readBytes(file, offset, length);
    if (bytes.includes(NEWLINE)) return splitLines(bytes, offset, limits.batchEntries);
    if (bytes.length < length || offset + length >= size) break;
    if (length >= MAXIMUM_LINE_BYTES) return { entries: [], end: offset + length, lines: 0, unreadable: 1 };
    length = Math.min(length * 2, size - offset);
  }
  return { entries: [], end: offset, lines: 0, unreadable: 0 };
}

/** What follows the last whole line: an entry that lacks its line end only, or undefined. */
export async function readTail(
  file: FileHandle,
  offset: number,
): Promise<{ entry: PlacedEntry | undefined; size: number }> {
  const { size } = await file.stat();
  if (size <= offset) return { entry: undefined, size };
  const bytes = await readBytes(file, offset, Math.min(size - offset, MAXIMUM_LINE_BYTES));
  const entry = parseEntry(bytes.toString("utf8"));
  return { entry: entry === undefined ? undefined : { ...entry, end: size, lines: 1 }, size };
}

function splitLines(bytes: Buffer, offset: number, maximum: number): Piece {
  const entries: PlacedEntry[] = [];
  let lines = 0;
  let unreadable = 0;
  let begin = 0;
  while (entries.length < maximum) {
    const newline = bytes.indexOf(NEWLINE, begin);
    if (newline === -1) break;
    lines += 1;
    const entry = parseEntry(bytes.toString("utf8", begin, newline));
    begin = newline + 1;
    if (entry === undefined) unreadable += 1;
    else entries.push({ ...entry, end: offset + begin, lines });
  }
  return { entries, end: offset + begin, lines, unreadable };
}

async function readBytes(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
