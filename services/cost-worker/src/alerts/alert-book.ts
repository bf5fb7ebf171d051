import type { Alert, AlertKind, Ledger } from "../ledger/ledger.ts";
import type { AlertCondition } from "./alert-condition.ts";

export interface AlertBookDeps {
  ledger: Pick<Ledger, "addAlert" | "endAlert" | "listAlerts">;
  now: () => number;
  cooldownMs: () => number;
  /** What stands for the webhooks that an alert is delivered to. */
  webhooks?: () => readonly string[];
}

/** Which crossings have been told; the ledger decides, so it holds over restarts and between workers. */
export interface AlertBook {
  /**
   * Takes every condition as it is now. Returns the alerts that nobody has told yet: each is this caller's to tell.
   * Of the kinds in `complete` every condition was given: what is missing is over.
   */
  apply(conditions: readonly AlertCondition[], complete: ReadonlySet<AlertKind>): Promise<Alert[]>;
}

/** Other workers raise and end alerts too. */
const READ_AGAIN_MS = 60_000;
/** What the ledger would not take (told shortly before) is offered again after this. */
const OFFER_AGAIN_MS = 15_000;
const MOST_OPEN = 10_000;

export function createAlertBook({ ledger, now, cooldownMs, webhooks = () => [] }: AlertBookDeps): AlertBook {
  let open: Map<string, AlertKind> | undefined;
  let readAt = 0;
  const offerAgainAt = new Map<string, number>();

  async function readOpen(): Promise<Map<string, AlertKind>> {
    if (open === undefined || now() - readAt >= READ_AGAIN_MS) {
      const alerts = await ledger.listAlerts({ open: true, limit: MOST_OPEN });
      open = new Map(alerts.flatMap(({ key, kind }) => (key === undefined ? [] : [[key, kind] as const])));
      readAt = now();
      for (const [key, at] of offerAgainAt) if (at <= now()) offerAgainAt.delete(key);
    }
    return open;
  }

  async function raise(known: Map<string, AlertKind>, condition: AlertCondition): Promise<Alert | undefined> {
    const { over: _over, ...told } = condition;
    if ((offerAgainAt.get(told.key) ?? 0) > now()) return undefined;
    const alert = await ledger.addAlert({ ...told, at: now() }, { quietMs: cooldownMs(), webhooks: webhooks() });
    if (alert === undefined) offerAgainAt.set(told.key, now() + OFFER_AGAIN_MS);
    else known.set(told.key, told.kind);
    return alert;
  }

  return {
    apply: async (conditions, complete) => {
      const known = await readOpen();
      const overKeys = new Set(conditions.flatMap(({ key, over }) => (over ? [key] : [])));
      const ended = conditions.filter(({ key, over }) => !over && known.has(key)).map(({ key }) => key);
      const missing = [...known].flatMap(([key, kind]) => (complete.has(kind) && !overKeys.has(key) ? [key] : []));
      for (const key of new Set([...ended, ...missing])) {
        await ledger.endAlert(key, now());
        known.delete(key);
      }
      const raised: Alert[] = [];
      for (const condition of conditions) {
        if (!condition.over || known.has(condition.key)) continue;
        const alert = await raise(known, condition);
        if (alert !== undefined) raised.push(alert);
      }
      return raised;
    },
  };
}
