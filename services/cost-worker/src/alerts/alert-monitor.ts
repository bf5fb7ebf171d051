import { randomUUID } from "node:crypto";

import type { AlertSettings, Logger } from "@switchyard/service-kit";
import type { Budgets, ClientPolicy } from "@switchyard/wire";

import type { AlertKind, Ledger, LedgerRow } from "../ledger/ledger.ts";
import { type LiveSums, type LiveSumsReader, noSums } from "../spend/live-sums.ts";
import { repeat } from "../upkeep/repeating.ts";
import { createAlertBook } from "./alert-book.ts";
import type { AlertCondition } from "./alert-condition.ts";
import { type BudgetAccount, budgetConditions } from "./budget-conditions.ts";
import { type CostSums, costConditions } from "./cost-conditions.ts";
import { createLedgerWatch } from "./ledger-watch.ts";
import type { WebhookSender } from "./webhook-sender.ts";

export interface AlertMonitorDeps {
  ledger: Pick<
    Ledger,
    | "store"
    | "addAlert"
    | "endAlert"
    | "listAlerts"
    | "report"
    | "agentMinutes"
    | "latestRows"
    | "takeLease"
    | "endLease"
  >;
  sums: LiveSumsReader;
  settings: () => { alerts: AlertSettings; budgets: Budgets };
  clients: () => Promise<readonly ClientPolicy[]>;
  logger: Logger;
  /** Who wants to know of alerts. */
  webhooks: Pick<WebhookSender, "places" | "wake">;
  now: () => number;
  /** ms between two looks; default 1,000. */
  intervalMs?: number;
}

export interface AlertMonitor {
  /** Cheap: what is seen is judged at the next look. `replaced`: seen before, and no longer so. */
  observe(rows: readonly LedgerRow[], replaced?: readonly LedgerRow[]): void;
  /** Looks now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const INTERVAL_MS = 1000;
/** Without anything new it is looked so often, because what is over is so by the passing of time. */
const IDLE_MS = 15_000;
/** Looking takes no more than this part of the time. */
const SHARE_OF_TIME = 0.05;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CLOCK_SKEW_MS = 300_000;
/** Of several workers one judges: two of them, that know of different moments, would raise and end by turns. */
const LEASE = "alerts";
/** Longer than it takes to look twice; when it is over another one may judge. */
const LEASE_MS = 20_000;

/** The conditions of these kinds are all known at each look: what is not among them is over. */
const COMPLETE: ReadonlySet<AlertKind> = new Set([
  "hourly_cost_exceeded",
  "daily_cost_exceeded",
  "budget",
  "agent_runaway",
]);

export function createAlertMonitor(deps: AlertMonitorDeps): AlertMonitor {
  const { ledger, logger, now, settings } = deps;
  const watch = createLedgerWatch({ ledger, now });
  const book = createAlertBook({
    ledger,
    now,
    cooldownMs: () => settings().alerts.cooldownMs,
    webhooks: () => deps.webhooks.places(),
  });
  const lease = { name: LEASE, holder: randomUUID() };
  let isDirty = true;
  let checkedAt = 0;
  let checking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    isDirty = false;
    checkedAt = now();
    if (!(await isMine())) return;
    await watch.refresh();
    const conditions = [...(await readConditions(deps)), ...watch.conditions(settings().alerts)];
    const raised = await book.apply(conditions, COMPLETE);
    for (const { kind, subject, message, threshold, actual } of raised) {
      logger.warn("alert", { alert: kind, subject, text: message, threshold, actual });
    }
    if (raised.length > 0) deps.webhooks.wake();
  }

  /** SQLite has one worker. */
  async function isMine(): Promise<boolean> {
    return ledger.store === "sqlite" || ledger.takeLease({ ...lease, now: now(), until: now() + LEASE_MS });
  }

  /** One after the other: the book is read and written in steps. */
  function check(): Promise<void> {
    checking = checking.catch(() => {}).then(look);
    return checking;
  }

  const loop = repeat({
    everyMs: deps.intervalMs ?? INTERVAL_MS,
    shareOfTime: SHARE_OF_TIME,
    run: async () => {
      if (isDirty || now() - checkedAt >= IDLE_MS) await check();
    },
    onError: (error) => {
      isDirty = true;
      logger.warn("alerts could not be looked at", { reason: error instanceof Error ? error.message : String(error) });
    },
  });
  return {
    observe: (rows, replaced) => {
      isDirty = true;
      watch.observe(rows, replaced);
    },
    check,
    close: async () => {
      await loop.close();
      await checking.catch(() => {});
      // The next one need not wait until it is over.
      if (ledger.store !== "sqlite") await ledger.endLease(lease).catch(() => {});
    },
  };
}

async function readConditions({ ledger, sums, settings, clients, now }: AlertMonitorDeps): Promise<AlertCondition[]> {
  const { alerts, budgets } = settings();
  const [hour, day, live, policies] = await Promise.all([
    readCosts(ledger, now(), HOUR_MS),
    readCosts(ledger, now(), DAY_MS),
    sums.read(),
    clients(),
  ]);
  const accounts = budgetAccounts(live, policies, budgets);
  return [...costConditions({ hour, day }, alerts), ...budgetConditions(accounts, live.windows, alerts.budgetShares)];
}

/** What a subscription has paid costs nobody anything more. */
async function readCosts(ledger: Pick<Ledger, "report">, now: number, spanMs: number): Promise<CostSums> {
  const rows = await ledger.report({
    from: now - spanMs,
    // Clocks of gateways may be a little ahead; what lies further on is none of this hour.
    to: now + CLOCK_SKEW_MS,
    by: ["provider"],
    timeZone: "UTC",
  });
  const billed = rows.map(
    ({ group, cost, subscriptionCost }) => [group.provider ?? "", cost - subscriptionCost] as const,
  );
  return { total: billed.reduce((sum, [, cost]) => sum + cost, 0), byProvider: Object.fromEntries(billed) };
}

function budgetAccounts(live: LiveSums, clients: readonly ClientPolicy[], mesh: Budgets): BudgetAccount[] {
  return [
    { account: "mesh", subject: "total", budgets: mesh, spent: live.mesh },
    ...clients
      .filter(({ revokedAt }) => revokedAt === undefined)
      .map(({ id, name, budgets }) => ({
        account: `client ${id}`,
        subject: `client ${name}`,
        budgets,
        spent: live.clients.get(id) ?? noSums(),
      })),
  ];
}
