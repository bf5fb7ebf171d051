import type { TokenUsage } from "@switchyard/wire";

/** One attempt as the ledger has it. */
export interface BookRow {
  attemptId: string;
  /** "" where the client named none. */
  session: string;
  /** From 1. */
  attempt: number;
  provider: string;
  /** intent: sent, and not settled; its lease is not over. unknown: its lease is over. */
  outcome: "success" | "failure" | "aborted" | "unknown" | "intent";
  failure?: string;
  status?: number;
  usage: TokenUsage;
}
