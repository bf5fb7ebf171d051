import { randomUUID } from "node:crypto";

import type { AttemptFacts, TokenUsage, UsageEvent, UsageSettlement } from "@switchyard/wire";

export interface UsageRecorderDeps {
  /** Keeps it before it returns. */
  append(event: UsageEvent): void;
  /** Names this gateway in the ledger. */
  instance: string;
  /** ms after which an attempt that was never settled is taken for lost. */
  leaseMs(): number;
  /**
   * Told of every settlement once it is kept; gives what the attempt cost at list price, nano-dollars. undefined: no
   * price is known.
   */
  onSettled?(settlement: UsageSettlement): number | undefined;
  now?: () => number;
}

/** What is known of an attempt when it is sent, but for what the recorder itself adds. */
export type AttemptOpening = Omit<AttemptFacts, "attemptId" | "instance" | "at">;

export type AttemptEnding = Omit<UsageSettlement, "kind" | "attempt" | "durationMs">;

/** One attempt in the books. */
export interface UsageTicket {
  readonly attempt: AttemptFacts;
  /** What it used, and cost at list price where that is known; undefined until it is settled. */
  readonly ended: { usage: TokenUsage; cost: number | undefined } | undefined;
  /** Before the client sees the end of its answer. Once; again is without effect. */
  settle(ending: AttemptEnding): void;
}

/** Writes every upstream request into the books: that it is sent before it is, and what came of it. */
export interface UsageRecorder {
  open(opening: AttemptOpening): UsageTicket;
  /** Attempts of this gateway that were sent and have no end yet, oldest first. */
  underWay(): AttemptFacts[];
}

export function createUsageRecorder(deps: UsageRecorderDeps): UsageRecorder {
  const { instance, now = Date.now } = deps;
  const open = new Set<AttemptFacts>();
  return {
    underWay: () => [...open],
    open(opening) {
      const at = now();
      const attempt: AttemptFacts = { attemptId: randomUUID(), instance, at, ...opening };
      deps.append({ kind: "intent", attempt, leaseUntil: at + deps.leaseMs() });
      open.add(attempt);
      let settled = false;
      let ended: UsageTicket["ended"];
      return {
        attempt,
        get ended() {
          return ended;
        },
        settle(ending) {
          if (settled) return;
          settled = true;
          open.delete(attempt);
          const durationMs = Math.max(0, now() - at);
          const settlement: UsageSettlement = { kind: "settlement", attempt, durationMs, ...ending };
          deps.append(settlement);
          ended = { usage: ending.usage, cost: deps.onSettled?.(settlement) };
        },
      };
    },
  };
}
