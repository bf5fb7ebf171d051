import type { Transaction } from "kysely";

import type { Ledger, ReportRow } from "../ledger.ts";
import type { LedgerTables, Store } from "../schema.ts";
import { readReport } from "./read-report.ts";

type Books = Transaction<LedgerTables>;
type CostSince = Awaited<ReturnType<Ledger["costSince"]>>;
type SpentByClient = Awaited<ReturnType<Ledger["spentByClient"]>>;

export async function readCostSince(books: Books, store: Store, from: number): Promise<CostSince> {
  const rows = await since(books, { store, from, by: "provider" });
  return {
    total: rows.reduce((sum, row) => sum + row.cost, 0),
    byProvider: Object.fromEntries(rows.map((row) => [row.group.provider ?? "", row.cost])),
  };
}

/** Attempts without a client stand under "". What a subscription has paid is not the client's spending. */
export async function readSpentByClient(books: Books, store: Store, from: number): Promise<SpentByClient> {
  const rows = await since(books, { store, from, by: "client" });
  return Object.fromEntries(
    rows.map((row) => [
      row.group.client ?? "",
      { nanoDollars: row.cost - row.subscriptionCost, requests: row.requests, tokens: tokens(row) },
    ]),
  );
}

function tokens(row: ReportRow): number {
  return row.uncachedInput + row.cacheRead + row.cacheWrite5m + row.cacheWrite1h + row.output;
}

function since(
  books: Books,
  { store, from, by }: { store: Store; from: number; by: "provider" | "client" },
): Promise<ReportRow[]> {
  return readReport(books, store, { from, to: Number.MAX_SAFE_INTEGER, by: [by], timeZone: "UTC" });
}
