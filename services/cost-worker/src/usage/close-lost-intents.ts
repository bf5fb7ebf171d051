import type { PriceBook } from "@switchyard/catalog";
import type { Logger } from "@switchyard/service-kit";

import type { Ledger, LedgerRow } from "../ledger/ledger.ts";

export interface LostIntentsDeps {
  ledger: Pick<Ledger, "closeLostIntents">;
  prices: Pick<PriceBook, "cost">;
  logger: Logger;
  now: () => number;
  onRows: (rows: readonly LedgerRow[]) => void;
}

const AT_ONCE = 500;
/** So many are told of one by one; of more only their number. */
const MOST_LINES = 20;

/**
 * Attempts of which nothing was heard for longer than any may take are written as they are known: the input that was
 * estimated, no output, outcome "unknown". What the upstream counted is not known to anybody here.
 */
export async function closeLostIntents({ ledger, prices, logger, now, onRows }: LostIntentsDeps): Promise<number> {
  let closed = 0;
  for (;;) {
    const rows = await ledger.closeLostIntents(now(), (facts, usage) => prices.cost(facts, usage), AT_ONCE);
    for (const { attemptId, requestId, provider, model, instance } of rows.slice(0, Math.max(0, MOST_LINES - closed))) {
      logger.warn("an attempt was never settled: it is in the books as an estimate", {
        attemptId,
        requestId,
        provider,
        model,
        instance,
      });
    }
    closed += rows.length;
    if (rows.length > 0) onRows(rows);
    if (rows.length < AT_ONCE) break;
  }
  if (closed > MOST_LINES) logger.warn("attempts were never settled: they are in the books as estimates", { closed });
  return closed;
}
