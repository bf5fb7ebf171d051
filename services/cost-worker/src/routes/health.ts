import type { Handler } from "./guarded.ts";
import type { WorkerContext } from "../worker-context.ts";
import { WORKER_ENDPOINTS } from "./endpoints.ts";

/** The one that `/info` and `/health` tell. */
const VERSION = "0.1.0";

export interface HealthContext extends Pick<WorkerContext, "ledger" | "settings" | "state" | "webhooks" | "now"> {
  /** Absent: there is no queue. */
  consumer: (() => { connected: boolean }) | undefined;
}

/**
 * GET /health: asks the ledger. 503 where it does not answer: nothing reaches the books then. What gateways have to tell
 * waits in their outboxes meanwhile.
 */
export function createHealthHandler(context: HealthContext): Handler {
  const { ledger, state, webhooks, consumer, now } = context;
  return async (_request, response) => {
    const openIntents = await ledger.openIntents().catch((error: unknown) => {
      state.ledgerProblem = error instanceof Error ? error.message : String(error);
      return undefined;
    });
    if (openIntents !== undefined) state.ledgerProblem = undefined;
    const waitingWebhooks = await webhooks.waiting().catch(() => undefined);
    const isQueueAway = consumer?.().connected === false;
    const status = openIntents === undefined ? "unhealthy" : isQueueAway ? "degraded" : "healthy";
    response.status(status === "unhealthy" ? 503 : 200).json({
      status,
      timestamp: new Date(now()).toISOString(),
      version: VERSION,
      uptime: Math.round((now() - state.startedAt) / 1000),
      store: ledger.store,
      open_intents: openIntents ?? null,
      last_event: state.lastEventAt === undefined ? null : new Date(state.lastEventAt).toISOString(),
      queue: consumer === undefined ? "none" : isQueueAway ? "away" : "connected",
      queue_problem: isQueueAway ? (state.queueProblem ?? null) : null,
      database_problem: state.ledgerProblem ?? null,
      waiting_webhooks: waitingWebhooks ?? null,
    });
  };
}

/** GET /info. */
export function createInfoHandler({ ledger, settings, state, now }: HealthContext): Handler {
  return (_request, response) => {
    const { costs, redisUrl } = settings();
    const { alerts } = costs;
    response.json({
      service_name: "cost-worker",
      message: "Switchyard's books: what every attempt used and cost",
      version: VERSION,
      uptime: Math.round((now() - state.startedAt) / 1000),
      port: costs.port,
      store: ledger.store,
      queue: redisUrl !== undefined,
      time_zone: costs.timeZone,
      retention_days: costs.retentionDays,
      alerts: {
        hourly_cost: inDollars(alerts.hourlyNanoDollars),
        daily_cost: inDollars(alerts.dailyNanoDollars),
        webhooks: alerts.webhooks.length,
      },
      endpoints: WORKER_ENDPOINTS,
    });
  };
}

function inDollars(nanoDollars: number | undefined): number | null {
  return nanoDollars === undefined ? null : nanoDollars / 1e9;
}
