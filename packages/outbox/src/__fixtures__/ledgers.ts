import type { UsageEvent } from "@switchyard/wire";

import { type Shipper, UsageRefused } from "../outbox.ts";
import { attemptIds } from "./usage-events.ts";

/** A ledger in memory, that can be away, slow, or unable to read certain entries. */
export interface TestLedger extends Shipper {
  readonly batches: readonly string[][];
  /** Ids of the attempts it has, in the order in which they came; duplicates too. */
  readonly ids: readonly string[];
  away: boolean;
  refuses: (event: UsageEvent) => boolean;
  /** What has to happen before it answers. */
  gate: Promise<void>;
  asked: number;
  underWay: number;
  mostUnderWay: number;
}

export function createTestLedger(): TestLedger {
  const batches: string[][] = [];
  const closing = Promise.withResolvers<never>();
  closing.promise.catch(() => {});
  const ledger: TestLedger = {
    batches,
    get ids() {
      return batches.flat();
    },
    away: false,
    refuses: () => false,
    gate: Promise.resolve(),
    asked: 0,
    underWay: 0,
    mostUnderWay: 0,
    async ship(events) {
      ledger.asked += 1;
      ledger.underWay += 1;
      ledger.mostUnderWay = Math.max(ledger.mostUnderWay, ledger.underWay);
      try {
        await Promise.race([ledger.gate, closing.promise]);
        if (ledger.away) throw new Error("the ledger is away");
        if (events.some((event) => ledger.refuses(event))) throw new UsageRefused("no ledger can read this");
        batches.push(attemptIds(events));
      } finally {
        ledger.underWay -= 1;
      }
    },
    async close() {
      closing.reject(new Error("closed"));
    },
  };
  return ledger;
}
