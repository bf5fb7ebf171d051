import { readFileSync } from "node:fs";

import type { Logger, Settings } from "@switchyard/service-kit";
import type { LedgerLink } from "@switchyard/state/ledger-link";
import { clientsChangedChannel, type LedgerSum } from "@switchyard/wire";

import { type Repeating, repeat } from "../upkeep/repeating.ts";
import type { LiveSums, LiveSumsReader } from "./live-sums.ts";

export interface SpendTellerDeps {
  link: LedgerLink;
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

export function createSpendTeller(deps: SpendTellerDeps): SpendTeller {
  const { link, sums, prefix, logger } = deps;
  let isAway = false;
  const noteAway = (error: unknown): void => {
    if (!isAway) logger.warn("Redis is not told what was spent", { reason: describe(error) });
    isAway = true;
  };
  const loop: Repeating = repeat({
    everyMs: deps.intervalMs ?? INTERVAL_MS,
    shareOfTime: SHARE_OF_TIME,
    run: async () => {
      await link.correctSpend(toLedgerSums(await sums.read()));
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

/** Every window of every account, in the words of the spend book. */
export function toLedgerSums({ windows, clients, mesh }: LiveSums): LedgerSum[] {
  const accounts = [["mesh", mesh] as const, ...[...clients].map(([id, spent]) => [`client ${id}`, spent] as const)];
  return accounts.flatMap(([account, spent]) =>
    windows.map(({ name, startsAt, endsAt }) => ({
      account,
      allowance: { name, unit: "nanoDollars" as const, startsAt, endsAt },
      used: spent[name],
    })),
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface ConnectSpendTellerDeps {
  settings: Pick<Settings, "redisUrl" | "redisKeyPrefix" | "redisCaFile">;
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
  const { sums, logger, intervalMs } = deps;
  return createSpendTeller({ link, sums, prefix, logger, ...(intervalMs === undefined ? {} : { intervalMs }) });
}
