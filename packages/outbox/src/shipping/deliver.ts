import type { UsageEvent } from "@switchyard/wire";

import type { Entry } from "../files/entry-line.ts";
import { type Shipper, UsageRefused } from "../outbox.ts";

export interface DeliverOptions {
  shipper: Pick<Shipper, "ship">;
  /** The first `count` of those that are left are done. */
  onDone(count: number): Promise<void>;
  /** The ledger will never take this one. */
  onRefused(entry: Entry, refusal: UsageRefused): Promise<void>;
}

/**
 * Ships the entries in order. Where the ledger refuses, halves are tried until what it refuses stands alone, which
 * is set aside. Rejects when the ledger cannot be asked; what was done by then has been told.
 */
export async function deliver(entries: readonly Entry[], options: DeliverOptions): Promise<void> {
  const refusal = await ship(
    entries.map(({ event }) => event),
    options.shipper,
  );
  const [first] = entries;
  if (first === undefined) return;
  if (refusal === undefined) return options.onDone(entries.length);
  if (entries.length === 1) {
    await options.onRefused(first, refusal);
    return options.onDone(1);
  }
  const middle = Math.ceil(entries.length / 2);
  await deliver(entries.slice(0, middle), options);
  await deliver(entries.slice(middle), options);
}

async function ship(events: readonly UsageEvent[], shipper: Pick<Shipper, "ship">): Promise<UsageRefused | undefined> {
  try {
    await shipper.ship(events);
    return undefined;
  } catch (error) {
    if (error instanceof UsageRefused) return error;
    throw error;
  }
}
