import { appendFile } from "node:fs/promises";
import { join } from "node:path";

import type { Entry } from "./entry-line.ts";
import { REJECTED_FILE } from "./set-names.ts";

/** Adds the entry and why it was refused to `rejected.jsonl` of the directory. Throws the system's error. */
export async function setAside(directory: string, entry: Entry, reason: string): Promise<void> {
  const line = JSON.stringify({ at: entry.at, reason, event: entry.event });
  await appendFile(join(directory, REJECTED_FILE), `${line}\n`, { mode: 0o600 });
}
