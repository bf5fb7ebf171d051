import type { UsageEvent } from "@switchyard/wire";

/**
 * Usage on its way to the ledger, on disk first: what is appended survives `kill -9` of the process (it is in the
 * kernel's hands when `append` returns), and is deleted only when the ledger has it. One file set per instance; files
 * whose owner is gone are adopted by a living sibling in the same directory.
 */
export interface Outbox {
  /**
   * Written before it returns, in the order of calls; less than 0.05 ms. Never throws: where the disk refuses, the
   * entry stays in memory, is shipped from there, and `status().problem` says so.
   */
  append(event: UsageEvent): void;
  status(): OutboxStatus;
  /**
   * Resolves when everything appended so far (and everything picked up from others) is acknowledged, or rejects at
   * the deadline.
   */
  drained(timeoutMs: number): Promise<void>;
  /**
   * Syncs to disk, stops shipping and closes the shipper; what is left is shipped after the next start, by whoever
   * adopts it.
   */
  close(): Promise<void>;
}

export interface OutboxStatus {
  /** Entries without the ledger's acknowledgement. */
  waiting: number;
  /** ms since the epoch of the oldest of them. */
  oldestAt?: number;
  /** Entries that the ledger has acknowledged to this process; one that was sent twice counts twice. */
  shipped: number;
  /** Entries found in files of an earlier run or of a sibling that is gone. */
  adopted: number;
  /** Entries that the ledger refused for ever; they lie in `rejected.jsonl`. */
  rejected: number;
  /** Entries given up because neither the disk nor the memory had room for them. */
  lost: number;
  problem?: string;
}

/**
 * Brings entries to the ledger; resolves when the ledger has them all, rejects otherwise: with `UsageRefused` when
 * asking again is of no use. May be asked again for the same.
 */
export interface Shipper {
  ship(events: readonly UsageEvent[]): Promise<void>;
  /** Rejects what is under way. May be called twice. */
  close(): Promise<void>;
}

/** The ledger will never take these entries, as they are: at least one of them is not what it understands. */
export class UsageRefused extends Error {
  override readonly name = "UsageRefused";
}

export interface OutboxOptions {
  directory: string;
  /** Letters, digits, "_" and "-". */
  instance: string;
  shipper: Shipper;
  onProblem: (problem: string, cause?: unknown) => void;
  now?: () => number;
  /** What is not said keeps its default. */
  limits?: Partial<OutboxLimits>;
}

/** Times in ms, sizes in bytes. */
export interface OutboxLimits {
  /** A segment that has grown to this is followed by a new one. */
  segmentBytes: number;
  /** What is shipped at a time: as many entries, or as many bytes of them. */
  batchEntries: number;
  batchBytes: number;
  /** How long an entry waits for others before it is shipped. */
  lingerMs: number;
  /** The same while one batch follows the other: reading, posting and answering a batch costs more than its entries. */
  busyLingerMs: number;
  /** While the ledger does not take a batch: the first wait and the longest. */
  backoffMs: number;
  maximumBackoffMs: number;
  /** How often the owner of files shows that it lives. */
  heartbeatMs: number;
  /** A heartbeat older than this: the owner is gone. */
  staleMs: number;
  /** How often files of others are looked at. */
  scanMs: number;
  /** Adopted files are kept this long, for what a late owner still writes; at least two heartbeats. */
  settleMs: number;
  syncMs: number;
  /** How often a disk that refused is tried again. */
  diskRetryMs: number;
  /** Entries that may wait in memory while the disk refuses. */
  heldEntries: number;
}

export const DEFAULT_OUTBOX_LIMITS: OutboxLimits = Object.freeze({
  segmentBytes: 4 * 1024 * 1024,
  batchEntries: 200,
  batchBytes: 256 * 1024,
  lingerMs: 20,
  busyLingerMs: 200,
  backoffMs: 100,
  maximumBackoffMs: 5000,
  heartbeatMs: 2000,
  staleMs: 15_000,
  scanMs: 5000,
  settleMs: 5000,
  syncMs: 1000,
  diskRetryMs: 1000,
  heldEntries: 100_000,
});
