import { readFileSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";

import type { RestRecord } from "../rules/index.ts";
import type { SessionPlace } from "../state.ts";
import type { SpendWindow } from "./spend-sums.ts";
import type { BucketRecord, TargetRecord } from "./world.ts";

/** A file of another version is of no use. */
const VERSION = 1;
/** Between so many lines other work may run: a file of ten thousand sessions stops no stream. */
const LINES_AT_ONCE = 100;

/** What outlives a restart. Reservations do not: what they may have used is counted already. */
export interface SavedState {
  buckets: [string, BucketRecord][];
  targets: [string, TargetRecord][];
  providers: [string, RestRecord][];
  switches: [string, string][];
  turns: [string, number][];
  sessions: [string, readonly SessionPlace[]][];
  /** Sums of spend by window. */
  spend: [string, SpendWindow][];
}

/** What a line of each kind must look like. */
const CHECKS: Readonly<Record<keyof SavedState, (value: unknown) => boolean>> = {
  buckets: (value) => hasObjects(value, ["meters", "caps", "told", "utilizations"]) && Array.isArray(value["limits"]),
  targets: (value) => hasObjects(value, ["breaker", "counts"]) && Array.isArray(value["rejections"]),
  providers: (value) => isObject(value) && typeof value["since"] === "number",
  switches: (value) => typeof value === "string",
  turns: (value) => typeof value === "number",
  sessions: (value) => Array.isArray(value) && value.every((place) => isObject(place)),
  spend: (value) => isObject(value) && typeof value["used"] === "number" && typeof value["endsAt"] === "number",
};

/**
 * What was saved; undefined when there is no file yet.
 * @throws {Error} when the file cannot be read or is not such a snapshot.
 */
export function readSnapshotFile(path: string): SavedState | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (isObject(error) && error["code"] === "ENOENT") return undefined;
    throw error;
  }
  return parseSaved(text);
}

function parseSaved(text: string): SavedState {
  const [head, ...lines] = text.split("\n").filter((line) => line !== "");
  const header: unknown = JSON.parse(head ?? "null");
  if (!isObject(header) || header["version"] !== VERSION) throw new Error("not a snapshot of this version");
  if (header["lines"] !== lines.length) throw new Error("the snapshot is not complete");
  const saved: SavedState = {
    buckets: [],
    targets: [],
    providers: [],
    switches: [],
    turns: [],
    sessions: [],
    spend: [],
  };
  for (const line of lines) {
    const entry: unknown = JSON.parse(line);
    const [kind, name, value]: unknown[] = Array.isArray(entry) ? entry : [];
    if (!isKind(kind) || typeof name !== "string" || !CHECKS[kind](value)) {
      throw new Error("the snapshot holds a line that is none");
    }
    const list: [string, unknown][] = saved[kind];
    list.push([name, value]);
  }
  return saved;
}

function isKind(kind: unknown): kind is keyof SavedState {
  return typeof kind === "string" && Object.hasOwn(CHECKS, kind);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasObjects(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  return isObject(value) && names.every((name) => isObject(value[name]));
}

/**
 * Whole or not at all: a crash leaves the file that was there.
 * @throws {Error} of the file system.
 */
export async function writeSnapshotFile(path: string, saved: SavedState): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    await writeLines(unfinished, saved);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function writeLines(path: string, saved: SavedState): Promise<void> {
  const entries = (Object.keys(CHECKS) as (keyof SavedState)[]).flatMap((kind) =>
    saved[kind].map(([name, value]) => [kind, name, value] as const),
  );
  const file = await open(path, "w", 0o600);
  try {
    await file.write(`${JSON.stringify({ version: VERSION, lines: entries.length })}\n`);
    for (let from = 0; from < entries.length; from += LINES_AT_ONCE) {
      const lines = entries.slice(from, from + LINES_AT_ONCE).map((entry) => JSON.stringify(entry));
      await file.write(`${lines.join("\n")}\n`);
      await setImmediate();
    }
  } finally {
    await file.close();
  }
}
