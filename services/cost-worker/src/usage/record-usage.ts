import type { PriceBook } from "@switchyard/catalog";
import type { UsageEvent } from "@switchyard/wire";

import type { Ledger, PricedEvent, WrittenUsage } from "../ledger/ledger.ts";

export interface RecorderDeps {
  ledger: Pick<Ledger, "write">;
  prices: Pick<PriceBook, "cost">;
  /** Told what is in the books now, new rows each once. What it throws changes nothing: the ledger has them. */
  onWritten: (written: WrittenUsage) => void;
  /** What `onWritten` threw. */
  onProblem: (error: unknown) => void;
}

export interface UsageRecorder {
  /**
   * The one way into the books, whichever road events came by: resolves when the ledger has them all.
   *
   * @throws LedgerUnavailableError when it has none of them
   */
  record(events: readonly UsageEvent[]): Promise<WrittenUsage>;
}

export function createUsageRecorder({ ledger, prices, onWritten, onProblem }: RecorderDeps): UsageRecorder {
  return {
    record: async (events) => {
      const written = await ledger.write(events.map((event) => priceEvent(event, prices)));
      try {
        onWritten(written);
      } catch (error) {
        onProblem(error);
      }
      return written;
    },
  };
}

/** An intent has no price: nothing is known of what it will use. */
function priceEvent(event: UsageEvent, prices: Pick<PriceBook, "cost">): PricedEvent {
  return event.kind === "intent" ? event : { ...event, cost: prices.cost(event.attempt, event.usage) };
}
