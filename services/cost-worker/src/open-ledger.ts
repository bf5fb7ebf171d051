import { setTimeout as wait } from "node:timers/promises";

import { type CostSettings, type Logger, StartError } from "@switchyard/service-kit";

import { createLedger } from "./ledger/create-ledger.ts";
import { type Ledger, LedgerUnavailableError } from "./ledger/ledger.ts";
import { LedgerSetupError } from "./ledger/ledger-setup-error.ts";

export interface OpenLedgerOptions {
  costs: Pick<CostSettings, "databaseFile" | "databaseUrl">;
  logger: Logger;
  /** ms for which a database that is away is tried again; default 60,000. */
  patienceMs?: number;
}

const PATIENCE_MS = 60_000;
const RETRY_MS = 1000;

/**
 * The ledger of the settings. A database may start after its worker.
 *
 * @throws StartError when it cannot be opened as it is set up, or does not answer for too long
 */
export async function openLedger({ costs, logger, patienceMs = PATIENCE_MS }: OpenLedgerOptions): Promise<Ledger> {
  const { databaseFile, databaseUrl } = costs;
  const until = performance.now() + patienceMs;
  for (let tried = 1; ; tried += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      return await createLedger({
        databaseFile,
        ...(databaseUrl === undefined ? {} : { databaseUrl: databaseUrl.reveal() }),
      });
    } catch (error) {
      if (error instanceof LedgerSetupError) throw new StartError(error.message, { cause: error });
      if (!(error instanceof LedgerUnavailableError)) throw error;
      if (performance.now() >= until) throw new StartError(error.message, { cause: error });
      if (tried === 1) logger.warn("the ledger does not answer yet", { reason: error.message });
      // oxlint-disable-next-line no-await-in-loop
      await wait(RETRY_MS);
    }
  }
}
