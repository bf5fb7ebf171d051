import { createPriceRefresh, type PriceBook, type PriceRefresh } from "@switchyard/catalog";
import type { HttpClient, Logger, Settings } from "@switchyard/service-kit";

import type { Ledger, LedgerRow } from "../ledger/ledger.ts";
import { closeLostIntents } from "../usage/close-lost-intents.ts";
import { repeat } from "./repeating.ts";
import { retainRows } from "./retention.ts";

/** ms between two runs. */
export interface UpkeepTimes {
  lostIntentsMs: number;
  retentionMs: number;
}

export interface UpkeepDeps {
  settings: Settings;
  ledger: Ledger;
  prices: PriceBook;
  http: HttpClient;
  logger: Logger;
  now: () => number;
  onRows: (rows: readonly LedgerRow[]) => void;
  times: Partial<UpkeepTimes>;
}

const LOST_INTENTS_MS = 5000;
const RETENTION_MS = 3_600_000;
const SHARE_OF_TIME = 0.25;

/** What the books need without anybody asking: lost attempts are closed, old rows summed up, prices read anew. */
export function startUpkeep(deps: UpkeepDeps): { close(): Promise<void> } {
  const { settings, ledger, logger, now, times } = deps;
  const { retentionDays: days, timeZone } = settings.costs;
  const intents = repeat({
    everyMs: times.lostIntentsMs ?? LOST_INTENTS_MS,
    shareOfTime: SHARE_OF_TIME,
    run: async () => void (await closeLostIntents(deps)),
    onError: (error) => logger.warn("lost attempts could not be looked for", { reason: describe(error) }),
  });
  const retention = repeat({
    everyMs: times.retentionMs ?? RETENTION_MS,
    run: () => retainRows({ ledger, days, timeZone, now: now(), logger }),
    onError: (error) => logger.warn("old rows could not be summed up", { reason: describe(error) }),
  });
  const refresh = startPriceRefresh(deps);
  return {
    close: async () => {
      await Promise.all([intents.close(), retention.close(), refresh?.close()]);
    },
  };
}

/** From where OpenRouter is configured and used; nobody else is asked. The simulated one has no prices to tell. */
function startPriceRefresh({ settings, prices, http, logger, now }: UpkeepDeps): PriceRefresh | undefined {
  const { providers, costs } = settings;
  const source = providers.find(({ kind, enabled, simulated }) => kind === "openrouter" && enabled && !simulated);
  if (source === undefined || costs.priceRefreshMs <= 0) return undefined;
  return createPriceRefresh({
    url: `${source.baseUrl}/models`,
    everyMs: costs.priceRefreshMs,
    http,
    now,
    onPrices: (list, version) => {
      prices.refresh(list, version);
      logger.info("prices read anew", { version, models: list.size });
    },
    onProblem: (problem) => logger.warn("prices stay as they are", { problem }),
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
