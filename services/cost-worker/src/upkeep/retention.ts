import { type Logger } from "@switchyard/service-kit";
import { budgetWindows } from "@switchyard/service-kit/calendar";

import type { Ledger } from "../ledger/ledger.ts";

export interface RetentionDeps {
  ledger: Pick<Ledger, "retain">;
  /** 0: everything is kept. */
  days: number;
  timeZone: string;
  now: number;
  logger: Logger;
}

const DAY_MS = 86_400_000;

/** Whole days that are older than they are kept become sums. */
export async function retainRows({ ledger, days, timeZone, now, logger }: RetentionDeps): Promise<void> {
  if (days <= 0) return;
  const [, day] = budgetWindows(Math.max(0, now - days * DAY_MS), timeZone);
  const { removed } = await ledger.retain(day.startsAt);
  if (removed > 0)
    logger.info("old rows are sums by day now", { removed, before: new Date(day.startsAt).toISOString() });
}
