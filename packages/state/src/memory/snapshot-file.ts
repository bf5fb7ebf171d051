import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";

import type { RestRecord } from "../rules/index.ts";
import type { SessionPlace } from "../state.ts";
import type { BucketRecord, TargetRecord } from "./world.ts";

/** Of another version is of no use. */
const VERSION = 1;

/** What outlives a restart. Reservations do not: what they may have used is counted already. */
export interface SavedState {
  buckets: [string, BucketRecord][];
  targets: [string, TargetRecord][];
  providers: [string, RestRecord][];
  switches: Record<string, string>;
  turns: [string, number][];
  sessions: [string, readonly SessionPlace[]][];
}

const LISTS = ["buckets", "targets", "providers", "turns", "sessions"] as const;

/**
 * What was saved; undefined when there is no file yet.
 * @throws {Error} when the file cannot be read or is not such a snapshot.
 */
export function readSnapshotFile(path: string): SavedState | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return parseSaved(text);
}

function parseSaved(text: string): SavedState {
  const value: unknown = JSON.parse(text);
  if (!isObject(value) || value["version"] !== VERSION) throw new Error("not a snapshot of this version");
  for (const name of LISTS) {
    if (!isNamedList(value[name])) throw new Error(`"${name}" of the snapshot is not a list of named values`);
  }
  if (!isObject(value["switches"])) throw new Error('"switches" of the snapshot is not an object');
  return value as unknown as SavedState;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry: unknown) => Array.isArray(entry) && typeof entry[0] === "string");
}

/** Whole or not at all: a crash leaves the file that was there. */
export async function writeSnapshotFile(path: string, saved: SavedState): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  await writeFile(unfinished, JSON.stringify({ version: VERSION, ...saved }), { mode: 0o600 });
  await rename(unfinished, path);
}
