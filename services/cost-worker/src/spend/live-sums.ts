import { type BudgetWindow, budgetWindows } from "@switchyard/service-kit/calendar";

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
  /**
   * With everything that was noted, and of what other workers wrote all that is older than a second. Callers at the same
   * time share one reading.
   *
   * @throws LedgerUnavailableError
   */
  read(): Promise<LiveSums>;
  /** Something new is in the books. */
  note(): void;
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

  async function readAnew(): Promise<LiveSums> {
    const own = readNow();
    reading = own;
    try {
      const sums = await own;
      // What was noted meanwhile may not be in it.
      if (reading === own) latest = sums;
      return sums;
    } finally {
      if (reading === own) reading = undefined;
    }
  }

  return {
    read: async () => {
      if (latest !== undefined && isFresh(latest, now())) return latest;
      return reading ?? readAnew();
    },
    note: () => {
      latest = undefined;
      reading = undefined;
    },
  };
}

export function noSums(): WindowSums {
  return { hour: 0, day: 0, month: 0 };
}

function isFresh({ at, windows }: LiveSums, now: number): boolean {
  return now - at < MAX_AGE_MS && windows.every(({ endsAt }) => now < endsAt);
}
