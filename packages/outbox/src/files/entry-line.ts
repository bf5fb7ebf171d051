import type { UsageEvent } from "@switchyard/wire";

/** An entry as it lies on disk: one line. */
export interface Entry {
  /** When it was appended, ms since the epoch. */
  at: number;
  event: UsageEvent;
}

export function formatEntry(entry: Entry): string {
  return `{"at":${entry.at},"event":${JSON.stringify(entry.event)}}\n`;
}

/** Undefined where the line is torn or not ours. What the event holds is the ledger's to judge. */
export function parseEntry(line: string): Entry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { at, event } = value as { at?: unknown; event?: unknown };
  if (typeof at !== "number" || typeof event !== "object" || event === null) return undefined;
  return { at, event: event as UsageEvent };
}
