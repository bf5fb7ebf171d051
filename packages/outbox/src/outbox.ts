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
  /** Resolves when everything appended so far is acknowledged, or rejects at the deadline. */
  drained(timeoutMs: number): Promise<void>;
  /** Syncs to disk and stops shipping; what is left is shipped after the next start, by whoever adopts it. */
  close(): Promise<void>;
}

export interface OutboxStatus {
  /** Entries without the ledger's acknowledgement. */
  waiting: number;
  /** ms since the epoch of the oldest of them. */
  oldestAt?: number;
  shipped: number;
  adopted: number;
  problem?: string;
}

/** Brings entries to the ledger; resolves when the ledger has them all, rejects otherwise. May be asked again for the same. */
export interface Shipper {
  ship(events: readonly UsageEvent[]): Promise<void>;
  close(): Promise<void>;
}

export interface OutboxOptions {
  directory: string;
  /** Letters, digits, "_" and "-". */
  instance: string;
  shipper: Shipper;
  onProblem(problem: string, cause?: unknown): void;
  now?: () => number;
}
