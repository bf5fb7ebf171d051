import { type BudgetWindow, budgetWindows } from "@switchyard/service-kit";

import type { Ledger } from "../ledger/ledger.ts";

/** Nano-dollars spent in each current window. */
export type WindowSums = Record<BudgetWindow["name"], number>;

export interface LiveSums {
  /** ms since the epoch: when they were read. */
  at: number;
  windows: readonly BudgetWindow[];
  /** Client id → sums; those without a key are not in it. */
  clients: ReadonlyMap<string, WindowSums>;
  mesh: WindowSums;
}

export interface LiveSumsReader {
  /** At most `maxAgeMs` old; callers at the same time share one reading. @throws LedgerUnavailableError */
  read(maxAgeMs?: number): Promise<LiveSums>;
}

export interface LiveSumsDeps {
  ledger: Pick<Ledger, "spentByClient">;
  timeZone: () => string;
  now: () => number;
}

const MAX_AGE_MS = 1000;

/** What this hour, this day and this month have cost so far, straight from the books. */
export function createLiveSums({ ledger, timeZone, now }: LiveSumsDeps): LiveSumsReader {
  let latest: LiveSums | undefined;
  let reading: Promise<LiveSums> | undefined;

  async function readNow(): Promise<LiveSums> {
    const at = now();
    const windows = budgetWindows(at, timeZone());
    const spent = await Promise.all(windows.map(({ startsAt }) => ledger.spentByClient(startsAt)));
    const clients = new Map<string, WindowSums>();
    const mesh = noSums();
    for (const [index, { name }] of windows.entries()) {
      for (const [client, { nanoDollars }] of Object.entries(spent[index] ?? {})) {
        mesh[name] += nanoDollars;
        if (client === "") continue;
        const sums = clients.get(client) ?? noSums();
        sums[name] = nanoDollars;
        clients.set(client, sums);
      }
    }
    return { at, windows, clients, mesh };
  }

  return {
    read: async (maxAgeMs = MAX_AGE_MS) => {
      if (latest !== undefined && isFresh(latest, now(), maxAgeMs)) return latest;
      reading ??= readNow().finally(() => {
        reading = undefined;
      });
      latest = await reading;
      return latest;
    },
  };
}

export function noSums(): WindowSums {
  return { hour: 0, day: 0, month: 0 };
}

function isFresh({ at, windows }: LiveSums, now: number, maxAgeMs: number): boolean {
  return now - at < maxAgeMs && windows.every(({ endsAt }) => now < endsAt);
}
