import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { hasCode } from "./has-code.ts";
import { POSITION_FILE } from "./set-names.ts";

/** Up to where a file set is acknowledged. Segments before `segment` are done. */
export interface Position {
  segment: number;
  /** Bytes of that segment. */
  offset: number;
}

export const START: Position = Object.freeze({ segment: 0, offset: 0 });

/** The start where there is none, or none that can be read: then more is sent again than need be. */
export async function readPosition(set: string): Promise<Position> {
  try {
    const value: unknown = JSON.parse(await readFile(join(set, POSITION_FILE), "utf8"));
    if (typeof value !== "object" || value === null) return START;
    const { segment, offset } = value as { segment?: unknown; offset?: unknown };
    return isCount(segment) && isCount(offset) ? { segment, offset } : START;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, "ENOENT")) return START;
    throw error;
  }
}

/** Whole or not at all. Throws the system's error. */
export async function writePosition(set: string, { segment, offset }: Position): Promise<void> {
  const file = join(set, POSITION_FILE);
  await writeFile(`${file}.new`, `${JSON.stringify({ segment, offset })}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
