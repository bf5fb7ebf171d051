import { readFileSync } from "node:fs";

import type { Logger, Settings } from "@switchyard/service-kit";
import type { LedgerLink } from "@switchyard/state/ledger-link";
import { clientsChangedChannel, type LedgerSum } from "@switchyard/wire";

import type { Ledger } from "../ledger/ledger.ts";
import { type Repeating, repeat } from "../upkeep/repeating.ts";
import { readAccountSums } from "./account-sums.ts";
import type { LiveSumsReader } from "./live-sums.ts";

export interface SpendTellerDeps {
  link: LedgerLink;
  ledger: Pick<Ledger, "report">;
  sums: LiveSumsReader;
  prefix: string;
  logger: Logger;
  /** ms between two tellings; default 5,000. */
  intervalMs?: number;
}

/** Keeps what replicas share in step with the books: a Redis that was emptied learns what has been spent. */
export interface SpendTeller {
  tellClientsChanged(revision: number): void;
  close(): Promise<void>;
}

const INTERVAL_MS = 5000;
const SHARE_OF_TIME = 0.1;
const MOST_SESSIONS = 1000;
/** A Redis that has lost something of its own knows it again after so long. */
const ALL_AGAIN_MS = 60_000;

export function createSpendTeller(deps: SpendTellerDeps): SpendTeller {
  const { link, ledger, sums, prefix, logger } = deps;
  const news = createNews();
  let isAway = false;
  const noteAway = (error: unknown): void => {
    if (!isAway) logger.warn("Redis is not told what was spent", { reason: describe(error) });
    isAway = true;
  };
  const loop: Repeating = repeat({
    everyMs: deps.intervalMs ?? INTERVAL_MS,
    shareOfTime: SHARE_OF_TIME,
    run: async () => {
      const read = await readAccountSums({ ledger, sums }, { sessions: MOST_SESSIONS });
      const told = await link.correctSpend(news.of(read.sums));
      if (told === "told") news.noteTold(read.sums);
      else news.forget();
      if (isAway) logger.info("Redis is told again what was spent");
      isAway = false;
    },
    onError: noteAway,
  });
  return {
    tellClientsChanged: (revision) => {
      link.publish(clientsChangedChannel(prefix), String(revision)).catch((error: unknown) => {
        logger.warn("gateways learn of the changed keys at their next look", { reason: describe(error) });
      });
    },
    close: async () => {
      link.close();
      await loop.close();
    },
  };
}

/** Which sums are worth telling. Those that budgets are held against always are: too little is known where one is lost. */
function createNews() {
  let told = new Map<string, number>();
  let allAgainAt = 0;
  return {
    of(sums: readonly LedgerSum[]): LedgerSum[] {
      if (performance.now() >= allAgainAt) return [...sums];
      return sums.filter((sum) => isBudget(sum) || told.get(keyOf(sum)) !== sum.used);
    },
    noteTold(sums: readonly LedgerSum[]): void {
      if (performance.now() >= allAgainAt) allAgainAt = performance.now() + ALL_AGAIN_MS;
      told = new Map(sums.map((sum) => [keyOf(sum), sum.used]));
    },
    forget(): void {
      told = new Map();
      allAgainAt = 0;
    },
  };
}

function keyOf({ account, allowance }: LedgerSum): string {
  return `${allowance.name} ${allowance.startsAt} ${account}`;
}

function isBudget({ account }: LedgerSum): boolean {
  return account === "mesh" || account.startsWith("client ");
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface ConnectSpendTellerDeps {
  settings: Pick<Settings, "redisUrl" | "redisKeyPrefix" | "redisCaFile">;
  ledger: Pick<Ledger, "report">;
  sums: LiveSumsReader;
  logger: Logger;
  intervalMs: number | undefined;
}

/** undefined: there is no Redis; gateways ask over HTTP. */
export async function connectSpendTeller(deps: ConnectSpendTellerDeps): Promise<SpendTeller | undefined> {
  const { redisUrl, redisKeyPrefix: prefix, redisCaFile } = deps.settings;
  if (redisUrl === undefined) return undefined;
  // Loaded where there is a Redis: the client takes memory.
  const { createLedgerLink } = await import("@switchyard/state/ledger-link");
  const link = createLedgerLink({
    url: redisUrl.reveal(),
    prefix,
    ...(redisCaFile === undefined ? {} : { tls: { ca: readFileSync(redisCaFile) } }),
  });
  const { ledger, sums, logger, intervalMs } = deps;
  return createSpendTeller({ link, ledger, sums, prefix, logger, ...(intervalMs === undefined ? {} : { intervalMs }) });
}
