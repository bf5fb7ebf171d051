import type { Kysely, Transaction } from "kysely";

import { addAlert, endAlert, listAlerts } from "./alerts.ts";
import { listClients, writeClient } from "./clients.ts";
import { countDeliveries, dropDeliveries, endDelivery, postponeDelivery, takeDeliveries } from "./deliveries.ts";
import { messageOf } from "./error-fields.ts";
import { endLease, takeLease } from "./leases.ts";
import { type Ledger, LedgerUnavailableError } from "./ledger.ts";
import { nameProjects } from "./projects.ts";
import { readReport } from "./reports/read-report.ts";
import { readCostSince, readSpentByClient } from "./reports/read-spending.ts";
import { readAgentMinutes, readLatestRows } from "./reports/read-watch.ts";
import { countOpenIntents, readRows } from "./rows/read-rows.ts";
import type { LedgerTables, Store } from "./schema.ts";
import { closeLostIntents } from "./write/close-lost-intents.ts";
import { removeRows } from "./write/remove-rows.ts";
import { createWriteStatements } from "./write/statements.ts";
import { writeEvents } from "./write/write-events.ts";

export interface SqlLedgerOptions {
  database: Kysely<LedgerTables>;
  store: Store;
  /** The store did not do its part: the same may work later. */
  isAway: (error: unknown) => boolean;
  /** Nothing was written, for another's sake: to be tried again at once. */
  isCollision: (error: unknown) => boolean;
  close: () => Promise<void>;
}

const MOST_TRIES = 5;
const LOST_INTENTS_AT_ONCE = 500;

/** The ledger over tables that are up to date. */
export function createSqlLedger(options: SqlLedgerOptions): Ledger {
  const { database, store } = options;
  const statements = createWriteStatements();
  const ask = <Value>(work: () => Promise<Value>): Promise<Value> => answered(options, work);
  const inTransaction = <Value>(work: (books: Transaction<LedgerTables>) => Promise<Value>): Promise<Value> =>
    ask(() => retried(options, () => database.transaction().execute(work)));
  // One moment of the books for all the questions of a report.
  const atOneMoment = <Value>(work: (books: Transaction<LedgerTables>) => Promise<Value>): Promise<Value> =>
    ask(() => database.transaction().setIsolationLevel("repeatable read").execute(work));
  let closing: Promise<void> | undefined;

  return {
    store,
    write: (events) => inTransaction((books) => writeEvents(books, events, { store, statements })),
    closeLostIntents: (now, price, limit = LOST_INTENTS_AT_ONCE) =>
      inTransaction((books) => closeLostIntents(books, { now, price, limit, store, statements })),
    openIntents: () => ask(() => countOpenIntents(database)),
    report: (query) => atOneMoment((books) => readReport(books, store, query)),
    costSince: (from) => atOneMoment((books) => readCostSince(books, store, from)),
    spentByClient: (from) => atOneMoment((books) => readSpentByClient(books, store, from)),
    rows: (range) => ask(() => readRows(database, range)),
    nameProjects: (projects) => inTransaction((books) => nameProjects(books, projects, { store, statements })),
    addAlert: (alert, { quietMs = 0, webhooks = [] } = {}) =>
      inTransaction((books) => addAlert(books, alert, { store, quietMs, webhooks })),
    endAlert: (key, at) => ask(() => endAlert(database, key, at)),
    listAlerts: (range) => ask(() => listAlerts(database, range)),
    takeDeliveries: (wish) => inTransaction((books) => takeDeliveries(books, { store, ...wish })),
    postponeDelivery: (place, next) => ask(() => postponeDelivery(database, place, next)),
    endDelivery: (place) => ask(() => endDelivery(database, place)),
    dropDeliveries: (before) => ask(() => dropDeliveries(database, before)),
    waitingDeliveries: () => ask(() => countDeliveries(database)),
    takeLease: (wish) => ask(() => takeLease(database, wish)),
    endLease: (lease) => ask(() => endLease(database, lease)),
    agentMinutes: (range) => ask(() => readAgentMinutes(database, range)),
    latestRows: (range) => ask(() => readLatestRows(database, range)),
    writeClient: (client) => inTransaction((books) => writeClient(books, client)),
    listClients: () => atOneMoment((books) => listClients(books)),
    retain: (before) => removeRows({ before, inTransaction }),
    close: () => (closing ??= options.close()),
  };
}

/** Where the store is away that is said so, whatever its own error is. */
async function answered<Value>(options: SqlLedgerOptions, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!options.isAway(error)) throw error;
    throw new LedgerUnavailableError(`the ledger does not answer: ${messageOf(error)}`, { cause: error });
  }
}

async function retried<Value>(options: SqlLedgerOptions, work: () => Promise<Value>): Promise<Value> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried === MOST_TRIES || !options.isCollision(error)) throw error;
    }
  }
}
