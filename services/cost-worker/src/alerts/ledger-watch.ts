import { setImmediate as breathe } from "node:timers/promises";

import type { AlertSettings } from "@switchyard/service-kit";

import type { Ledger, LedgerRow } from "../ledger/ledger.ts";
import { createAgentSpend } from "./agent-spend.ts";
import type { AlertCondition } from "./alert-condition.ts";
import { createPriceWatch } from "./price-watch.ts";

export interface LedgerWatchDeps {
  ledger: Pick<Ledger, "store" | "agentMinutes" | "latestRows">;
  now: () => number;
}

/** What agents spend and what providers charge, as the books have it: after a restart too, and whoever wrote it. */
export interface LedgerWatch {
  /** What this worker has written just now. `replaced`: told before, and no longer so. */
  observe(rows: readonly LedgerRow[], replaced?: readonly LedgerRow[]): void;
  /**
   * Reads what this worker has not written itself: at first the past, then, where there are other workers, what they
   * have added. Nothing while it is fresh. Rejects while the ledger is away.
   */
  refresh(): Promise<void>;
  conditions(alerts: AlertSettings): AlertCondition[];
}

const MINUTE_MS = 60_000;
/** How far back an agent's past goes, and how long an answer may take that ends in it. */
const PAST_MINUTES = 62;
const LONGEST_ANSWER_MINUTES = 15;
/** Read in pieces, so that nothing waits for long. */
const PIECE_MINUTES = 7;
/** Of the last minutes everything is read again: others are a little late. */
const LATE_MINUTES = 5;
const FRESH_MS = 15_000;
const PRICES_SINCE_MS = 7 * 86_400_000;
const ROWS_AT_FIRST = 5000;
const ROWS_AGAIN = 1000;

export function createLedgerWatch({ ledger, now }: LedgerWatchDeps): LedgerWatch {
  const agents = createAgentSpend();
  const prices = createPriceWatch();
  let readAt: number | undefined;

  /** Every minute from this one on as the books have it. */
  async function readAgents(minutes: number): Promise<void> {
    const at = now();
    const first = Math.floor(at / MINUTE_MS) - minutes;
    const pieces = [];
    for (let from = first - LONGEST_ANSWER_MINUTES; from * MINUTE_MS <= at; from += PIECE_MINUTES) {
      const range = { from: Math.max(0, from * MINUTE_MS), to: (from + PIECE_MINUTES) * MINUTE_MS };
      pieces.push(...(await ledger.agentMinutes(range)));
      await breathe();
    }
    agents.restore(pieces, first);
  }

  return {
    observe: (rows, replaced) => {
      agents.observe(rows, replaced);
      prices.observe(rows);
    },
    refresh: async () => {
      const at = now();
      const isFirst = readAt === undefined;
      // Of SQLite there is one writer: what was not there at the start is this worker's own.
      if (readAt !== undefined && (ledger.store === "sqlite" || at - readAt < FRESH_MS)) return;
      const limit = isFirst ? ROWS_AT_FIRST : ROWS_AGAIN;
      prices.observe(await ledger.latestRows({ since: Math.max(0, at - PRICES_SINCE_MS), limit }));
      await readAgents(isFirst ? PAST_MINUTES : LATE_MINUTES);
      readAt = at;
    },
    conditions: (alerts) => [...agents.conditions(now(), alerts), ...prices.conditions(alerts.driftShare)],
  };
}
