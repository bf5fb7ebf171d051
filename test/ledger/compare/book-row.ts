import type { TokenUsage } from "@switchyard/wire";

/** One attempt as the ledger has it. */
export interface BookRow {
  attemptId: string;
  /** "" where the client named none. */
  session: string;
  /** From 1. */
  attempt: number;
  provider: string;
  /** When it was sent, ms since the epoch. */
  at: number;
  /** intent: sent, and not settled; its lease is not over. unknown: its lease is over. */
  outcome: "success" | "failure" | "aborted" | "unknown" | "intent";
  failure?: string;
  status?: number;
  usage: TokenUsage;
  /** Nano-dollars. */
  cost: number;
}
